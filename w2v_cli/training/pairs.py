"""Turn an encoded corpus into (center, context) pairs, a chunk at a time.

Assumes ids are ordered by falling count and that sentences never share a window. A chunk is a run
of whole sentences, some 10^5 tokens; one element of the dataset holds all its pairs, shuffled.
"""

from typing import NamedTuple

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from w2v_cli.corpus.encoding import EncodedCorpus
from w2v_cli.training.randomness import Purpose, generator

Ids = NDArray[np.int32]


class Pairs(NamedTuple):
    """Centers and contexts, [n_pairs] int32 each."""

    centers: Ids
    contexts: Ids


def keep_probabilities(counts: NDArray[np.int64], threshold: float) -> NDArray[np.float64]:
    """Return the chance that one occurrence of each word survives subsampling.

    Args:
        counts: [n_words] int64, occurrences in the corpus, all positive.
        threshold: t in sqrt(t/f) + t/f, f the word's share of tokens; smaller thins more, 0 not
            at all.

    >>> keep_probabilities(np.array([900, 90, 10]), threshold=0.1).round(3).tolist()
    [0.444, 1.0, 1.0]
    """
    if threshold == 0:
        return np.ones(len(counts))
    ratio = threshold / (counts / counts.sum())
    # word2vec.c's form; the paper of 2013 keeps sqrt(t/f), which is always less.
    return np.asarray(np.minimum(1.0, np.sqrt(ratio) + ratio))


def skip_grams(
    ids: Ids, sentences: NDArray[np.int64], window: int, random: np.random.Generator
) -> Pairs:
    """Return the pairs of every center with the words at most its radius away.

    Args:
        ids: [n] tokens.
        sentences: [n] the sentence of each token, rising; pairs never cross sentences.
        window: each center's radius is drawn uniformly from 1 to `window`.
    """
    radius = random.integers(1, window, size=len(ids), endpoint=True)
    left, right = [], []
    for distance in range(1, min(window, len(ids) - 1) + 1):
        together = sentences[distance:] == sentences[:-distance]
        # Whoever is the center, its radius decides: first the token on the left, then the right.
        forward = np.flatnonzero(together & (radius[:-distance] >= distance))
        backward = np.flatnonzero(together & (radius[distance:] >= distance))
        left += [forward, backward + distance]
        right += [forward + distance, backward]
    if not left:
        return Pairs(ids[:0], ids[:0])
    return Pairs(ids[np.concatenate(left)], ids[np.concatenate(right)])


def chunk_pairs(
    corpus: EncodedCorpus,
    first: int,
    last: int,
    keep: NDArray[np.float64],
    window: int,
    random: np.random.Generator,
) -> Pairs:
    """Return the pairs of sentences `first` to `last` (exclusive), subsampled and shuffled."""
    bounds = corpus.starts[first : last + 1]
    ids = corpus.ids[bounds[0] : bounds[-1]]
    sentences = np.repeat(np.arange(first, last), np.diff(bounds))
    kept = random.random(len(ids), dtype=np.float32) < keep[ids]
    centers, contexts = skip_grams(ids[kept], sentences[kept], window, random)
    order = random.permutation(len(centers))
    return Pairs(centers[order], contexts[order])


def pairs_dataset(
    corpus: EncodedCorpus,
    borders: NDArray[np.int64],
    order: NDArray[np.int64],
    keep: NDArray[np.float64],
    window: int,
    seed: int,
    epoch: int,
) -> tf.data.Dataset:
    """Return one epoch: an element (centers, contexts) for each chunk, in the given order.

    Args:
        borders: [n_chunks + 1] as `EncodedCorpus.chunks` returns them.
        order: the chunks to visit.
    """

    def load(chunk: NDArray[np.int64]) -> Pairs:
        random = generator(seed, Purpose.PAIRS, epoch, int(chunk))
        first, last = int(borders[chunk]), int(borders[chunk + 1])
        return chunk_pairs(corpus, first, last, keep, window, random)

    def load_in_graph(chunk: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        centers, contexts = tf.numpy_function(load, [chunk], (tf.int32, tf.int32), stateful=False)
        return tf.ensure_shape(centers, [None]), tf.ensure_shape(contexts, [None])

    return tf.data.Dataset.from_tensor_slices(order).map(load_in_graph).prefetch(2)
