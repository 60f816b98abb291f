"""Random numbers that depend only on the seed and on where in the run they are used.

The key of every stream is (seed, purpose, epoch, chunk), so the numbers of a chunk do not depend on
the chunks before it.
"""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Purpose(IntEnum):
    """The use of a stream of random numbers. Two purposes never share a stream."""

    INITIAL_TABLES = 0
    CHUNK_ORDER = 1
    PAIRS = 2
    NOISE = 3
    UNTRAINED_LOSS = 4
    HELD_OUT_PAIRS = 5
    HELD_OUT_NOISE = 6


def generator(seed: int, purpose: Purpose, *position: int) -> np.random.Generator:
    """Return NumPy's counter-based Philox generator for this purpose and position."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, purpose, *position])))


def stateless_seed(seed: int, purpose: Purpose, *position: int) -> NDArray[np.int32]:
    """Return a [2] int32 seed for TensorFlow's stateless functions."""
    return np.random.SeedSequence([seed, purpose, *position]).generate_state(2).view(np.int32)
