"""Find the nearest words on a map, and how many true neighbors are among them."""

import numpy as np
from numpy.typing import NDArray

ID_BITS = 29
"""Bits of an id beside a squared distance, which takes 34."""

LEAF = 64
"""Words in a leaf of the tree, at most."""


def nearest_on_map(places: NDArray[np.uint16], k: int) -> NDArray[np.int64]:
    """Return the exact `k` nearest of each of [n, 2] places, nearest first.

    Places are whole numbers, so equal distances are equal; these are in the order of ids.
    """
    n = len(places)
    k = min(k, n - 1)
    found = np.empty((n, k), dtype=np.int64)
    points = places.astype(np.int64)
    leaves = _leaves(points, np.arange(n))
    low = np.array([points[leaf].min(axis=0) for leaf in leaves])
    high = np.array([points[leaf].max(axis=0) for leaf in leaves])
    for number, leaf in enumerate(leaves):
        gap = np.maximum(np.maximum(low - high[number], low[number] - high), 0)
        squares = (gap * gap).sum(axis=1)
        order = np.argsort(squares, kind="stable")
        # The k-th nearest of some near words is no nearer than the k-th nearest of all.
        sizes = np.cumsum([len(leaves[each]) for each in order[: k + 2]])
        enough = int(np.searchsorted(sizes, k + 1)) + 1
        bound = _nearest(points, leaf, _joined(leaves, order[:enough]), k)[1].max()
        candidates = _joined(leaves, np.flatnonzero(squares <= bound))
        found[leaf] = _nearest(points, leaf, candidates, k)[0]
    return found


def kept_neighbors(true: NDArray[np.integer], on_map: NDArray[np.integer]) -> NDArray[np.uint8]:
    """Return how many of each word's [n, k] true neighbors are among its neighbors on the map."""
    return np.asarray(
        sum((true == on_map[:, [place]]).sum(axis=1) for place in range(on_map.shape[1])),
        dtype=np.uint8,
    ).reshape(len(true))


def _leaves(points: NDArray[np.int64], ids: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Halve the words at the median of the longer side until few are left."""
    if len(ids) <= LEAF:
        return [ids]
    extent = np.ptp(points[ids], axis=0)
    order = ids[np.argsort(points[ids, int(extent[1] > extent[0])], kind="stable")]
    middle = len(order) // 2
    return _leaves(points, order[:middle]) + _leaves(points, order[middle:])


def _joined(leaves: list[NDArray[np.int64]], which: NDArray[np.intp]) -> NDArray[np.int64]:
    return np.concatenate([leaves[each] for each in which])


def _nearest(
    points: NDArray[np.int64], asked: NDArray[np.int64], among: NDArray[np.int64], k: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the nearest of `among`, [m, k] nearest first, and the k-th squared distances."""
    difference = points[asked][:, np.newaxis] - points[among]
    squares = (difference * difference).sum(axis=2)
    keys = (squares << ID_BITS) | among
    keys[asked[:, np.newaxis] == among] = np.iinfo(np.int64).max
    keys = np.sort(np.partition(keys, k - 1, axis=1)[:, :k], axis=1)
    return keys & ((1 << ID_BITS) - 1), keys[:, -1] >> ID_BITS
