"""The section with the map: the still picture, with labels for a wide and for a narrow screen."""

from w2v_cli.reports.marks import path_of
from w2v_cli.reports.markup import Markup, tag
from w2v_cli.reports.run_report.section import Section, absent, code, framed
from w2v_cli.reports.still_labels import WIDTH, Label, dots_of, height_of, labels_of
from w2v_cli.reports.word_map import WordMap

RADIUS = 3.2
LARGER = {"wide": 1.5, "narrow": 4.2}
"""How many times larger labels are than on a picture of full size, which neither screen shows."""


def map_section(drawn: WordMap | None, model_name: str) -> Section:
    """Return the section; `drawn` is None if the model has too few words."""
    title = "The map of the words"
    if drawn is None:
        return Section("map", title, absent("A map needs 3 words or more."))
    k = drawn.near.ids.shape[1]
    of = "" if len(drawn.words) == drawn.n_model_words else f" of {drawn.n_model_words:,}"
    told = (
        f"{drawn.kept:.0%} of the {k} nearest words of a word are among its {k} nearest on this map"
    )
    picture = tag(
        "svg",
        tag("title", f"Map of {len(drawn.words):,} words", id="map-title"),
        tag("desc", f"Words that are used alike lie together. {told}.", id="map-description"),
        *_marks(drawn),
        *(_labels(drawn, name) for name in LARGER),
        viewBox=f"0 0 {WIDTH} {height_of(drawn)}",
        role="img",
        aria_labelledby="map-title",
        aria_describedby="map-description",
    )
    frame = framed(
        f"The {len(drawn.words):,} most frequent words{of}",
        picture,
        f"Words that are used alike lie together; bold names are typical words of a cluster. A"
        f" plane cannot keep all distances: {told}. Distances between far groups mean nothing. ",
        code(f"w2v plot {model_name} -o map.html"),
        " draws a map to search, zoom and click.",
    )
    return Section("map", title, tag("div", frame, class_="map"))


def _marks(drawn: WordMap) -> list[Markup]:
    dots = dots_of(drawn)
    kinds = sorted({dot.kind for dot in dots})
    # The style sheet has the colours, because a dark page has others.
    shapes = [
        tag("path", id=f"m{kind}", class_=f"hue{kind % 8}", d=path_of(kind, RADIUS))
        for kind in kinds
    ]
    uses = [f'<use href="#m{dot.kind}" x="{dot.x:g}" y="{dot.y:g}"/>' for dot in dots]
    return [tag("defs", *shapes), tag("g", Markup("".join(uses)), class_="marks")]


def _labels(drawn: WordMap, name: str) -> Markup:
    texts = [_text(label) for label in labels_of(drawn, LARGER[name])]
    return tag("g", *texts, class_=f"labels {name}")


def _text(label: Label) -> Markup:
    place = {"x": label.x, "y": label.y, "font_size": label.size}
    if label.is_name:
        return tag("text", label.text, **place, font_weight=700)
    return tag("text", label.text, **place)
