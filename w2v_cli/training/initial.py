"""Vectors to begin with in place of random ones."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class InitialRows:
    """What is known of some words before training; all others begin as they always do.

    Attributes:
        ids: [n] int64, the words, each once.
        center: [n, D] float32.
        context: [n, D] float32, or None where only center vectors are known.
        biases: [n] float32, or None; not used where biases stay at zero.
    """

    ids: NDArray[np.int64]
    center: NDArray[np.float32]
    context: NDArray[np.float32] | None = None
    biases: NDArray[np.float32] | None = None
