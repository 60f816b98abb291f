"""Products that are the same to the last bit, however many threads BLAS has.

The order in which BLAS adds up a product depends on its threads and on the processor, and so does
the rounding. Products of whole numbers have no rounding, so their order does not matter.
"""

import numpy as np
from numpy.typing import NDArray

STEPS = 1 << 14
"""Whole numbers for 1. Sums of up to 2^25 products of such numbers are exact in float64."""


def whole(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return `STEPS` times each value, which is from -1 to 1, as a whole number in float64."""
    return np.rint(np.asarray(values, dtype=np.float64) * STEPS)


def principal_axes(units: NDArray[np.float32], n_axes: int) -> NDArray[np.float64]:
    """Return the `n_axes` coordinates of [n, D] unit vectors that vary most, [n, n_axes].

    The first coordinate varies most. There are fewer axes if D is smaller.
    """
    points = whole(units)
    products = points.T @ points
    means = points.mean(axis=0)
    _, axes = np.linalg.eigh(products / len(points) - np.outer(means, means))
    axes = axes[:, ::-1][:, :n_axes]
    # An axis has two directions, and LAPACK may return either.
    axes *= np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    coordinates = points @ whole(axes)
    return np.asarray((coordinates - coordinates.mean(axis=0)) / STEPS**2)
