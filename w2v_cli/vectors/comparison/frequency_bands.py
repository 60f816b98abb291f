"""Divide words into bands of frequency.

A band is a range of ranks, because every file has an order of words and not every file has counts.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FIRST_BAND = 100
"""Words in the first band. The next ones end at 3, 10, 30, ... times so many words. No band has
fewer words than the first, unless all words together are fewer."""


class Band(NamedTuple):
    """Words of neighboring ranks.

    Attributes:
        first, last: ranks from 1.
        highest_count, lowest_count: how often its words were seen; None where it is not known.
    """

    first: int
    last: int
    highest_count: int | None
    lowest_count: int | None

    @property
    def rows(self) -> slice:
        """The words' places in an array that is ordered by rank."""
        return slice(self.first - 1, self.last)

    @property
    def ranks(self) -> str:
        """The ranks as text, such as `101 to 300`."""
        return f"{self.first:,} to {self.last:,}"

    @property
    def counts(self) -> str:
        """The counts as text, `-` where they are not known."""
        if self.highest_count is None:
            return "-"
        return f"{self.highest_count:,} to {self.lowest_count:,}"

    @property
    def n_words(self) -> int:
        return self.last - self.first + 1


def frequency_bands(counts: NDArray[np.int64]) -> list[Band]:
    """Return the bands of words whose [n] int64 counts stand in the order of their ranks.

    >>> [band[:2] for band in frequency_bands(np.zeros(450, dtype=np.int64))]
    [(1, 100), (101, 300), (301, 450)]
    >>> [band[:2] for band in frequency_bands(np.zeros(350, dtype=np.int64))]
    [(1, 100), (101, 350)]
    """
    ends: list[int] = []
    factor = 1
    while FIRST_BAND * factor < len(counts):
        ends += [FIRST_BAND * factor, FIRST_BAND * factor * 3]
        factor *= 10
    ends = [0, *(end for end in ends if end <= len(counts) - FIRST_BAND), len(counts)]
    return [_band(counts, first, last) for first, last in pairwise(ends)]


def _band(counts: NDArray[np.int64], start: int, end: int) -> Band:
    seen = counts[start:end]
    if not seen.all():
        return Band(start + 1, end, None, None)
    return Band(start + 1, end, int(seen.max()), int(seen.min()))
