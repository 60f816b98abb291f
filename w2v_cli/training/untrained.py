"""The loss of a model that knows nothing: what a trained one has to be below.

Such a model has vectors of zeros and the biases that training starts with. With S candidates drawn
from p, expected counts Q = S p, q the share of a word among the words that subsampling keeps, b the
starting biases, and logit(w) = b_w - log Q_w:

    sampled_softmax    mean over contexts o from q and candidates n from p, none of them o, of
                       log(1 + sum_n exp(logit(n) - logit(o)))
    nce                sum_w q_w softplus(-logit(w)) + sum_w Q_w softplus(logit(w))
    sampled_logistic   the same, less sum_w q_w Q_w softplus(logit(w))
    negative_sampling  sum_w q_w softplus(-b_w) + negatives sum_w p_w softplus(b_w)

With biases that stay at zero the last is (1 + negatives) log 2.
"""

import numpy as np
from numpy.typing import NDArray

from w2v_cli.config.config import Config
from w2v_cli.corpus.subsampling import kept_shares
from w2v_cli.noise import noise_probabilities, unigram_probabilities
from w2v_cli.training.randomness import Purpose, generator

DRAWN_CANDIDATES = 1 << 20
"""Candidates that the mean of `sampled_softmax` is taken over; it is then right to about 1 %."""


def starting_biases(counts: NDArray[np.int64], config: Config) -> NDArray[np.float64]:
    """Return the context biases before training, [n_words].

    Learned biases start where a model that knows nothing but frequencies has them. That is at
    log p(word), and for negative_sampling, whose best logit is relative to the noise, at
    log(q(word) / (negatives p_noise(word))); q is the share among the words that subsampling keeps.
    """
    if config.model.biases == "zero":
        return np.zeros(len(counts))
    if config.objective.objective != "negative_sampling":
        return np.asarray(np.log(unigram_probabilities(counts, exponent=1)))
    expected = config.objective.negatives * _noise(counts, config)
    return np.asarray(np.log(kept_shares(counts, config.threshold)) - np.log(expected))


def untrained_loss(counts: NDArray[np.int64], config: Config) -> float:
    """Return the mean loss of a pair before training, in nats.

    Args:
        counts: [n_words] int64, occurrences of each word in the corpus.
        config: every setting of the run; no more candidates than words.
    """
    objective = config.objective
    noise, contexts = _noise(counts, config), kept_shares(counts, config.threshold)
    biases = starting_biases(counts, config)
    if objective.objective == "negative_sampling":
        loss = contexts @ _softplus(-biases) + objective.negatives * noise @ _softplus(biases)
        return float(loss)
    expected = objective.num_sampled * noise
    logits = biases - np.log(expected)
    if objective.objective == "sampled_softmax":
        random = generator(config.training.seed, Purpose.UNTRAINED_LOSS)
        return _softmax_loss(logits, noise, contexts, objective.num_sampled, random)
    loss = contexts @ _softplus(-logits) + expected @ _softplus(logits)
    if objective.objective == "sampled_logistic":
        loss -= (contexts * expected) @ _softplus(logits)
    return float(loss)


def _noise(counts: NDArray[np.int64], config: Config) -> NDArray[np.float64]:
    """Return the p(word) of the run's noise, [n_words]."""
    return noise_probabilities(config.sampler, counts, config.objective.noise_exponent)


def _softmax_loss(
    logits: NDArray[np.float64],
    noise: NDArray[np.float64],
    contexts: NDArray[np.float64],
    num_sampled: int,
    random: np.random.Generator,
) -> float:
    n_draws = max(DRAWN_CANDIDATES // num_sampled, 1 << 8)
    drawn = random.choice(len(logits), (n_draws, num_sampled), p=noise)
    context = random.choice(len(logits), n_draws, p=contexts)
    others = np.where(drawn == context[:, np.newaxis], 0.0, np.exp(logits[drawn])).sum(axis=1)
    return float(np.mean(np.log1p(others / np.exp(logits[context]))))


def _softplus(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.logaddexp(0.0, x)
