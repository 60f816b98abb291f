"""Find how many of its nearest words a word has in common in several models.

The nearest words are looked for among the words that are compared, exactly and in blocks, so that
words of one model alone do not count as changes.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from w2v_cli.vectors.search import Exclusions, Search

BLOCK_WORDS = 1 << 13
"""Words whose nearest ones are held at a time: 13 MB for 100 of each in two models."""

LARGEST_SHARE = 4
"""A neighborhood is at most a quarter of the words, else every two of them are alike."""

Progress = Callable[[int, int], object]
"""Is called with the number of words whose nearest ones were found, and with how many there are."""

Add = Callable[[int], object]
"""Is called with the number of words that were done since the last call."""


def no_progress(done: int, total: int) -> None:
    """Show nothing."""


def adding(progress: Progress, total: int) -> Add:
    """Return a function that adds up what was done of `total` words and passes it on."""
    done = 0

    def add(n: int) -> None:
        nonlocal done
        done += n
        progress(done, total)

    return add


def usable_k(k: int, n_words: int) -> int:
    """Return how many nearest words to look at: `k`, or fewer where there are few words.

    >>> usable_k(100, 70_000), usable_k(100, 20), usable_k(100, 2)
    (100, 4, 1)
    """
    return max(1, min(k, (n_words - 1) // LARGEST_SHARE))


def nearest_words(units: NDArray[np.float32], k: int, add: Add = int) -> Iterator[NDArray[np.intp]]:
    """Yield the rows of the `k` nearest words of each word, block by block, [block, k] intp.

    Args:
        units: [n, D] float32, vectors of length 1.
        k: at most n - 1.
        add: see `Add`.
    """
    search = Search(units, np.ones(len(units), dtype=np.float32), k)
    for start in range(0, len(units), BLOCK_WORDS):
        queries = units[start : start + BLOCK_WORDS]
        places = np.arange(len(queries))
        yield search.highest(queries, Exclusions(places, start + places)).ids
        add(len(queries))


def overlaps(models: Sequence[NDArray[np.float32]], k: int, add: Add = int) -> NDArray[np.float64]:
    """Return for each word the share of its `k` nearest words that two models have in common.

    Args:
        models: at least two, [n, D] float32 each: the vectors of the same words, of length 1.
        k: at most n - 1.
        add: see `Add`; it is called for each model.

    Returns:
        [n] float64 from 0 to 1; with more than two models the mean over all pairs of models.
    """
    n_pairs = len(models) * (len(models) - 1) // 2
    blocks = zip(*(nearest_words(units, k, add) for units in models), strict=True)
    shares = [_n_common(near) / (n_pairs * k) for near in blocks]
    return np.concatenate(shares)


def _n_common(near: Sequence[NDArray[np.intp]]) -> NDArray[np.float64]:
    """Return how many equal ids each line of [m, k] ids has in two arrays, summed over pairs."""
    # A word that c models name stands c times in a sorted line, and c (c - 1) / 2 pairs have it in
    # common. That is the number of its pairs of places, so distances 1 to c - 1 are counted.
    ids = np.sort(np.concatenate(near, axis=1), axis=1)
    counts = np.zeros(len(ids))
    for distance in range(1, len(near)):
        counts += np.count_nonzero(ids[:, distance:] == ids[:, :-distance], axis=1)
    return counts
