"""Types of numbers that files have, and how they become float32 and come from it.

An int8 table has one scale for all its rows, so that cosines, products and means of its rows are
those of the vectors, up to a factor, for readers that do not know the scale.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

NUMBERS = ("float32", "float16", "float64", "int8")
"""What is read; `names.Form.dtypes` says what is written."""

BLOCK_ROWS = 1 << 14

LARGEST_INT8 = 127
"""-128 is not used, so that a vector and its negative have the same size."""


def in_float32(table: NDArray[Any], scale: NDArray[Any] | float | None = None) -> NDArray[Any]:
    """Return a table of another type as float32; what it cannot hold becomes infinite.

    Args:
        table: [n_words, D] of a type in `NUMBERS`.
        scale: what int8 numbers are multiplied by; they are taken as they stand if it is None.

    Raises:
        ValueError: the scale is not one positive number, or the table is not one of int8.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        found = table.astype(np.float32, copy=False)
    if scale is None:
        return found
    factor = np.asarray(scale)
    if factor.size != 1 or factor.dtype.kind != "f" or not 0 < factor.item() < np.inf:
        raise ValueError("its scale is not one positive number")
    if table.dtype != np.int8:
        raise ValueError(f"it has a scale, which belongs to int8 numbers, not to {table.dtype}")
    return found * np.float32(factor.item())


def in_int8(table: NDArray[np.float32]) -> tuple[NDArray[np.int8], float]:
    """Return a table in whole numbers from -127 to 127, and the scale that restores it.

    No restored number is further from the given one than half the scale.

    >>> numbers, scale = in_int8(np.array([[0.254, -0.1], [0.0, 0.004]], dtype=np.float32))
    >>> numbers.tolist(), round(scale, 6)
    ([[127, -50], [0, 2]], 0.002)
    """
    blocks = [slice(start, start + BLOCK_ROWS) for start in range(0, len(table), BLOCK_ROWS)]
    largest = max(float(np.abs(table[block]).max()) for block in blocks)
    # The float32 that files hold, so that the numbers and the scale belong together. Rounded down,
    # so that 127 times the scale is a float32 too.
    scale = np.float32(largest / LARGEST_INT8)
    if float(scale) * LARGEST_INT8 > largest:
        scale = np.nextafter(scale, np.float32(0))
    scale = scale or np.float32(1)
    numbers = np.empty(table.shape, dtype=np.int8)
    for block in blocks:
        whole = np.rint(table[block] / scale)
        # A scale that is denormal may leave the largest number outside.
        numbers[block] = whole.clip(-LARGEST_INT8, LARGEST_INT8)
    return numbers, float(scale)
