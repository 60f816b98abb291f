"""Write float32 numbers with the fewest decimal digits that read back as the same number.

NumPy's own conversion does it number by number. Here most numbers, those from 0.0001 up to 10, go
through whole-array arithmetic, several times as fast, and only the others through NumPy.
"""

import numpy as np
from numpy.typing import NDArray

WIDTH = 20
"""Characters that a number takes at most; NumPy's longest are like -1234567900000000.0."""

DECIMALS = 12
"""Digits behind the point at most: 9 significant ones of a number from 0.0001."""

MOST_DIGITS = 9
"""Significant digits that tell any float32 from its neighbours."""

POWERS = 10 ** np.arange(DECIMALS + 1, dtype=np.int64)

# Characters come in fours, as one little-endian uint32; zeros in them are taken out at the end.
FOUR = np.dtype("<u4")
THREE_DIGITS = np.array([b"%03d" % number for number in range(1000)], dtype="S4").view(FOUR)
SHOWN = np.array(
    [[b"\xff" * min(max(n - at, 0), 3) for at in (0, 3, 6, 9)] for n in (1, *range(1, 13))],
    dtype="S4",
).view(FOUR)
"""Masks for four times three digits of which the first n are shown, never none."""


def number_lines(table: NDArray[np.float32], separator: bytes = b" ") -> list[bytes]:
    """Return each row's numbers, with `separator` between them.

    >>> number_lines(np.array([[0.1, -2], [1e-05, 123456]], dtype=np.float32))
    [b'0.1 -2.0', b'1e-05 123456.0']
    """
    values = np.ascontiguousarray(table, dtype=np.float32).ravel()
    characters = np.zeros((*table.shape, WIDTH // 4 + 1), dtype=FOUR)
    characters[:, :, -1] = separator[0]
    characters[:, -1, -1] = ord("\n")
    flat = characters.reshape(len(values), -1)[:, :-1]
    sizes = np.abs(values).astype(np.float64)
    usual = (sizes >= 1e-4) & (sizes < 10)
    if usual.all():
        flat[...] = _usual(values, sizes)
    else:
        flat[usual] = _usual(values[usual], sizes[usual])
        others = values[~usual].astype(f"S{WIDTH}")
        flat[~usual] = others.view(FOUR).reshape(len(others), -1)
    return characters.tobytes().translate(None, b"\0").split(b"\n")[:-1]


def _usual(values: NDArray[np.float32], sizes: NDArray[np.float64]) -> NDArray[np.uint32]:
    """Return the characters of numbers from 0.0001 up to 10, `sizes` without their signs."""
    scaled, n_decimals = _shortest(sizes)
    high = (scaled // 10**6).astype(np.uint32)
    low = (scaled - high.astype(np.int64) * 10**6).astype(np.uint32)
    upper, lower = high // 1000, low // 1000
    whole = upper // 1000
    sign = np.where(values < 0, np.uint32(ord("-")), np.uint32(0))
    before = sign | (whole + ord("0")) << 8 | ord(".") << 16
    groups = (upper - whole * 1000, high - upper * 1000, lower, low - lower * 1000)
    behind = np.stack([THREE_DIGITS[group] for group in groups], axis=1) & SHOWN[n_decimals]
    return np.column_stack([before, behind])


def _shortest(sizes: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the nearest short decimals, times 10^DECIMALS, and their digits behind the point.

    A decimal is short enough if its float32 is the number. Products and quotients are exact to 16
    digits, far more than the 9 that count.
    """
    behind_first = (sizes < 1).astype(np.int64)
    for limit in (0.1, 0.01, 0.001):
        behind_first += sizes < limit
    n_decimals = behind_first + (MOST_DIGITS - 1)
    scaled = np.rint(sizes * POWERS[n_decimals]).astype(np.int64) * POWERS[DECIMALS - n_decimals]
    left = np.arange(len(sizes))
    while len(left):
        fewer = n_decimals[left] - 1
        left, fewer = left[fewer >= 0], fewer[fewer >= 0]
        power = POWERS[fewer]
        shorter = np.rint(sizes[left] * power)
        exact = (shorter / power).astype(np.float32) == sizes[left].astype(np.float32)
        left, fewer, shorter = left[exact], fewer[exact], shorter[exact]
        n_decimals[left] = fewer
        scaled[left] = shorter.astype(np.int64) * POWERS[DECIMALS - fewer]
    return scaled, n_decimals
