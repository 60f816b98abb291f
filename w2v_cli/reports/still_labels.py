"""Place labels on a picture that does not move: the names of clusters, then words by frequency."""

from typing import NamedTuple
from unicodedata import combining, east_asian_width

from w2v_cli.reports.groups import NO_GROUP
from w2v_cli.reports.layout.layouts import LARGEST
from w2v_cli.reports.marks import NO_KIND
from w2v_cli.reports.word_map import WordMap

WIDTH, MARGIN = 1600, 60
"""Pixels of the picture and of its empty border."""

CELL = 64
LIFT = 11
MOST_LETTERS = 40


class Label(NamedTuple):
    """A text and where its middle stands, in pixels from the upper left corner."""

    text: str
    x: float
    y: float
    size: float
    is_name: bool


class Dot(NamedTuple):
    """A word's mark, in pixels from the upper left corner, and its class."""

    x: float
    y: float
    kind: int


def dots_of(drawn: WordMap) -> list[Dot]:
    """Return the marks of all words, rare ones first, so that frequent ones lie on top.

    Words of no group lie below all others.
    """
    of = drawn.clusters.of.tolist()
    if drawn.groups:
        names, group = drawn.groups
        of = [NO_KIND if names[group[word]] == NO_GROUP else group[word] for word in drawn.words]
    places = [_pixels(x, y) for x, y in drawn.places.tolist()]
    dots = [Dot(x, y, kind) for (x, y), kind in zip(places, of, strict=True)][::-1]
    return sorted(dots, key=lambda dot: dot.kind != NO_KIND)


def labels_of(drawn: WordMap) -> list[Label]:
    """Return labels that do not overlap each other."""
    wanted = [
        Label(printable(", ".join(name[:2])), *_pixels(x, y), 17, is_name=True)
        for name, (x, y) in zip(drawn.clusters.names, drawn.cluster_places.tolist(), strict=True)
    ]
    for rank, (word, (x, y)) in enumerate(zip(drawn.words, drawn.places.tolist(), strict=True)):
        px, py = _pixels(x, y)
        size = 14 if rank < 100 else 12 if rank < 1000 else 11
        wanted.append(Label(printable(word), px, py - LIFT, size, is_name=False))
    cells: dict[tuple[int, int], list[tuple[float, float, float, float]]] = {}
    placed = []
    for label in wanted:
        half, high = text_width(label) / 2 + 3, label.size * 0.65
        box = (label.x - half, label.x + half, label.y - high, label.y + high)
        if box[0] < 0 or box[1] > WIDTH:
            continue
        touched = [
            (column, row)
            for column in range(int(box[0]) // CELL, int(box[1]) // CELL + 1)
            for row in range(int(box[2]) // CELL, int(box[3]) // CELL + 1)
        ]
        others = (other for cell in touched for other in cells.get(cell, ()))
        if any(
            box[0] < right and left < box[1] and box[2] < bottom and top < box[3]
            for left, right, top, bottom in others
        ):
            continue
        placed.append(label)
        for cell in touched:
            cells.setdefault(cell, []).append(box)
    return placed


def text_width(label: Label) -> float:
    """Return about how many pixels wide a label is; no font is at hand to measure it."""
    em = sum(
        0.0 if combining(letter) else 1.0 if east_asian_width(letter) in "WF" else 0.6
        for letter in label.text
    )
    return em * label.size


def printable(text: str) -> str:
    """Return a text without characters that XML and fonts lack, and not too long."""
    visible = "".join(letter if letter.isprintable() else "\u2423" for letter in text)
    return visible if len(visible) <= MOST_LETTERS else visible[: MOST_LETTERS - 1] + "…"


def height_of(drawn: WordMap) -> int:
    """Return the height of the picture, in pixels; the caption stands in the lower border."""
    return round(_pixels(0, int(drawn.places[:, 1].max()))[1]) + MARGIN


def caption_of(drawn: WordMap) -> str:
    """Return what the picture says below the map."""
    k = drawn.near.ids.shape[1]
    return (
        f"{printable(drawn.title)}: {len(drawn.words):,} words, layout {drawn.layout};"
        f" {drawn.kept:.0%} of each word's {k} nearest words are among its {k} nearest here"
    )


def _pixels(x: int, y: int) -> tuple[float, float]:
    scale = (WIDTH - 2 * MARGIN) / LARGEST
    return round(MARGIN + x * scale, 1), round(MARGIN + y * scale, 1)
