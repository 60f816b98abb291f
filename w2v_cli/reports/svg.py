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
)
from w2v_cli.reports.word_map import WordMap


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
    yield '<g opacity="0.75">'
    for dot in dots:
        yield f'<use href="#m{dot.kind}" x="{dot.x:g}" y="{dot.y:g}"/>'
    yield "</g>"
    yield (
        f'<g fill="{INK}" text-anchor="middle" dominant-baseline="central" stroke="{GROUND}"'
        ' stroke-width="3" stroke-linejoin="round" paint-order="stroke">'
    )
    for label in labels_of(drawn):
        yield _text(label)
    yield "</g>"
    yield f'<text x="{MARGIN}" y="{height - 18}" font-size="15" fill="{SOFT_INK}">{caption}</text>'
    yield "</svg>"


def _text(label: Label) -> str:
    weight = ' font-weight="700"' if label.is_name else ""
    return (
        f'<text x="{label.x:g}" y="{label.y:g}" font-size="{label.size:g}"{weight}>'
        f"{escape(label.text)}</text>"
    )
