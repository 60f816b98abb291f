"""Random numbers that depend on where in the run they are used, and on nothing else.

Every draw is keyed by (seed, what it is for, epoch, chunk), so a chunk's numbers do not depend on
the chunks before it.
"""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Purpose(IntEnum):
    """What a stream of random numbers is for; two purposes never share one."""

    INITIAL_TABLES = 0
    CHUNK_ORDER = 1
    PAIRS = 2
    NOISE = 3
    UNTRAINED_LOSS = 4


def generator(seed: int, purpose: Purpose, *position: int) -> np.random.Generator:
    """Return NumPy's counter-based generator for this purpose and position."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, purpose, *position])))


def stateless_seed(seed: int, purpose: Purpose, *position: int) -> NDArray[np.int32]:
    """Return a [2] int32 seed for TensorFlow's stateless functions."""
    return np.random.SeedSequence([seed, purpose, *position]).generate_state(2).view(np.int32)
