"""Look up the ids of all words of a text at once.

In: UTF-8 with spaces between the words. Out: the id of each word that is known here, and where the
others are. A dictionary takes one word at a time, and each must first be made. Here a word of at
most 16 bytes is two 64-bit numbers, and NumPy looks at one of two places of a table for each. A
longer word, or one whose places are both taken by others, is never known here.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LONGEST = 16
PLACE_BITS = 20
SPACE = ord(" ")

# Odd numbers without a pattern, so that their products spread over the high bits.
MIX_HIGH, MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)

FIRST_BYTES = np.array([(1 << 8 * n) - 1 for n in range(9)], dtype=np.uint64)
"""[9] uint64, mask of the first n bytes."""

TOO_LONG = np.uint64(2**64 - 1)
"""The first eight bytes of no word: UTF-8 has no byte of ones."""


class Found(NamedTuple):
    """The words of a text.

    Attributes:
        ids: [n] int32; of unknown words, anything.
        unknown: [n_unknown] int64, their numbers among the words.
        words: the unknown words.
        keys: the unknown words as `ShortWords.put` takes them.
    """

    ids: NDArray[np.int32]
    unknown: NDArray[np.int64]
    words: list[bytes]
    keys: "Keys"


class Keys(NamedTuple):
    """Words as numbers, [n] uint64 each: the first 8 bytes, the next 8, and where to look."""

    low: NDArray[np.uint64]
    high: NDArray[np.uint64]
    mixed: NDArray[np.uint64]

    def take(self, numbers: NDArray[np.int64]) -> "Keys":
        """Return some of them."""
        return Keys(*(part[numbers] for part in self))

    def places(self, choice: int) -> NDArray[np.uint64]:
        """Return the first (0) or the second (1) place of each."""
        bits = np.uint64(64 - (choice + 1) * PLACE_BITS)
        return (self.mixed >> bits) & np.uint64((1 << PLACE_BITS) - 1)


class ShortWords:
    """Word -> id. A zero byte is a word with the id 0, and is always known."""

    def __init__(self) -> None:
        self._ids = np.zeros(1 << PLACE_BITS, dtype="<i4")
        # By id, so that those of frequent words, which come first, are near each other.
        self._low, self._high = np.zeros((2, 1 << PLACE_BITS), dtype=np.uint64)

    def find(self, text: bytes) -> Found:
        """Look up each word of `text`."""
        starts, lengths, keys = _packed(text)
        ids, known = self._at(0, keys)
        unknown = np.flatnonzero(~known)
        others, known = self._at(1, keys.take(unknown))
        ids[unknown[known]] = others[known]
        unknown = unknown[~known]
        firsts = starts[unknown]
        spans = zip(firsts.tolist(), (firsts + lengths[unknown]).tolist(), strict=True)
        return Found(ids, unknown, [text[a:b] for a, b in spans], keys.take(unknown))

    def put(self, keys: Keys, ids: NDArray[np.int32]) -> None:
        """Know words from now on that have a free place.

        Args:
            keys: as `find` returned them.
            ids: [n_unknown] int32, their ids.
        """
        fit = np.flatnonzero((keys.low != TOO_LONG) & (ids < len(self._low)))
        keys, ids = keys.take(fit), ids[fit]
        self._low[ids], self._high[ids] = keys.low, keys.high
        for choice in range(2):
            places = keys.places(choice)
            # Place 0 stays that of the zero byte. Of several words for one place the last gets it.
            free = np.flatnonzero((self._ids[places] == 0) & (places != 0))
            self._ids[places[free]] = ids[free]
            left = np.flatnonzero(self._ids[places] != ids)
            keys, ids = keys.take(left), ids[left]

    def _at(self, choice: int, keys: Keys) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
        """Return the ids at the first or second places of words, and whether they are theirs."""
        ids = self._ids[keys.places(choice)]
        return ids, (self._low[ids] == keys.low) & (self._high[ids] == keys.high)


def _packed(text: bytes) -> tuple[NDArray[np.int64], NDArray[np.int64], Keys]:
    """Return start, length in bytes and key of each word."""
    codes = np.frombuffer(b" " + text + b" " * (LONGEST + 1), dtype=np.uint8)
    starts = np.flatnonzero(codes == SPACE)
    # Starts in `text`, which are ends in `codes`.
    lengths = np.diff(starts) - 1
    starts = starts[:-1]
    if not lengths.all():
        words = np.flatnonzero(lengths)
        starts, lengths = starts[words], lengths[words]
    # The 8 bytes from every position of the text on.
    eights = np.ndarray(len(codes) - 8, dtype="<u8", buffer=codes, offset=1, strides=(1,))
    low = eights[starts] & FIRST_BYTES[np.minimum(lengths, 8)]
    high = np.zeros_like(low)
    longer = np.flatnonzero(lengths > 8)
    rest = np.minimum(lengths[longer] - 8, 8)
    high[longer] = eights[starts[longer] + 8] & FIRST_BYTES[rest]
    low[longer[lengths[longer] > LONGEST]] = TOO_LONG
    return starts, lengths, Keys(low, high, (low ^ (high * MIX_HIGH)) * MIX)
