"""Look up the ids of all words of a text at once.

In: UTF-8 with spaces between the words. Out: the id of each word that is known here, and where the
others are. A dictionary takes one word at a time, and each must first be made. Here a word of at
most 16 bytes is two 64-bit numbers, and NumPy looks at one place of a table for each. A longer
word, or one whose place is taken by another, is never known here.
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


class Found(NamedTuple):
    """The words of a text.

    Attributes:
        ids: [n] int32; of unknown words, anything.
        unknown: [n_unknown] int64, their numbers among the words.
        words: the unknown words.
        keys: [n_unknown, 3] uint64, low, high and place of each, for `ShortWords.put`.
    """

    ids: NDArray[np.int32]
    unknown: NDArray[np.int64]
    words: list[bytes]
    keys: NDArray[np.uint64]


class ShortWords:
    """Word -> id. A zero byte is a word with the id 0, and is always known."""

    def __init__(self) -> None:
        self._low, self._high = np.zeros((2, 1 << PLACE_BITS), dtype=np.uint64)
        self._ids = np.zeros(1 << PLACE_BITS, dtype="<i4")

    def find(self, text: bytes) -> Found:
        """Look up each word of `text`."""
        starts, lengths, low, high = _packed(text)
        places = ((low ^ (high * MIX_HIGH)) * MIX) >> np.uint64(64 - PLACE_BITS)
        known = (self._low[places] == low) & (self._high[places] == high) & (lengths <= LONGEST)
        unknown = np.flatnonzero(~known)
        firsts = starts[unknown]
        spans = zip(firsts.tolist(), (firsts + lengths[unknown]).tolist(), strict=True)
        words = [text[first:end] for first, end in spans]
        # A place of zero tells `put` that the word is too long for any.
        places[lengths > LONGEST] = 0
        keys = np.stack([low[unknown], high[unknown], places[unknown]], axis=1)
        return Found(self._ids[places], unknown, words, keys)

    def put(self, keys: NDArray[np.uint64], ids: NDArray[np.int32]) -> None:
        """Know words from now on whose places are free.

        Args:
            keys: as `find` returned them.
            ids: [n_unknown] int32, their ids.
        """
        # Place 0 stays that of the zero byte, and every word has a first byte that is not zero.
        free = (keys[:, 2] != 0) & (self._low[keys[:, 2]] == 0)
        low, high, places = keys[free].T
        # Of several words for one place the last one gets it, in all three.
        self._low[places], self._high[places], self._ids[places] = low, high, ids[free]


def _packed(
    text: bytes,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint64], NDArray[np.uint64]]:
    """Return start, length in bytes, first 8 and next 8 bytes of each word."""
    codes = np.frombuffer(b" " + text + b" " * (LONGEST + 1), dtype=np.uint8)
    in_word = codes != SPACE
    edges = np.flatnonzero(in_word[1:] != in_word[:-1])
    starts, lengths = edges[::2], edges[1::2] - edges[::2]
    # The 8 bytes from every position on.
    eights = np.ndarray(len(codes) - 8, dtype="<u8", buffer=codes, offset=1, strides=(1,))
    low = eights[starts] & FIRST_BYTES[np.minimum(lengths, 8)]
    high = np.zeros_like(low)
    longer = np.flatnonzero(lengths > 8)
    rest = np.minimum(lengths[longer] - 8, 8)
    high[longer] = eights[starts[longer] + 8] & FIRST_BYTES[rest]
    return starts, lengths, low, high
