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
        frozen: the tables in which these rows stay as they are: "center", "context", "biases".
    """

    ids: NDArray[np.int64]
    center: NDArray[np.float32]
    context: NDArray[np.float32] | None = None
    biases: NDArray[np.float32] | None = None
    frozen: tuple[str, ...] = ()

    def table(self, name: str) -> NDArray[np.float32]:
        """Return the rows of a table, which has some."""
        rows = {"center": self.center, "context": self.context, "biases": self.biases}[name]
        assert rows is not None
        return rows

    def n_changed(self, name: str, rows: NDArray[np.float32]) -> int:
        """Return how many of these rows of a table differ in any bit from what they were."""
        before = self.table(name).reshape(len(self.ids), -1).astype(np.float32, copy=False)
        now = rows.reshape(len(self.ids), -1)
        differs = np.ascontiguousarray(before).view(np.uint32) != now.view(np.uint32)
        return int(np.count_nonzero(differs.any(axis=1)))
