"""Write the map as an SVG picture, with no library."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from w2v_cli.reports.marks import GROUND, INK, SOFT_INK, colour_of, path_of, radius_of
from w2v_cli.reports.still_labels import (
    MARGIN,
    WIDTH,
    Label,
    caption_of,
    dots_of,
    height_of,
    labels_of,
    lines_of,
)
from w2v_cli.reports.word_map import WordMap

MOVED = "#0b5c8f"
WIDEST = 2.5
"""Half the width of a line at the new place of a word, in pixels."""


def map_svg(drawn: WordMap) -> str:
    """Return the SVG picture of a map."""
    return "\n".join(_lines(drawn)) + "\n"


def _lines(drawn: WordMap) -> Iterator[str]:
    caption, height = escape(caption_of(drawn)), height_of(drawn)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}"'
        f' height="{height}" role="img" font-family="system-ui, sans-serif">'
    )
    yield f"<title>{caption}</title>"
    yield f'<rect width="{WIDTH}" height="{height}" fill="{GROUND}"/>'
    dots = dots_of(drawn)
    radius = radius_of(len(dots))
    kinds = sorted({dot.kind for dot in dots})
    yield "<defs>"
    for kind in kinds:
        yield f'<path id="m{kind}" fill="{colour_of(kind)}" d="{path_of(kind, radius)}"/>'
    yield "</defs>"
    yield f'<g opacity="{0.3 if drawn.moves else 0.75}">'
    for dot in dots:
        yield f'<use href="#m{dot.kind}" x="{dot.x:g}" y="{dot.y:g}"/>'
    yield "</g>"
    yield from _moves(drawn)
    yield (
        f'<g fill="{INK}" text-anchor="middle" dominant-baseline="central" stroke="{GROUND}"'
        ' stroke-width="3" stroke-linejoin="round" paint-order="stroke">'
    )
    for label in labels_of(drawn):
        yield _text(label)
    yield "</g>"
    yield f'<text x="{MARGIN}" y="{height - 18}" font-size="15" fill="{SOFT_INK}">{caption}</text>'
    yield "</svg>"


def _moves(drawn: WordMap) -> Iterator[str]:
    """Yield a ring at the old place of each changed word, and a line from there that widens."""
    for x, y, to_x, to_y in lines_of(drawn):
        length = max(((to_x - x) ** 2 + (to_y - y) ** 2) ** 0.5, 1e-9)
        across_x, across_y = (y - to_y) / length * WIDEST, (to_x - x) / length * WIDEST
        yield (
            f'<path d="M{x:g} {y:g}L{to_x + across_x:.1f} {to_y + across_y:.1f}'
            f'L{to_x - across_x:.1f} {to_y - across_y:.1f}Z" fill="{MOVED}" opacity="0.75"/>'
        )
        yield f'<circle cx="{x:g}" cy="{y:g}" r="4" fill="{GROUND}" stroke="{MOVED}"/>'


def _text(label: Label) -> str:
    weight = ' font-weight="700"' if label.is_name else ""
    return (
        f'<text x="{label.x:g}" y="{label.y:g}" font-size="{label.size:g}"{weight}>'
        f"{escape(label.text)}</text>"
    )
