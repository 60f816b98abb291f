"""Write TensorFlow variables to NumPy files and read them back, a block of rows at a time.

Reading a whole variable at once copies it, and the largest table would be in memory twice.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from w2v_cli.errors import DivergedError, TrainingError
from w2v_cli.storage import name_file_in_errors

BLOCK_ROWS = 1 << 12


Change = Callable[[NDArray[np.int64], NDArray[np.float32]], NDArray[np.float32]]
"""Takes the numbers of rows and the rows, and returns rows of the same shape."""


def write_variable(variable: tf.Variable, path: Path, change: Change | None = None) -> None:
    """Write a float32 variable of any shape as `.npy`.

    Args:
        variable: the variable.
        path: of the file.
        change: what becomes of the rows on their way into the file.

    Raises:
        DivergedError: a number in the variable is not finite.
        OSError: the disk is full or fails.
    """
    with name_file_in_errors(path), path.open("wb") as file:
        described = {
            "descr": "<f4",
            "fortran_order": False,
            "shape": tuple(variable.shape.as_list()),
        }
        np.lib.format.write_array_header_1_0(file, described)
        for rows in row_blocks(int(variable.shape[0])):
            block = tf.gather(variable, rows).numpy()
            if change is not None:
                block = change(rows, block)
            if not np.isfinite(block).all():
                raise DivergedError(
                    "a vector holds a number that is no longer finite; use a lower --learning-rate"
                )
            file.write(block.astype("<f4", copy=False).data)


def read_variable(variable: tf.Variable, path: Path) -> None:
    """Load a file of `write_variable` into a variable.

    Raises:
        TrainingError: the file has another dtype or shape.
    """
    saved = np.load(path, mmap_mode="r", allow_pickle=False)
    if saved.shape != tuple(variable.shape) or saved.dtype != np.float32:
        raise TrainingError(
            f"{path}: holds {saved.dtype} {saved.shape}, not float32 {tuple(variable.shape)}"
        )
    for rows in row_blocks(int(variable.shape[0])):
        variable.scatter_update(tf.IndexedSlices(saved[rows], rows))


def row_blocks(n_rows: int) -> list[NDArray[np.int64]]:
    """Return the numbers of all rows, in blocks of up to `BLOCK_ROWS`."""
    return [
        np.arange(start, min(start + BLOCK_ROWS, n_rows)) for start in range(0, n_rows, BLOCK_ROWS)
    ]
