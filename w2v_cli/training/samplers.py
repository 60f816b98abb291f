"""Draw noise words (candidates) and say how often each was to be expected.

Every sampler draws with replacement, so the expected count of a word in S draws is S * p(word).
`log_uniform`, `fixed_unigram` and `uniform` are drawn from TensorFlow's stateless generator, so a
step's noise follows from its seed alone. `learned_unigram` counts the contexts it has seen inside
its kernel: its draws depend on every earlier step of the process.
"""

from typing import Any, NamedTuple, Protocol

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray


class Candidates(NamedTuple):
    """What `tf.nn.sampled_softmax_loss` and `tf.nn.nce_loss` call `sampled_values`.

    Attributes:
        ids: [S] int64, noise words, shared by all pairs of a batch.
        context_expected: [n_pairs, 1] float32, expected count of each pair's context in S draws.
        expected: [S] float32, expected count of each candidate in S draws.
    """

    ids: tf.Tensor
    context_expected: tf.Tensor
    expected: tf.Tensor


def merge_repeats(candidates: Candidates) -> Candidates:
    """Keep a word that was drawn m times once, with its expected count divided by m.

    A softmax over the candidates stays the same: exp(logit - log(Q / m)) = m exp(logit - log Q).
    `tf.nn.sampled_softmax_loss` needs it, because of equal candidates that hit a pair's context it
    removes only one.
    """
    ids, places, repeats = tf.unique_with_counts(candidates.ids)
    # Equal words have equal expected counts, so the mean is that count.
    expected = tf.math.unsorted_segment_mean(candidates.expected, places, tf.size(ids))
    return candidates._replace(ids=ids, expected=expected / tf.cast(repeats, tf.float32))


class NoiseDistribution(Protocol):
    """A p(word) that can be drawn from without a state."""

    def draw(self, shape: Any, seed: tf.Tensor) -> tf.Tensor:
        """Return ids of `shape`, int64, from `seed`, [2] int32."""

    def probabilities(self, ids: tf.Tensor) -> tf.Tensor:
        """Return p(word) of each id, float32."""


class CandidateSampler(Protocol):
    """Draws candidates for one batch of pairs."""

    def __call__(self, contexts: tf.Tensor, seed: tf.Tensor) -> Candidates:
        """Draw for `contexts`, [n_pairs] int32, with `seed`, [2] int32."""


def make_noise(name: str, counts: NDArray[np.int64], exponent: float) -> NoiseDistribution:
    """Return the distribution that users call `name`: log_uniform, fixed_unigram or uniform.

    Args:
        name: as above.
        counts: [n_words] int64, occurrences, falling.
        exponent: for fixed_unigram.
    """
    if name == "log_uniform":
        return LogUniformNoise(len(counts))
    return UnigramNoise(unigram_probabilities(counts, 0.0 if name == "uniform" else exponent))


def make_sampler(
    name: str, counts: NDArray[np.int64], num_sampled: int, exponent: float, seed: int
) -> CandidateSampler:
    """Return the sampler that users call `name`, learned_unigram included.

    Args:
        name: as above.
        counts: [n_words] int64, occurrences, falling.
        num_sampled: S.
        exponent: for fixed_unigram.
        seed: for learned_unigram, which takes no seed per draw.
    """
    if name == "learned_unigram":
        return LearnedUnigramSampler(len(counts), num_sampled, seed)
    return StatelessSampler(make_noise(name, counts, exponent), num_sampled)


def unigram_probabilities(counts: NDArray[np.int64], exponent: float) -> NDArray[np.float64]:
    """Return p(word) in proportion to count^exponent; 0 makes all words alike.

    >>> unigram_probabilities(np.array([16, 1]), exponent=0.5).tolist()
    [0.8, 0.2]
    """
    weights = counts.astype(np.float64) ** exponent
    return np.asarray(weights / weights.sum())


class LogUniformNoise:
    """p(id) = log((id + 2) / (id + 1)) / log(n_words + 1): Zipf's law for ids that are ranks.

    The distribution of `tf.random.log_uniform_candidate_sampler`, whose op is stateful.
    """

    def __init__(self, n_words: int) -> None:
        self.n_words = n_words

    def draw(self, shape: Any, seed: tf.Tensor) -> tf.Tensor:
        uniform = tf.random.stateless_uniform(shape, seed, dtype=tf.float64)
        ids = tf.cast(tf.exp(uniform * np.log(self.n_words + 1.0)), tf.int64) - 1
        # exp(log(n + 1)) may round to n + 1 or above.
        return tf.minimum(ids, self.n_words - 1)

    def probabilities(self, ids: tf.Tensor) -> tf.Tensor:
        ratio = tf.math.log1p(1.0 / (tf.cast(ids, tf.float64) + 1.0))
        return tf.cast(ratio / np.log(self.n_words + 1.0), tf.float32)


class UnigramNoise:
    """A given p(word), drawn by inverting its cumulative sums."""

    def __init__(self, probabilities: NDArray[np.float64]) -> None:
        self._cumulative = tf.constant(np.cumsum(probabilities)[:-1], tf.float64)
        self._probabilities = tf.constant(probabilities, tf.float32)

    def draw(self, shape: Any, seed: tf.Tensor) -> tf.Tensor:
        # float64: with float32 no word rarer than 2^-23 would ever be drawn.
        uniform = tf.random.stateless_uniform(shape, seed, dtype=tf.float64)
        flat = tf.reshape(uniform, [-1])
        ids = tf.searchsorted(self._cumulative, flat, side="right", out_type=tf.int64)
        return tf.reshape(ids, shape)

    def probabilities(self, ids: tf.Tensor) -> tf.Tensor:
        return tf.gather(self._probabilities, ids)


class StatelessSampler:
    """Draws candidates from a distribution; the seed alone decides which."""

    def __init__(self, noise: NoiseDistribution, num_sampled: int) -> None:
        self.noise, self.num_sampled = noise, num_sampled

    def __call__(self, contexts: tf.Tensor, seed: tf.Tensor) -> Candidates:
        ids = self.noise.draw([self.num_sampled], seed)
        return Candidates(
            ids,
            self.num_sampled * self.noise.probabilities(contexts)[:, tf.newaxis],
            self.num_sampled * self.noise.probabilities(ids),
        )


class LearnedUnigramSampler:
    """Draws in proportion to how often a word was a context so far, each counted once more."""

    def __init__(self, n_words: int, num_sampled: int, seed: int) -> None:
        self.n_words, self.num_sampled, self.seed = n_words, num_sampled, seed

    def __call__(self, contexts: tf.Tensor, seed: tf.Tensor) -> Candidates:
        return Candidates(
            *tf.random.learned_unigram_candidate_sampler(
                true_classes=tf.cast(contexts, tf.int64)[:, tf.newaxis],
                num_true=1,
                num_sampled=self.num_sampled,
                unique=False,
                range_max=self.n_words,
                seed=self.seed,
            )
        )
