"""The directions in which vectors differ most, and vectors given by their place on these.

The axes are those of principal component analysis: the eigenvectors of the covariance of the rows,
by falling variance. Rows are turned onto the axes and are not moved to their mean, so that with all
axes every cosine and every product of two rows stays as it is.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from w2v_cli.errors import ConfigError

BLOCK_ROWS = 1 << 13
"""Rows that are held in float64 at a time: 6 MB at 100 numbers each."""


class OnAxes(NamedTuple):
    """Vectors on their principal axes.

    Attributes:
        table: [n, dimension] float32.
        variance_kept: share of the variance of the given rows, from 0 to 1.
    """

    table: NDArray[np.float32]
    variance_kept: float


def on_principal_axes(table: NDArray[np.float32], dimension: int) -> OnAxes:
    """Return [n, D] rows on the `dimension` axes of the highest variance, deterministically.

    An eigenvector can point either way; each axis points the way in which its largest component is
    positive.

    Raises:
        ConfigError: there are not so many axes.

    >>> on_principal_axes(np.array([[0, 3], [0, -3], [1, 0], [-1, 0]], dtype=np.float32), 1)
    OnAxes(table=array([[ 3.],
           [-3.],
           [ 0.],
           [ 0.]], dtype=float32), variance_kept=0.9)
    """
    n_numbers = table.shape[1]
    if not 1 <= dimension <= n_numbers:
        raise ConfigError(
            f"dimension must be from 1 to {n_numbers}, which the vectors have, got {dimension}"
        )
    variances, axes = np.linalg.eigh(_covariance(table))
    # eigh gives them by rising variance; rounding can leave a variance of nothing below zero.
    variances, axes = variances[::-1].clip(0), axes[:, ::-1][:, :dimension]
    largest = np.abs(axes).argmax(axis=0)
    axes = axes * np.sign(axes[largest, np.arange(dimension)])
    turned = np.empty((len(table), dimension), dtype=np.float32)
    for start in range(0, len(table), BLOCK_ROWS):
        block = slice(start, start + BLOCK_ROWS)
        turned[block] = table[block].astype(np.float64) @ axes
    total = float(variances.sum())
    return OnAxes(turned, float(variances[:dimension].sum()) / total if total else 1.0)


def _covariance(table: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the covariance of [n, D] rows, [D, D]."""
    mean = np.mean(table, axis=0, dtype=np.float64)
    covariance = np.zeros((table.shape[1], table.shape[1]))
    for start in range(0, len(table), BLOCK_ROWS):
        centered = table[start : start + BLOCK_ROWS] - mean
        covariance += centered.T @ centered
    return covariance / len(table)
