"""Turn an encoded corpus into (center, context) pairs, a chunk at a time.

Assumes ids are ordered by falling count and that sentences never share a window. A chunk is a run
of whole sentences, some 10^5 tokens, and all its pairs are made at once.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from w2v_cli.corpus.encoding import EncodedCorpus

Ids = NDArray[np.int32]


class Pairs(NamedTuple):
    """Centers and contexts, [n_pairs] int32 each."""

    centers: Ids
    contexts: Ids


DEFAULT_SUBSAMPLE, SHARE_OF_MEAN = 1e-4, 0.1
"""The default threshold, and what it is at least: this part of the mean share of a word.

In a small vocabulary every word has a large share. Thinning would leave little text, and no word
has to make room for rarer ones.
"""


def keep_probabilities(counts: NDArray[np.int64], threshold: float | None) -> NDArray[np.float64]:
    """Return the chance that one occurrence of each word survives subsampling.

    Args:
        counts: [n_words] int64, occurrences in the corpus, all positive.
        threshold: t in sqrt(t/f) + t/f, f the word's share of tokens; smaller thins more, 0 not
            at all. None is the default: 1e-4, or 0.1 / n_words where that is more.

    >>> keep_probabilities(np.array([900, 90, 10]), threshold=0.1).round(3).tolist()
    [0.444, 1.0, 1.0]
    """
    if threshold == 0:
        return np.ones(len(counts))
    if threshold is None:
        threshold = max(DEFAULT_SUBSAMPLE, SHARE_OF_MEAN / len(counts))
    ratio = threshold / (counts / counts.sum())
    # word2vec.c's form; the paper of 2013 keeps sqrt(t/f), which is always less.
    return np.asarray(np.minimum(1.0, np.sqrt(ratio) + ratio))


def kept_tokens(
    corpus: EncodedCorpus,
    first: int,
    last: int,
    keep: NDArray[np.float64],
    random: np.random.Generator,
) -> tuple[Ids, NDArray[np.int64]]:
    """Subsample sentences `first` to `last` (exclusive); return ids and the sentence of each."""
    bounds = corpus.starts[first : last + 1]
    ids = corpus.tokens(int(bounds[0]), int(bounds[-1]))
    kept = np.flatnonzero(random.random(len(ids), dtype=np.float32) < keep[ids])
    n_kept = np.diff(np.searchsorted(kept, bounds - bounds[0]))
    return ids[kept], np.repeat(np.arange(first, last), n_kept)


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
    ids, sentences = kept_tokens(corpus, first, last, keep, random)
    centers, contexts = skip_grams(ids, sentences, window, random)
    order = random.permutation(len(centers))
    return Pairs(centers[order], contexts[order])
