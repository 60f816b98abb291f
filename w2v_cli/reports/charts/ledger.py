"""Draw where every word of a text went, as bars that stand one below the other.

Each bar begins where the next one ends, so that all parts together are as long as the whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from w2v_cli.reports.charts.scales import Scale
from w2v_cli.reports.markup import Markup, joined, tag

WIDTH, ROW, BAR = 460, 46, 14

REASONS = {
    "held_out": "set aside for the held-out loss",
    "below_min_count": "too rare for a vector",
    "beyond_max_vocab": "beyond --max-vocab",
    "stop_words": "stop words",
    "outside_vocab": "not in --vocab",
    "skipped": "skipped for their length",
}


class Part(NamedTuple):
    """Tokens that went the same way.

    Attributes:
        name: what became of them.
        start, end: their place among all tokens that were read, from 0.
        depth: 0 for all tokens, 1 for parts of them, 2 for parts of those that have a vector.
    """

    name: str
    start: int
    end: int
    depth: int

    @property
    def tokens(self) -> int:
        """How many they are."""
        return self.end - self.start


def ledger_parts(ledger: Mapping[str, int], expected_kept: int) -> list[Part]:
    """Return where the tokens went; parts without tokens are left out.

    Args:
        ledger: the fields of `corpus.ledger.Ledger`.
        expected_kept: how many tokens with a vector subsampling is expected to keep in an epoch.
    """
    read, known = ledger["read"], ledger["in_vocabulary"]
    parts, end = [Part("words read", 0, read, 0)], read
    for key, name in reversed(REASONS.items()):
        if ledger[key]:
            parts.append(Part(name, end - ledger[key], end, 1))
            end -= ledger[key]
    parts.append(Part("with a vector", 0, known, 1))
    kept = min(expected_kept, known)
    if kept < known:
        parts.append(Part("↳ left out at random in an epoch", kept, known, 2))
        parts.append(Part("↳ trained on in an epoch", 0, kept, 2))
    return parts


def ledger_svg(parts: Sequence[Part]) -> Markup:
    """Return the picture of parts, the whole first."""
    whole = parts[0].tokens
    told = "; ".join(f"{part.name}: {_amount(part, whole)}" for part in parts)
    return tag(
        "svg",
        tag("title", "Where every word of the text went", id="ledger-title"),
        tag("desc", told, id="ledger-description"),
        joined(*(row for place, part in enumerate(parts) for row in _row(part, place, whole))),
        class_="chart",
        viewBox=f"0 0 {WIDTH} {len(parts) * ROW}",
        role="img",
        aria_labelledby="ledger-title",
        aria_describedby="ledger-description",
    )


def _row(part: Part, place: int, whole: int) -> Iterator[Markup]:
    scale = Scale(0, max(whole, 1), start=1, end=WIDTH - 1)
    top = place * ROW
    x, width = scale(part.start), scale(part.end) - scale(part.start)
    yield tag("text", part.name, x=1, y=top + 16)
    yield tag("text", _amount(part, whole), x=WIDTH - 1, y=top + 16, text_anchor="end")
    yield tag("rect", x=1, y=top + 23, width=WIDTH - 2, height=BAR, class_="track")
    yield tag(
        "rect", x=f"{x:.2f}", y=top + 23, width=f"{width:.2f}", height=BAR,
        class_=f"part depth{part.depth}",
    )  # fmt: skip


def _amount(part: Part, whole: int) -> str:
    return f"{part.tokens:,} ({part.tokens / max(whole, 1):.1%})"


def ledger_of(manifest: Mapping[str, Any]) -> list[Part]:
    """Return the parts of the text of a model, from its `model.json`."""
    corpus = manifest["corpus"]
    return ledger_parts(corpus["ledger"], corpus["expected_kept_by_epoch"])
