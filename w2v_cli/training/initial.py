"""Initial vectors that replace the random ones."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class InitialRows:
    """Initial rows of some words. All other words start with the usual values.

    Attributes:
        ids: [n] int64, ids of the words, without repeats.
        center: [n, D] float32.
        context: [n, D] float32, or None if only center vectors are given.
        biases: [n] float32, or None; not used if biases stay at zero.
    """

    ids: NDArray[np.int64]
    center: NDArray[np.float32]
    context: NDArray[np.float32] | None = None
    biases: NDArray[np.float32] | None = None
