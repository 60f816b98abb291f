"""Turn the vectors of one model into the space of another one.

Two runs give vectors that differ by a rotation, which changes no cosine. Orthogonal Procrustes
finds the rotation or reflection R that minimizes |X R - Y|, where the rows of X and Y are the
vectors of the same words: R = U V^T for the singular value decomposition X^T Y = U S V^T
(Schönemann 1966). All vectors count with length 1, so that long ones do not decide alone.
"""

import logging
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from w2v_cli.errors import ModelError
from w2v_cli.vectors.comparison.shared_words import SharedWords
from w2v_cli.vectors.queries import Vectors

log = logging.getLogger(__name__)

BLOCK_ROWS = 1 << 13
"""Rows that are held in float64 at a time: 6.5 MB at 100 numbers each."""


@dataclass(frozen=True, eq=False)
class Alignment:
    """A rotation of one model into the space of another, and how well both agree then.

    Attributes:
        rotation: [D, D] float64, orthogonal; rows are multiplied by it from the right.
        n_anchors: words that the rotation was fitted to.
        n_shared: words that both models have.
        residual: |X R - Y| / |Y| of the anchors: 0 for equal vectors, 1.41 for unrelated ones.
        mean_cosine: of the anchors, after the rotation.
        mean_cosine_of_others: of the shared words that are no anchors; None if there are none.
    """

    rotation: NDArray[np.float64]
    n_anchors: int
    n_shared: int
    residual: float
    mean_cosine: float
    mean_cosine_of_others: float | None


def align(shared: SharedWords, anchors: NDArray[np.intp] | None = None) -> Alignment:
    """Fit the rotation of the first of two models into the space of the second.

    Args:
        shared: the words of both models.
        anchors: places in `shared` of the words to fit to; all if None.

    Raises:
        ModelError: the models have vectors of different dimensions, or a number is not finite.
    """
    dimensions = [model.table.shape[1] for model in shared.models]
    if dimensions[0] != dimensions[1]:
        raise ModelError(
            f"the first model has vectors of {dimensions[0]} numbers and the second of"
            f" {dimensions[1]}; only vectors of the same dimension can be aligned"
        )
    n = len(shared)
    chosen = np.arange(n) if anchors is None else anchors
    if len(chosen) < dimensions[0]:
        log.warning(
            "%s words are too few for vectors of %s numbers: many rotations fit them equally well",
            f"{len(chosen):,}",
            f"{dimensions[0]:,}",
        )
    units = [shared.units(0), shared.units(1)]
    rotation = _fitted(units[0][chosen], units[1][chosen])
    cosines = aligned_cosines(units[0], units[1], rotation)
    is_anchor = np.zeros(n, dtype=bool)
    is_anchor[chosen] = True
    others = cosines[~is_anchor]
    return Alignment(
        rotation=rotation,
        n_anchors=len(chosen),
        n_shared=n,
        residual=_residual(units[0][chosen], units[1][chosen], rotation),
        mean_cosine=float(cosines[chosen].mean()),
        mean_cosine_of_others=float(others.mean()) if len(others) else None,
    )


def aligned_cosines(
    moved: NDArray[np.float32], base: NDArray[np.float32], rotation: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the cosine of each of [n, D] rows of length 1 with another one, after the rotation."""
    cosines = [
        np.einsum("ij,ij->i", moved[rows].astype(np.float64) @ rotation, base[rows])
        for rows in _blocks(len(moved))
    ]
    return np.concatenate(cosines)


def rotated(vectors: Vectors, rotation: NDArray[np.float64]) -> Vectors:
    """Return all words of a model with their vectors turned, which keeps lengths and cosines."""
    table = np.empty(vectors.table.shape, dtype=np.float32)
    for rows in _blocks(len(table)):
        table[rows] = vectors.table[rows].astype(np.float64) @ rotation
    return replace(vectors, table=table, model=None)


def _fitted(moved: NDArray[np.float32], base: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the [D, D] rotation of rows onto others."""
    dimension = moved.shape[1]
    products = np.zeros((dimension, dimension))
    for rows in _blocks(len(moved)):
        products += moved[rows].astype(np.float64).T @ base[rows].astype(np.float64)
    left, _, right = np.linalg.svd(products)
    rotation: NDArray[np.float64] = left @ right
    return rotation


def _residual(
    moved: NDArray[np.float32], base: NDArray[np.float32], rotation: NDArray[np.float64]
) -> float:
    """Return |X R - Y| / |Y|; 0 where Y is 0."""
    distance = length = 0.0
    for rows in _blocks(len(moved)):
        distance += float(((moved[rows].astype(np.float64) @ rotation - base[rows]) ** 2).sum())
        length += float((base[rows].astype(np.float64) ** 2).sum())
    return float(np.sqrt(distance / length)) if length else 0.0


def _blocks(n: int) -> list[slice]:
    return [slice(start, start + BLOCK_ROWS) for start in range(0, n, BLOCK_ROWS)]
