"""Draw noise words (candidates) and return their expected counts.

Every sampler draws with replacement, so the expected count of a word in S draws is S * p(word).
`log_uniform`, `fixed_unigram` and `uniform` use TensorFlow's stateless generator, so the noise of a
step depends only on its seed. `learned_unigram` counts the contexts of all steps inside its kernel,
so its draws depend on every earlier step of the process.
"""

from typing import Any, NamedTuple, Protocol

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from w2v_cli.noise import noise_probabilities


class Candidates(NamedTuple):
    """The `sampled_values` of `tf.nn.sampled_softmax_loss` and `tf.nn.nce_loss`.

    Attributes:
        ids: [S] int64, noise words, shared by all pairs of a batch.
        context_expected: [n_pairs, 1] float32, expected count of each pair's context in S draws.
        expected: [S] float32, expected count of each candidate in S draws.
    """

    ids: tf.Tensor
    context_expected: tf.Tensor
    expected: tf.Tensor


def merge_repeats(candidates: Candidates) -> Candidates:
    """Keep each word once. Divide the expected count of a word that was drawn m times by m.

    The softmax over the candidates stays the same: exp(logit - log(Q / m)) = m exp(logit - log Q).
    `tf.nn.sampled_softmax_loss` needs this: if several equal candidates hit a pair's context, it
    removes only one of them.
    """
    ids, places, repeats = tf.unique_with_counts(candidates.ids)
    # Equal words have equal expected counts, so the mean is that count.
    expected = tf.math.unsorted_segment_mean(candidates.expected, places, tf.size(ids))
    return candidates._replace(ids=ids, expected=expected / tf.cast(repeats, tf.float32))


class NoiseDistribution(Protocol):
    """A distribution p(word) whose draws depend only on a seed."""

    def draw(self, shape: Any, seed: tf.Tensor) -> tf.Tensor:
        """Return int64 ids with this shape. `seed` is [2] int32."""

    def probabilities(self, ids: tf.Tensor) -> tf.Tensor:
        """Return p(word) of each id, float32."""


class CandidateSampler(Protocol):
    """Draws candidates for one batch of pairs."""

    def __call__(self, contexts: tf.Tensor, seed: tf.Tensor) -> Candidates:
        """Draw candidates for `contexts`, [n_pairs] int32, with `seed`, [2] int32."""


def make_noise(name: str, counts: NDArray[np.int64], exponent: float) -> NoiseDistribution:
    """Return the noise distribution with this name.

    Args:
        name: log_uniform, fixed_unigram or uniform.
        counts: [n_words] int64, occurrences, in falling order.
        exponent: fixed_unigram uses count^exponent.
    """
    if name == "log_uniform":
        return LogUniformNoise(len(counts))
    return UnigramNoise(noise_probabilities(name, counts, exponent))


def make_sampler(
    name: str, counts: NDArray[np.int64], num_sampled: int, exponent: float, seed: int
) -> CandidateSampler:
    """Return the sampler with this name.

    Args:
        name: log_uniform, fixed_unigram, uniform or learned_unigram.
        counts: [n_words] int64, occurrences, in falling order.
        num_sampled: S, the number of draws.
        exponent: fixed_unigram uses count^exponent.
        seed: seed of learned_unigram, which takes no seed for a single draw.
    """
    if name == "learned_unigram":
        return LearnedUnigramSampler(len(counts), num_sampled, seed)
    return StatelessSampler(make_noise(name, counts, exponent), num_sampled)


def alias_tables(
    probabilities: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the two tables of Walker's alias method (1977).

    To draw a word: draw i uniformly from the n words, take i with probability keep[i], else
    alias[i]. The tables are built by the sweep of Hübschle-Schneider and Sanders (2022). A light
    word has p(word) below 1/n, a heavy word above. Heavy words give light words what these lack.
    Both are taken in order, so running sums show which heavy word gives to which light word. A
    heavy word that has given too much becomes light, and the next heavy word is its alias.

    Args:
        probabilities: [n] float64, p(word), with sum 1.

    Returns:
        keep, [n] float64, and alias, [n] int64.

    >>> keep, alias = alias_tables(np.array([0.625, 0.25, 0.125]))
    >>> keep.tolist(), alias.tolist()
    ([1.0, 0.75, 0.375], [0, 0, 0])
    """
    keep = probabilities * len(probabilities)
    alias = np.arange(len(probabilities))
    # Rounding can make all values less than 1 (49 * (1/49) < 1). One word must stay heavy.
    is_heavy = keep >= min(1.0, keep.max())
    light, heavy = np.flatnonzero(~is_heavy), np.flatnonzero(is_heavy)
    lacks, gives = np.cumsum(1.0 - keep[light]), np.cumsum(keep[heavy] - 1.0)
    lacked_before = np.append(0.0, lacks)[: len(light)]
    giver = np.searchsorted(gives, lacked_before, side="right")
    # Because of rounding, the last light words may find no heavy word with anything left.
    alias[light] = heavy[np.minimum(giver, len(heavy) - 1)]
    emptied_by = np.searchsorted(lacks, gives[:-1], side="right")
    is_emptied = emptied_by < len(light)
    emptied, emptied_by = heavy[:-1][is_emptied], emptied_by[is_emptied]
    keep[heavy] = 1.0
    keep[emptied] += gives[:-1][is_emptied] - lacks[emptied_by]
    alias[emptied] = heavy[1:][is_emptied]
    return keep, alias


class LogUniformNoise:
    """p(id) = log((id + 2) / (id + 1)) / log(n_words + 1): Zipf's law for ids that are ranks.

    The same distribution as `tf.random.log_uniform_candidate_sampler`, whose op is stateful.
    """

    def __init__(self, n_words: int) -> None:
        self.n_words = n_words

    def draw(self, shape: Any, seed: tf.Tensor) -> tf.Tensor:
        uniform = tf.random.stateless_uniform(shape, seed, dtype=tf.float64)
        ids = tf.cast(tf.exp(uniform * np.log(self.n_words + 1.0)), tf.int64) - 1
        # exp(log(n + 1)) can round to n + 1 or more.
        return tf.minimum(ids, self.n_words - 1)

    def probabilities(self, ids: tf.Tensor) -> tf.Tensor:
        ratio = tf.math.log1p(1.0 / (tf.cast(ids, tf.float64) + 1.0))
        return tf.cast(ratio / np.log(self.n_words + 1.0), tf.float32)


class UnigramNoise:
    """A given p(word), drawn by the alias method: two table look-ups for any number of words."""

    def __init__(self, probabilities: NDArray[np.float64]) -> None:
        self._n_words = len(probabilities)
        keep, alias = alias_tables(probabilities)
        self._keep, self._alias = tf.constant(keep), tf.constant(alias)
        self._probabilities = tf.constant(probabilities, tf.float32)

    def draw(self, shape: Any, seed: tf.Tensor) -> tf.Tensor:
        # The integer part is a word. The fraction decides between the word and its alias. float32
        # has too few digits for both.
        uniform = self._n_words * tf.random.stateless_uniform(shape, seed, dtype=tf.float64)
        ids = tf.cast(uniform, tf.int64)
        keeps = uniform - tf.cast(ids, tf.float64) < tf.gather(self._keep, ids)
        return tf.where(keeps, ids, tf.gather(self._alias, ids))

    def probabilities(self, ids: tf.Tensor) -> tf.Tensor:
        return tf.gather(self._probabilities, ids)


class StatelessSampler:
    """Draws candidates from a distribution. They depend only on the seed."""

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
    """Draws a word in proportion to 1 + the number of times it was a context so far."""

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
