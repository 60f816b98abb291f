"""Noise distributions: p(word) that noise words are drawn from, for ids that are ranks."""

import numpy as np
from numpy.typing import NDArray

from w2v_cli.errors import ConfigError

LEAST_PROBABILITY = 1e-30
"""Its logarithm is taken in float32, whose normal numbers end at 1.2e-38."""


def log_uniform_probabilities(n_words: int) -> NDArray[np.float64]:
    """Return p(id) = log((id + 2) / (id + 1)) / log(n_words + 1), Zipf's law.

    The distribution of `tf.random.log_uniform_candidate_sampler`.

    >>> log_uniform_probabilities(3).round(3).tolist()
    [0.5, 0.292, 0.208]
    """
    ids = np.arange(n_words)
    return np.asarray(np.log((ids + 2) / (ids + 1)) / np.log(n_words + 1))


def log_uniform_share(n_first: int, n_words: int) -> float:
    """Return what the first `n_first` of `n_words` words have of the log-uniform noise.

    >>> log_uniform_share(2, 3).__round__(3)
    0.792
    """
    # The logarithms of the sum cancel, but for the first and the last.
    return float(np.log(n_first + 1) / np.log(n_words + 1))


def noise_probabilities(
    sampler: str, counts: NDArray[np.int64], exponent: float
) -> NDArray[np.float64]:
    """Return the p(word) of a sampler.

    Args:
        sampler: the name that users give it. For learned_unigram, what it comes to in the end.
        counts: [n_words] int64, occurrences in the corpus, falling.
        exponent: of fixed_unigram.
    """
    if sampler == "log_uniform":
        return log_uniform_probabilities(len(counts))
    exponents = {"uniform": 0.0, "learned_unigram": 1.0}
    return unigram_probabilities(counts, exponents.get(sampler, exponent))


def lacking_in_logits(
    objective: str, sampler: str, counts: NDArray[np.int64], exponent: float
) -> NDArray[np.float32]:
    """Return what the logits of a center lack to follow log p(context | center), [n_words] float32.

    Training fits the logits of negative_sampling to log(p(context | center) / q(context)) less a
    number, with the noise q (Levy and Goldberg 2014). The other objectives take account of q
    themselves, so theirs lack nothing. A number that all contexts have in common is left out.

    Args:
        objective: the name that users give it.
        sampler, counts, exponent: as of `noise_probabilities`.
    """
    if objective != "negative_sampling":
        return np.zeros(len(counts), dtype=np.float32)
    return np.log(noise_probabilities(sampler, counts, exponent)).astype(np.float32)


def unigram_probabilities(counts: NDArray[np.int64], exponent: float) -> NDArray[np.float64]:
    """Return p(word) in proportion to count^exponent; 0 makes all words alike.

    Args:
        counts: [n_words] int64, all positive.
        exponent: 0 or more.

    Raises:
        ConfigError: the exponent leaves a word so little that float32 takes it for nothing.

    >>> unigram_probabilities(np.array([16, 1]), exponent=0.5).tolist()
    [0.8, 0.2]
    """
    with np.errstate(over="ignore", invalid="ignore"):
        weights = counts.astype(np.float64) ** exponent
        probabilities = np.asarray(weights / weights.sum())
    if not probabilities.min() >= LEAST_PROBABILITY:
        raise ConfigError(
            f"noise_exponent {exponent:g} leaves the rarest words no noise: counts go from"
            f" {counts.min():,} to {counts.max():,}; use a smaller exponent, such as 0.75"
        )
    return probabilities
