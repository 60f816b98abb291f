"""Subsampling: how likely one occurrence of a word is kept for training."""

import numpy as np
from numpy.typing import NDArray

DEFAULT_THRESHOLD = 1e-4

SHARE_OF_MEAN = 0.1
"""The default threshold is at least this part of the mean share of a word.

In a small vocabulary every word has a large share. With 1e-4 little of the text would be left, and
no word has to make room for rarer ones.
"""


def default_threshold(n_words: int) -> float:
    """Return the subsampling threshold of a vocabulary where none is given.

    >>> default_threshold(20), default_threshold(70_000)
    (0.005, 0.0001)
    """
    return max(DEFAULT_THRESHOLD, SHARE_OF_MEAN / n_words)


def keep_probabilities(counts: NDArray[np.int64], threshold: float | None) -> NDArray[np.float64]:
    """Return the chance that one occurrence of each word survives subsampling.

    Args:
        counts: [n_words] int64, occurrences in the corpus, all positive.
        threshold: t in sqrt(t/f) + t/f, f the word's share of tokens; smaller thins more, 0 not
            at all. None stands for `default_threshold`.

    >>> keep_probabilities(np.array([900, 90, 10]), threshold=0.1).round(3).tolist()
    [0.444, 1.0, 1.0]
    """
    if threshold == 0:
        return np.ones(len(counts))
    if threshold is None:
        threshold = default_threshold(len(counts))
    ratio = threshold / (counts / counts.sum())
    # word2vec.c's form; the paper of 2013 keeps sqrt(t/f), which is always less.
    return np.asarray(np.minimum(1.0, np.sqrt(ratio) + ratio))


def kept_shares(counts: NDArray[np.int64], threshold: float | None) -> NDArray[np.float64]:
    """Return the share of each word among the words that subsampling keeps, [n_words].

    Args:
        counts, threshold: as for `keep_probabilities`.

    >>> kept_shares(np.array([900, 90, 10]), threshold=0.1).round(3).tolist()
    [0.8, 0.18, 0.02]
    """
    kept = counts * keep_probabilities(counts, threshold)
    return np.asarray(kept / kept.sum())


def expected_kept(
    counts: NDArray[np.int64], in_text: NDArray[np.int64], threshold: float | None
) -> int:
    """Return how many words of a text an epoch is expected to keep.

    Args:
        counts: [n_words] int64, what keep probabilities follow: the vocabulary's counts.
        in_text: [n_words] int64, occurrences in the text, which may be another one.
        threshold: as for `keep_probabilities`.

    >>> expected_kept(np.array([900, 90, 10]), np.array([900, 90, 10]), threshold=0.1)
    500
    """
    return round(float(in_text @ keep_probabilities(counts, threshold)))
