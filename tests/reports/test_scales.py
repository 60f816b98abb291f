"""Where values lie on an axis: hand-worked."""

import pytest

from w2v_cli.reports.charts.scales import Scale, tick_step, ticks


def test_a_linear_axis_keeps_differences() -> None:
    # 2 is a quarter of the way from 1 to 5, and the axis runs from pixel 200 up to pixel 0.
    assert Scale(1, 5, start=200, end=0)(2) == 150


def test_a_logarithmic_axis_keeps_ratios() -> None:
    # From 10 to 1000 are two decades: 100 is in the middle, and 10 * sqrt(10) at a quarter.
    scale = Scale(10, 1000, start=0, end=80, is_log=True)
    assert scale(100) == pytest.approx(40)
    assert scale(10 * 10**0.5) == pytest.approx(20)


@pytest.mark.parametrize(
    ("low", "high", "step"),
    # 1 / 6 parts is 0.17, so 0.2; 7 / 6 is 1.2, so 2; 0.03 / 6 is 0.005.
    [(0, 1, 0.2), (0, 7, 2), (3.19, 3.22, 0.005)],
)
def test_ticks_are_round_and_few(low: float, high: float, step: float) -> None:
    assert tick_step(low, high) == step
    found = ticks(low, high)
    assert len(found) <= 7
    assert all(low - 1e-9 <= tick <= high + 1e-9 for tick in found)


def test_many_decades_share_few_ticks() -> None:
    # 13 decades in steps of three.
    assert ticks(1e-12, 1, is_log=True) == pytest.approx([1e-12, 1e-9, 1e-6, 1e-3, 1])
