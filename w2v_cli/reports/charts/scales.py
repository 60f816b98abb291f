"""Turn values into places on an axis, choose its ticks, and write numbers beside them."""

import math
from dataclasses import dataclass

MOST_TICKS = 6


@dataclass(frozen=True)
class Scale:
    """A range of values on a range of pixels; `start` may lie below `end`, as on a vertical axis.

    >>> Scale(0, 10, start=100, end=200)(2.5)
    125.0
    >>> Scale(1, 1000, start=0, end=300, is_log=True)(10).__round__()
    100
    """

    low: float
    high: float
    start: float
    end: float
    is_log: bool = False

    def __call__(self, value: float) -> float:
        """Return where a value lies, in pixels."""
        low, high = self.low, self.high
        if self.is_log:
            low, high, value = math.log(low), math.log(high), math.log(value)
        return self.start + (value - low) / (high - low) * (self.end - self.start)


def widened(low: float, high: float, *, is_log: bool) -> tuple[float, float]:
    """Return a range that is not empty.

    >>> widened(3, 3, is_log=False), widened(3, 3, is_log=True), widened(1, 3, is_log=True)
    ((2.5, 3.5), (1.5, 6), (1, 3))
    """
    if low < high:
        return low, high
    return (low / 2, low * 2) if is_log else (low - 0.5, high + 0.5)


def ticks(low: float, high: float, *, is_log: bool = False) -> list[float]:
    """Return round values from `low` to `high`, at most seven.

    >>> ticks(0, 5)
    [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    >>> ticks(1, 40_000, is_log=True)
    [1.0, 10.0, 100.0, 1000.0, 10000.0]
    >>> ticks(30, 300, is_log=True)
    [50.0, 100.0, 200.0]
    """
    return _log_ticks(low, high) if is_log else _linear_ticks(low, high)


def tick_step(low: float, high: float) -> float:
    """Return 1, 2 or 5 times a power of ten that divides a range into at most `MOST_TICKS` parts.

    >>> tick_step(0, 5), tick_step(0, 1.3e6), tick_step(8.5, 9.1)
    (1.0, 500000.0, 0.1)
    """
    power = 10.0 ** math.floor(math.log10((high - low) / MOST_TICKS))
    return next(
        step
        for step in (round(power * factor, 12) for factor in (1, 2, 5, 10))
        if (high - low) / step <= MOST_TICKS + 1e-9
    )


def _linear_ticks(low: float, high: float) -> list[float]:
    step = tick_step(low, high)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(number * step, 12) for number in range(first, last + 1)]


def _log_ticks(low: float, high: float) -> list[float]:
    first, last = math.floor(math.log10(low)), math.floor(math.log10(high) + 1e-9)
    decades = [10.0**power for power in range(first, last + 1)]
    inside = [value for value in decades if low <= value * (1 + 1e-9)]
    if len(inside) > 2:
        return inside[:: math.ceil(len(inside) / MOST_TICKS)]
    return [
        value
        for decade in decades
        for value in (decade, 2 * decade, 5 * decade)
        if low <= value * (1 + 1e-9) and value <= high * (1 + 1e-9)
    ]


def short(value: float) -> str:
    """Return a number as it stands beside an axis.

    >>> [short(n) for n in (0, 0.25, 0.0005, 1e-7, 800, 1500, 2e6, 3e9)]
    ['0', '0.25', '5·10⁻⁴', '10⁻⁷', '800', '1.5k', '2M', '3,000M']
    """
    size = abs(value)
    if 0 < size < 1e-3:
        factor, _, power = f"{value:.0e}".partition("e")
        raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
        return f"10{raised}" if factor == "1" else f"{factor}·10{raised}"
    for unit, letter in ((1e6, "M"), (1e3, "k")):
        if size >= unit:
            scaled = value / unit
            return f"{scaled:,.0f}{letter}" if scaled >= 1000 else f"{scaled:g}{letter}"
    return f"{value:g}"
