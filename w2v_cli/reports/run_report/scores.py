"""The section on scores: word pairs and analogies, with the share of questions that were asked."""

from collections.abc import Sequence
from pathlib import Path

from w2v_cli.reports.markup import Markup, joined, tag
from w2v_cli.reports.run_report.section import Section, absent, code, paragraph, table
from w2v_cli.vectors.evaluation import AnalogyScores, PairScores
from w2v_cli.vectors.queries import Vectors
from w2v_cli.vectors.scores import evaluate


def scores_section(vectors: Vectors, pairs: Sequence[Path], analogies: Sequence[Path]) -> Section:
    """Return the section, or how to get one if there are no files of questions."""
    if not pairs and not analogies:
        content = absent(
            "No questions were given. Write the report with ",
            code("--pairs FILE"),
            " or ",
            code("--analogies FILE"),
            " to see how well the vectors answer them.",
        )
        return Section("scores", "Scores", content)
    scores = evaluate(vectors, pairs=pairs, analogies=analogies)
    parts = [
        paragraph(
            "Coverage is the share of the questions whose words all have a vector; the others are"
            " left out of the score."
        )
    ]
    if scores.pairs:
        parts += [tag("h3", "Word pairs: do cosines rank them as people do?"), _pairs(scores.pairs)]
    for path, found in scores.analogies.items():
        heading = f"Analogies of {Path(path).name}: a is to b as c is to which word?"
        parts += [tag("h3", heading), _analogies(found)]
    return Section("scores", "Scores", joined(*parts))


def _pairs(scores: dict[str, PairScores]) -> Markup:
    rows = [
        [
            Path(path).name,
            _decimal(found.spearman),
            _decimal(found.pearson),
            f"{found.n_scored:,} of {found.n_pairs:,}, {_share(found.n_scored, found.n_pairs)}",
        ]
        for path, found in scores.items()
    ]
    return table(["file", "Spearman", "Pearson", "coverage"], rows, {1, 2, 3})


def _analogies(scores: AnalogyScores) -> Markup:
    each = {**scores.sections, "semantic": scores.semantic, "syntactic": scores.syntactic}
    rows = [
        [
            name or "(no section)",
            "-" if found.accuracy is None else f"{found.accuracy:.1%}",
            f"{found.n_correct:,} of {found.n_asked:,}",
            _share(found.n_asked, found.n_questions),
        ]
        for name, found in {**each, "all": scores.total}.items()
    ]
    return table(["section", "solved", "correct", "coverage"], rows, {1, 2, 3})


def _decimal(score: float | None) -> str:
    return "-" if score is None else f"{score:.3f}"


def _share(n: int, of: int) -> str:
    return f"{n / of:.1%}" if of else "-"
