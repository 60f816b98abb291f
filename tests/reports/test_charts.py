"""Curves and the picture of the ledger as SVG: hand-worked points, shares that sum to the whole."""

import re
import xml.etree.ElementTree as ET

import pytest

from w2v_cli.corpus.ledger import Ledger
from w2v_cli.reports.charts.chart import (
    LEFT,
    PLOT_HEIGHT,
    RIGHT,
    WIDTH,
    Axis,
    Chart,
    Level,
    Point,
    Series,
    chart_svg,
)
from w2v_cli.reports.charts.ledger import ledger_parts, ledger_svg

LEDGER = Ledger(
    read=1000, in_vocabulary=700, held_out=100, below_min_count=150, stop_words=50
)  # fmt: skip


def chart_of(*series: Series, levels: tuple[Level, ...] = ()) -> Chart:
    x, y = Axis("seconds", has_zero=True), Axis("words a second", has_zero=True)
    return Chart("name", "Speed", "From 2 to 6.", x, y, series, levels)


def drawn(chart: Chart) -> ET.Element:
    return ET.fromstring(chart_svg(chart))


def paths(tree: ET.Element, name: str) -> list[str]:
    return [each.attrib["d"] for each in tree.iter("path") if each.get("class") == name]


def test_a_line_goes_through_its_points() -> None:
    # One series has no legend, so the plot begins at 31. The axes run from 0 to 4 and to 6.
    tree = drawn(chart_of(Series("speed", [Point(0, 2), Point(1, 6), Point(4, 3)])))
    top, wide = 31, WIDTH - LEFT - RIGHT
    (d,) = paths(tree, "line s0")
    found = [tuple(map(float, pair.split())) for pair in d.removeprefix("M").split("L")]
    assert found == [
        (LEFT, pytest.approx(top + PLOT_HEIGHT * 4 / 6, abs=0.06)),
        (pytest.approx(LEFT + wide / 4, abs=0.06), top),
        (WIDTH - RIGHT, pytest.approx(top + PLOT_HEIGHT / 2, abs=0.06)),
    ]


def test_a_band_reaches_from_its_first_rank_to_its_last() -> None:
    chart = Chart(
        "name", "Loss", "", Axis("rank", is_log=True), Axis("nats"),
        [Series("model", [Point(1, 5, x_end=10), Point(10, 6, x_end=100)], "bands")],
    )  # fmt: skip
    middle = LEFT + (WIDTH - LEFT - RIGHT) / 2
    ends = [re.findall(r"M([\d.]+) .*H([\d.]+)", d)[0] for d in paths(drawn(chart), "band s0")]
    assert ends == [(f"{LEFT}.0", f"{middle:.1f}"), (f"{middle:.1f}", f"{WIDTH - RIGHT}.0")]


def test_series_differ_in_more_than_colour_and_have_names() -> None:
    lines = [Series(f"run {n}", [Point(0, n), Point(1, n)]) for n in range(3)]
    tree = drawn(chart_of(*lines, levels=(Level("limit", 2),)))
    strokes = [each for each in tree.iter("path") if "line" in each.get("class", "")]
    dashes = {each.attrib["class"]: each.get("stroke-dasharray") for each in strokes}
    assert len(set(dashes.values())) == 3
    texts = [each.text for each in tree.iter("text")]
    assert {"run 0", "run 1", "run 2", "limit", "seconds", "words a second"} <= {*texts}


def test_a_chart_says_in_words_what_it_shows() -> None:
    tree = drawn(chart_of(Series("speed", [Point(0, 2), Point(1, 6)])))
    ids = {each.get("id"): each.text for each in tree.iter()}
    assert tree.attrib["role"] == "img"
    assert ids[tree.attrib["aria-labelledby"]] == "Speed"
    assert ids[tree.attrib["aria-describedby"]] == "From 2 to 6."


def test_a_constant_is_drawn_too() -> None:
    tree = drawn(
        Chart("name", "", "", Axis("x"), Axis("y"), [Series("one", [Point(3, 7)], "dots")])
    )
    (mark,) = [each for each in tree.iter("path") if each.get("class") == "dot s0"]
    assert mark.attrib["transform"].startswith(f"translate({(LEFT + WIDTH - RIGHT) / 2:.1f} ")


def test_the_parts_of_the_ledger_sum_to_the_whole() -> None:
    parts = ledger_parts(vars(LEDGER), expected_kept=420)
    whole, kept = parts[0], [part for part in parts if part.depth == 2]
    first = sorted(part[1:3] for part in parts if part.depth == 1)
    assert (whole.start, whole.end) == (0, 1000)
    # Each part begins where the one before it ends, from nothing to the whole.
    assert first == [(0, 700), (700, 800), (800, 950), (950, 1000)]
    assert sorted(part[1:3] for part in kept) == [(0, 420), (420, 700)]


def test_the_bars_of_the_ledger_are_as_long_as_its_shares() -> None:
    tree = ET.fromstring(ledger_svg(ledger_parts(vars(LEDGER), expected_kept=420)))
    widths: dict[str, list[float]] = {}
    for bar in tree.iter("rect"):
        widths.setdefault(bar.attrib["class"], []).append(float(bar.attrib["width"]))
    (whole,) = widths["part depth0"]
    assert sum(widths["part depth1"]) == pytest.approx(whole, abs=0.05)
    assert sum(widths["part depth2"]) == pytest.approx(0.7 * whole, abs=0.05)
    texts = [each.text for each in tree.iter("text")]
    assert texts[texts.index("too rare for a vector") + 1] == "150 (15.0%)"


def test_without_subsampling_no_word_is_left_out() -> None:
    parts = ledger_parts(vars(Ledger(read=10, in_vocabulary=10)), expected_kept=10)
    assert [part.name for part in parts] == ["words read", "with a vector"]
