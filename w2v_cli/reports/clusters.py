"""Groups of words that are used alike: spherical k-means, and a name for each group."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from w2v_cli.reports.layout.exact import whole
from w2v_cli.reports.marks import MOST_KINDS

ROUNDS = 25
SEED = 0x77327601
NAMING_SHARE = 0.2
"""The share of a cluster's words, the most frequent ones, that may name it."""


class Clusters(NamedTuple):
    """Clusters of words, the largest first.

    Attributes:
        of: [n_words] intp, the cluster of each word.
        names: up to three typical words of each cluster, the most typical one first.
    """

    of: NDArray[np.intp]
    names: list[list[str]]


def find_clusters(units: NDArray[np.float32], words: list[str]) -> Clusters:
    """Return the clusters of words by falling frequency with [n, D] vectors of length 1."""
    points = whole(units)
    n_clusters = int(np.clip(round(len(points) ** 0.5 / 3), 1, MOST_KINDS))
    centers = _first_centers(points, n_clusters)
    of = np.full(len(points), -1)
    for _ in range(ROUNDS):
        before, of = of, (points @ centers.T).argmax(axis=1)
        if (of == before).all():
            break
        centers = _centers(points, of, centers)
    found, of = np.unique(of, return_inverse=True)
    by_size = np.argsort(-np.bincount(of), kind="stable")
    of = np.argsort(by_size)[of]
    centers = centers[found][by_size]
    names = [
        _name(np.flatnonzero(of == number), points, center, words)
        for number, center in enumerate(centers)
    ]
    return Clusters(of, names)


def _first_centers(points: NDArray[np.float64], n_clusters: int) -> NDArray[np.float64]:
    """Choose words far from each other, as k-means++ does: by chance, the far ones most likely."""
    random = np.random.Generator(np.random.SFC64(SEED))
    chosen = [0]
    lengths = (points * points).sum(axis=1)
    squares = np.full(len(points), np.inf)
    for _ in range(n_clusters - 1):
        last = points[chosen[-1]]
        squares = np.minimum(squares, lengths - 2 * (points @ last) + last @ last)
        sums = np.cumsum(np.maximum(squares, 0))
        chosen.append(int(np.searchsorted(sums, random.random() * sums[-1])))
    return points[np.minimum(chosen, len(points) - 1)]


def _centers(
    points: NDArray[np.float64], of: NDArray[np.intp], before: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the mean direction of each cluster; an empty one keeps the center that it had."""
    members = (of == np.arange(len(before))[:, np.newaxis]).astype(np.float64)
    sums = members @ points
    lengths = np.sqrt((sums * sums).sum(axis=1, keepdims=True))
    return np.where(lengths > 0, whole(sums / np.maximum(lengths, 1)), before)


def _name(
    members: NDArray[np.intp],
    points: NDArray[np.float64],
    center: NDArray[np.float64],
    words: list[str],
) -> list[str]:
    frequent = members[: max(12, round(len(members) * NAMING_SHARE))]
    order = np.argsort(-(points[frequent] @ center), kind="stable")
    return [words[word] for word in frequent[order[:3]]]


def places_of(places: NDArray[np.uint16], clusters: Clusters) -> NDArray[np.uint16]:
    """Return the place of each cluster's name, [n_clusters, 2]: where its words lie densest."""
    found = []
    for number in range(len(clusters.names)):
        members = places[clusters.of == number].astype(np.int64)
        middle = np.median(members, axis=0)
        # The median of ever fewer words, those nearest to the last one, climbs to the densest part.
        for share in (0.6, 0.4, 0.25):
            squares = ((members - middle) ** 2).sum(axis=1)
            nearest = np.argsort(squares, kind="stable")[: max(1, round(len(members) * share))]
            middle = np.median(members[nearest], axis=0)
        found.append(np.rint(middle))
    return np.array(found, dtype=np.uint16)
