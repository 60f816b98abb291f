"""The section on the neighbors of a few words."""

from collections.abc import Sequence

from w2v_cli.reports.markup import Markup, tag
from w2v_cli.reports.run_report.section import Section, absent, paragraph, word
from w2v_cli.vectors.queries import Neighbor, Vectors

SHOWN = 8


def neighbors_section(vectors: Vectors, words: Sequence[str]) -> Section:
    """Return the section on `words`, which all have a vector."""
    title = "What is near a few words"
    if not words or len(vectors) < 2:
        return Section("neighbors", title, absent("The model has too few words to show any."))
    answers = vectors.neighbors_of(list(words), SHOWN)
    cards = [_card(asked, near) for asked, near in zip(words, answers, strict=True)]
    introduction = paragraph(
        "The nearest words by cosine, which is 1 for vectors of one direction and 0 for unrelated"
        " ones."
    )
    return Section("neighbors", title, Markup(introduction + tag("div", *cards, class_="cards")))


def _card(asked: str, near: list[Neighbor]) -> Markup:
    items = [
        tag("li", word(each.word), tag("span", f"{each.similarity:.3f}", class_="number"))
        for each in near
    ]
    return tag("article", tag("h3", word(asked)), tag("ol", *items))
