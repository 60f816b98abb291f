"""Say whether a value is unusual among the values of words of similar frequency.

The values to compare with come from null models, between which no word has changed its meaning:
how much they differ is how much the method itself makes words differ. That depends on frequency, so
a value is placed in a band of null words that are about as frequent.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LARGEST_BAND = 500
SMALLEST_BAND = 50
"""Words in a band: a twentieth of the null words within these bounds, or all if there are fewer."""

SMALLEST_DEVIATION = 1e-6
"""Null models that are equal have no deviation to divide by."""

BLOCK_VALUES = 1 << 12
"""Values whose bands are held at a time, 16 MB."""


class Placed(NamedTuple):
    """Where each of n values stands in its band.

    Attributes:
        z: [n] float64, distance from the mean of the band, in standard deviations.
        percentile: [n] float64, percentage of the band's values that are no higher, from 0 to 100.
        expected: [n] float64, how many of n words without a change have so low a z.
    """

    z: NDArray[np.float64]
    percentile: NDArray[np.float64]
    expected: NDArray[np.float64]


class NullBands:
    """Null values in the order of frequency."""

    def __init__(self, frequencies: NDArray[np.int64], values: NDArray[np.float64]) -> None:
        """Take [m] frequencies in any unit, higher for more frequent words, and [m] values."""
        order = np.argsort(frequencies, kind="stable")
        self._frequencies, self._values = frequencies[order], values[order]
        n = len(values)
        self.n_words = min(n, max(SMALLEST_BAND, min(LARGEST_BAND, n // 20)))
        """How many null words a band has."""
        self._sums = np.concatenate([[0.0], np.cumsum(self._values)])
        self._squares = np.concatenate([[0.0], np.cumsum(self._values**2)])
        self._null_z = np.sort(self._z(self._frequencies, self._values, are_null=True))

    @property
    def lowest_z(self) -> float:
        """The lowest z of a null word among the other words of its band."""
        return float(self._null_z[0])

    def place(self, frequencies: NDArray[np.int64], values: NDArray[np.float64]) -> Placed:
        """Return where [n] values of words of [n] frequencies stand in their bands."""
        z = self._z(frequencies, values, are_null=False)
        # One is added on both sides, because a value below all null values is not impossible.
        n_as_low = np.searchsorted(self._null_z, z, side="right") + 1
        expected = len(values) * n_as_low / (len(self._null_z) + 1)
        return Placed(z, self._percentiles(frequencies, values), expected)

    def _starts(self, frequencies: NDArray[np.int64]) -> NDArray[np.intp]:
        """Return where the band of each word begins; words of its own frequency are its middle."""
        below = np.searchsorted(self._frequencies, frequencies, side="left")
        above = np.searchsorted(self._frequencies, frequencies, side="right")
        starts: NDArray[np.intp] = ((below + above) // 2 - self.n_words // 2).clip(
            0, len(self._values) - self.n_words
        )
        return starts

    def _z(
        self, frequencies: NDArray[np.int64], values: NDArray[np.float64], *, are_null: bool
    ) -> NDArray[np.float64]:
        starts = self._starts(frequencies)
        ends = starts + self.n_words
        sums = self._sums[ends] - self._sums[starts]
        squares = self._squares[ends] - self._squares[starts]
        n = np.full(len(values), self.n_words)
        if are_null:
            # A word is not compared with itself.
            places = np.arange(len(values))
            own = np.flatnonzero((places >= starts) & (places < ends))
            sums[own] -= values[own]
            squares[own] -= values[own] ** 2
            n[own] -= 1
        n = n.clip(1)
        means = sums / n
        deviations = np.sqrt((squares / n - means**2).clip(0))
        z: NDArray[np.float64] = (values - means) / deviations.clip(SMALLEST_DEVIATION)
        return z

    def _percentiles(
        self, frequencies: NDArray[np.int64], values: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        bands = np.lib.stride_tricks.sliding_window_view(self._values, self.n_words)
        starts = self._starts(frequencies)
        shares = np.empty(len(values))
        for first in range(0, len(values), BLOCK_VALUES):
            rows = slice(first, first + BLOCK_VALUES)
            shares[rows] = (bands[starts[rows]] <= values[rows, np.newaxis]).mean(axis=1)
        return shares * 100
