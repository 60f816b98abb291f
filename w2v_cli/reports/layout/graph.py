"""The graph of near words: which words attract each other on the map, and how strongly."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from w2v_cli.vectors.queries import Vectors
from w2v_cli.vectors.search import Exclusions, Highest

SPARE = 5
"""Neighbors beyond those that are kept: rounding may exchange the last of two equally near ones."""

ROWS = 1 << 14
"""Words whose cosines are taken at a time."""


class Graph(NamedTuple):
    """Pairs of near words, each in both directions, sorted by the first word.

    Attributes:
        starts: [n_words + 1] int64, where the pairs of each word begin.
        ends: [n_pairs] int64, the second word of each pair.
        weights: [n_pairs] float32, from 0 to 1, equal in both directions.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    weights: NDArray[np.float32]


def nearest(vectors: Vectors, k: int) -> Highest:
    """Return the exact `k` nearest words of each word; fewer if there are not so many words.

    The cosines are the same to the last bit whatever BLAS does, because it only proposes the words.
    """
    n, k = len(vectors), min(k, len(vectors) - 1)
    if k < 1:
        return Highest(np.empty((n, 0), dtype=np.intp), np.empty((n, 0), dtype=np.float32))
    every = np.arange(n)
    units = vectors.units(every)
    proposed = vectors.highest(units, Exclusions(every, every), min(k + SPARE, n - 1)).ids
    proposed = np.sort(proposed, axis=1)
    cosines = np.concatenate(
        [
            np.einsum(
                "id,ikd->ik", units[at : at + ROWS], units[proposed[at : at + ROWS]], optimize=False
            )
            for at in range(0, n, ROWS)
        ]
    )
    # Equally near words stay in the order of their ids.
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
    return Highest(
        np.take_along_axis(proposed, order, axis=1), np.take_along_axis(cosines, order, axis=1)
    )


def attractions(near: Highest) -> Graph:
    """Return the graph of UMAP: how surely each of two words is near the other.

    The weight of a word's neighbor falls exponentially with its distance, 1 - cosine, beyond the
    nearest neighbor. The scale of each word is such that its weights add up to log2(k). The weight
    of a pair joins those of both directions, a + b - ab.
    """
    n, k = near.ids.shape
    if k == 0:
        return Graph(np.zeros(n + 1, dtype=np.int64), np.empty(0, int), np.empty(0, np.float32))
    beyond = near.cosines[:, :1].astype(np.float64) - near.cosines
    directed = np.exp(-beyond / _scales(beyond)[:, np.newaxis]).ravel()
    first, second = np.repeat(np.arange(n), k), near.ids.ravel()
    pairs = np.concatenate([first * n + second, second * n + first])
    pairs, place = np.unique(pairs, return_inverse=True)
    of_first = np.bincount(place[: n * k], directed, len(pairs))
    of_second = np.bincount(place[n * k :], directed, len(pairs))
    weights = (of_first + of_second - of_first * of_second).astype(np.float32)
    starts = np.searchsorted(pairs, np.arange(n + 1) * n)
    return Graph(starts, pairs % n, weights)


def _scales(beyond: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the scale of each of [n, k] rows of distances at which weights add up to log2(k)."""
    wanted = np.log2(max(beyond.shape[1], 2))
    low, high = np.zeros(len(beyond)), np.full(len(beyond), 2.0)
    for _ in range(30):
        middle = (low + high) / 2
        is_high = np.exp(-beyond / middle[:, np.newaxis]).sum(axis=1) > wanted
        low, high = np.where(is_high, low, middle), np.where(is_high, middle, high)
    return np.asarray(np.maximum(high, 1e-6))
