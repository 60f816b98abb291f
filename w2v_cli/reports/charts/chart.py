"""Draw curves with axes as SVG.

Every series has a dash pattern or a shape of its own beside its colour, and every chart says in
words what it shows. Colours come from the style sheet of the page, by the classes `s0`, `s1`, ...
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from w2v_cli.reports.charts.scales import Scale, short, tick_step, ticks, widened
from w2v_cli.reports.marks import path_of
from w2v_cli.reports.markup import Markup, joined, tag

WIDTH, PLOT_HEIGHT = 460, 210
LEFT, RIGHT, BOTTOM = 56, 18, 46
LINE = 19
"""Pixels from one line of text to the next."""

LOG_MARGIN = 1.2
"""Room above and below the values of a logarithmic axis, as a ratio."""

DASHES = ("", "8 4", "2 4", "12 4 2 4")
RADIUS = 4.5


class Point(NamedTuple):
    """A value of a series.

    Attributes:
        x, y: the value.
        low, high: a range around y; None if there is none.
        x_end: where the value ends that holds from `x` on; None if it holds at `x`.
    """

    x: float
    y: float
    low: float | None = None
    high: float | None = None
    x_end: float | None = None


class Series(NamedTuple):
    """Values that belong together.

    Attributes:
        name: what the legend calls them.
        points: at least one.
        kind: `line` joins the points, `dots` marks them, and `bands` draws each one from `x` to
            `x_end`.
    """

    name: str
    points: Sequence[Point]
    kind: Literal["line", "dots", "bands"] = "line"


class Level(NamedTuple):
    """A value to compare with, drawn across the chart."""

    name: str
    y: float


class Axis(NamedTuple):
    """An axis.

    Attributes:
        title: what the values are, with their unit.
        is_log: whether equal ratios are equally far apart; all values are then positive.
        has_zero: whether a linear axis reaches down to 0.
    """

    title: str
    is_log: bool = False
    has_zero: bool = False


@dataclass(frozen=True)
class Chart:
    """A chart.

    Attributes:
        name: a word, the only one on the page.
        title: what it shows.
        description: the same with its main figures, for those who do not see it.
        x, y: the axes.
        series: at least one.
        levels: values to compare with.
    """

    name: str
    title: str
    description: str
    x: Axis
    y: Axis
    series: Sequence[Series]
    levels: Sequence[Level] = ()

    @property
    def x_range(self) -> tuple[float, float]:
        """The values from left to right."""
        values = [at for one in self.series for p in one.points for at in (p.x, p.x_end)]
        return _range(values, self.x)

    @property
    def y_range(self) -> tuple[float, float]:
        """The values from bottom to top; a linear axis begins and ends at a tick."""
        values = [at for one in self.series for p in one.points for at in (p.y, p.low, p.high)]
        low, high = _range([*values, *(level.y for level in self.levels)], self.y)
        if self.y.is_log:
            return low / LOG_MARGIN, high * LOG_MARGIN
        step = tick_step(low, high)
        return step * ((low + step * 1e-9) // step), step * -((-high + step * 1e-9) // step)


def _range(values: Sequence[float | None], axis: Axis) -> tuple[float, float]:
    known = [value for value in values if value is not None]
    low = min(known)
    return widened(min(low, 0) if axis.has_zero else low, max(known), is_log=axis.is_log)


def chart_svg(chart: Chart) -> Markup:
    """Return a chart as an SVG element of `WIDTH` units; the page scales it."""
    names = [*(one.name for one in chart.series), *(level.name for level in chart.levels)]
    n_legend = len(names) if len(names) > 1 else 0
    top = n_legend * LINE + LINE + 12
    height = top + PLOT_HEIGHT + BOTTOM
    x = Scale(*chart.x_range, start=LEFT, end=WIDTH - RIGHT, is_log=chart.x.is_log)
    y = Scale(*chart.y_range, start=top + PLOT_HEIGHT, end=top, is_log=chart.y.is_log)
    parts = [
        tag("title", chart.title, id=f"{chart.name}-title"),
        tag("desc", chart.description, id=f"{chart.name}-description"),
        *(_legend(chart) if n_legend else ()),
        tag("text", chart.y.title, x=4, y=top - 14, class_="axis"),
        *_grid(chart, x, y),
        *_levels(chart, x, y),
        *(part for place, one in enumerate(chart.series) for part in _series(one, place, x, y)),
    ]
    return tag(
        "svg",
        joined(*parts),
        class_="chart",
        viewBox=f"0 0 {WIDTH} {height}",
        role="img",
        aria_labelledby=f"{chart.name}-title",
        aria_describedby=f"{chart.name}-description",
    )


def _legend(chart: Chart) -> Iterator[Markup]:
    for place, one in enumerate(chart.series):
        middle = place * LINE + 10
        if one.kind == "dots":
            yield _mark(place, 18, middle)
        else:
            yield _stroke(f"M4 {middle}H32", place, is_wide=one.kind == "bands")
        yield tag("text", one.name, x=40, y=middle + 5)
    for number, level in enumerate(chart.levels):
        middle = (len(chart.series) + number) * LINE + 10
        yield tag("path", d=f"M4 {middle}H32", class_=f"level level{number}")
        yield tag("text", level.name, x=40, y=middle + 5)


def _grid(chart: Chart, x: Scale, y: Scale) -> Iterator[Markup]:
    left, right, bottom, top = x.start, x.end, y.start, y.end
    for value in ticks(y.low, y.high, is_log=y.is_log):
        yield tag("path", d=f"M{left:g} {y(value):.1f}H{right:g}", class_="grid")
        yield tag("text", short(value), x=left - 6, y=y(value) + 4.5, text_anchor="end")
    for value in ticks(x.low, x.high, is_log=x.is_log):
        yield tag("path", d=f"M{x(value):.1f} {bottom:g}v5", class_="frame")
        yield tag("text", short(value), x=x(value), y=bottom + 19, text_anchor="middle")
    yield tag("path", d=f"M{left:g} {top:g}V{bottom:g}H{right:g}", class_="frame")
    yield tag(
        "text", chart.x.title, x=(left + right) / 2, y=bottom + 39, text_anchor="middle",
        class_="axis",
    )  # fmt: skip


def _levels(chart: Chart, x: Scale, y: Scale) -> Iterator[Markup]:
    for number, level in enumerate(chart.levels):
        d = f"M{x.start:g} {y(level.y):.1f}H{x.end:g}"
        yield tag("path", d=d, class_=f"level level{number}")


def _series(one: Series, place: int, x: Scale, y: Scale) -> Iterator[Markup]:
    if one.kind == "line":
        steps = "L".join(f"{x(p.x):.1f} {y(p.y):.1f}" for p in one.points)
        yield _stroke(f"M{steps}", place)
    for point in one.points:
        at, end = x(point.x), x(point.x if point.x_end is None else point.x_end)
        middle = (at + end) / 2
        if one.kind == "bands":
            yield _stroke(f"M{at:.1f} {y(point.y):.1f}H{end:.1f}", place, is_wide=True)
        if point.low is not None and point.high is not None:
            low, high = y(point.low), y(point.high)
            whisker = f"M{middle:.1f} {low:.1f}V{high:.1f}M{middle - 4:.1f} {low:.1f}h8"
            yield tag(
                "path", d=f"{whisker}M{middle - 4:.1f} {high:.1f}h8", class_=f"whisker s{place}"
            )
        if one.kind == "dots":
            yield _mark(place, middle, y(point.y))


def _stroke(d: str, place: int, *, is_wide: bool = False) -> Markup:
    name = f"{'band' if is_wide else 'line'} s{place}"
    dash = DASHES[place % len(DASHES)]
    if not dash:
        return tag("path", d=d, class_=name)
    return tag("path", d=d, class_=name, stroke_dasharray=dash)


def _mark(place: int, x: float, y: float) -> Markup:
    shape = path_of(place, RADIUS)
    return tag("path", d=shape, class_=f"dot s{place}", transform=f"translate({x:.1f} {y:.1f})")
