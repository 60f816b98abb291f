"""A section of the report, and what sections are made of."""

from typing import NamedTuple

from w2v_cli.reports.charts.chart import Chart, chart_svg
from w2v_cli.reports.markup import Markup, joined, tag


class Section(NamedTuple):
    """A part of the report.

    Attributes:
        name: a word, the only one on the page; the address leads to it.
        title: its heading.
        content: what it says.
    """

    name: str
    title: str
    content: Markup

    def as_markup(self) -> Markup:
        """Return the section as HTML."""
        heading = tag("h2", self.title, id=f"{self.name}-heading")
        return tag(
            "section", heading, self.content, id=self.name, aria_labelledby=f"{self.name}-heading"
        )


def paragraph(*parts: str) -> Markup:
    """Return a paragraph."""
    return tag("p", *parts)


def code(text: str) -> Markup:
    """Return a command or an option as it is typed."""
    return tag("code", text)


def absent(*parts: str) -> Markup:
    """Return the line that says how to get what the model has no data for."""
    return tag("p", *parts, class_="absent")


def figure(chart: Chart, *explanation: str) -> Markup:
    """Return a chart with its title, and below it how to read it."""
    return framed(chart.title, chart_svg(chart), *explanation)


def framed(title: str, picture: Markup, *explanation: str) -> Markup:
    """Return a picture with its title, and below it how to read it."""
    return tag("figure", tag("h3", title), picture, tag("figcaption", *explanation))


def figures(*each: Markup) -> Markup:
    """Return figures, two of them in a row where there is room."""
    return tag("div", *each, class_="figures")


def table(head: list[str], rows: list[list[str]], numbers: set[int]) -> Markup:
    """Return a table; the columns `numbers` are set to the right."""

    def cells(name: str, row: list[str]) -> Markup:
        each = [
            tag(name, cell, class_="number") if place in numbers else tag(name, cell)
            for place, cell in enumerate(row)
        ]
        return tag("tr", *each)

    body = tag("tbody", *(cells("td", row) for row in rows))
    return tag("div", tag("table", tag("thead", cells("th", head)), body), class_="scroll")


def word(text: str) -> Markup:
    """Return a word of the text; its direction of writing does not touch what stands beside it."""
    from w2v_cli.reports.still_labels import printable

    return tag("bdi", printable(text))


def with_commas(parts: list[Markup]) -> Markup:
    """Return parts in a row with commas between them."""
    return joined(*(joined(", ", part) if place else part for place, part in enumerate(parts)))
