"""`w2v evaluate`: vectors against word pairs and analogies."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from w2v_cli.commands.shared import (
    DEFAULT_MODEL,
    JsonOption,
    KindOption,
    ModelOption,
    RestrictOption,
    reported,
)

if TYPE_CHECKING:
    from w2v_cli.vectors.evaluation import AnalogyScores, Evaluator, PairScores, Section

SHOWN_WORDS = 8
"""How many missing words are named to people; --json has all."""


@reported
def evaluate(
    pairs: Annotated[
        list[Path] | None,
        typer.Option(
            "--pairs", help="`word word score` lines; can be given again.", metavar="FILE"
        ),
    ] = None,
    analogies: Annotated[
        list[Path] | None,
        typer.Option(
            "--analogies",
            help="`a b c d` lines under `: section` lines; may be repeated.",
            metavar="FILE",
        ),
    ] = None,
    model: ModelOption = DEFAULT_MODEL,
    restrict: RestrictOption = None,
    ignore_case: Annotated[
        bool, typer.Option("--ignore-case", help="Take words that differ only by case for one.")
    ] = False,
    vectors: KindOption = "sum",
    json: JsonOption = False,
) -> None:
    """Score the vectors: correlation with people's word pairs, accuracy on analogies.

    A question with a word that is not there is left out of the score; how many there were, and
    which words, stands beside it. Sections of analogies named gram... are syntactic.
    """
    from json import dumps

    from w2v_cli.vectors.evaluation import Evaluator
    from w2v_cli.vectors.loading import load_vectors
    from w2v_cli.vectors.questions import read_analogies, read_pairs

    if not pairs and not analogies:
        raise typer.BadParameter("name a file of questions with --pairs or --analogies")
    # All files are read before anything is computed.
    pair_files = {str(path): read_pairs(path) for path in pairs or []}
    analogy_files = {str(path): read_analogies(path) for path in analogies or []}
    evaluator = Evaluator(load_vectors(model, vectors), restrict, ignore_case)
    pair_scores = {path: evaluator.pairs(given) for path, given in pair_files.items()}
    analogy_scores = {path: evaluator.analogies(given) for path, given in analogy_files.items()}
    if json:
        record = {
            "vectors": vectors,
            "words": len(evaluator.vectors),
            "words_searched": evaluator.n_words,
            "ignore_case": ignore_case,
            "pairs": [_pairs_record(path, scores) for path, scores in pair_scores.items()],
            "analogies": [_analogies_record(path, found) for path, found in analogy_scores.items()],
        }
        print(dumps(record, indent=2, ensure_ascii=False))
        return
    print(f"{_vocabulary(evaluator)}, words {'in any case' if ignore_case else 'as they stand'}")
    if pair_scores:
        _show_pairs(pair_scores)
    for path, scores in analogy_scores.items():
        _show_analogies(path, scores)
    _hint(evaluator, [*pair_scores.values(), *analogy_scores.values()])


def _vocabulary(evaluator: "Evaluator") -> str:
    n_words = len(evaluator.vectors)
    if evaluator.n_words == n_words:
        return f"all {n_words:,} words"
    return f"the {evaluator.n_words:,} most frequent of {n_words:,} words"


def _pairs_record(path: str, scores: "PairScores") -> dict[str, Any]:
    from dataclasses import asdict

    return {"file": path, **asdict(scores)}


def _analogies_record(path: str, scores: "AnalogyScores") -> dict[str, Any]:
    totals = {name: getattr(scores, name) for name in ("semantic", "syntactic", "total")}
    return {
        "file": path,
        "sections": [_section_record(name, each) for name, each in scores.sections.items()],
        **{name: _section_record(name, total) for name, total in totals.items()},
        "missing": scores.missing,
    }


def _section_record(name: str, section: "Section") -> dict[str, Any]:
    from dataclasses import asdict

    return {"name": name, "accuracy": section.accuracy, **asdict(section)}


def _show_pairs(scores: dict[str, "PairScores"]) -> None:
    width = max(len(path) for path in scores)
    print(f"\n{'pairs':<{width}}  Spearman  Pearson  scored      of  coverage")
    for path, found in scores.items():
        print(
            f"{path:<{width}}  {_decimal(found.spearman):>8}  {_decimal(found.pearson):>7}"
            f"  {found.n_scored:6,}  {found.n_pairs:6,}  {found.n_scored / found.n_pairs:8.1%}"
        )
    for path, found in scores.items():
        _show_missing(path, found.missing, found.n_pairs - found.n_scored)


def _show_analogies(path: str, scores: "AnalogyScores") -> None:
    rows = {**scores.sections, "semantic": scores.semantic, "syntactic": scores.syntactic}
    rows["all"] = scores.total
    width = max(len(name) for name in (path, *rows))
    print(f"\n{path:<{width}}  accuracy  correct   asked      of  coverage")
    for name, section in rows.items():
        if name == "semantic":
            print()
        coverage = section.n_asked / section.n_questions if section.n_questions else 0
        print(
            f"{name or '(no section)':<{width}}  {_percent(section.accuracy):>8}"
            f"  {section.n_correct:7,}  {section.n_asked:6,}  {section.n_questions:6,}"
            f"  {coverage:8.1%}"
        )
    _show_missing(path, scores.missing, scores.total.n_questions - scores.total.n_asked)


def _decimal(score: float | None) -> str:
    return "-" if score is None else f"{score:.4f}"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _show_missing(path: str, missing: list[str], n_left_out: int) -> None:
    if missing:
        more = ", …" if len(missing) > SHOWN_WORDS else ""
        print(
            f"{path}: left out {n_left_out:,}; missing words ({len(missing):,}):"
            f" {', '.join(missing[:SHOWN_WORDS])}{more}"
        )


def _hint(evaluator: "Evaluator", scores: list[Any]) -> None:
    """Say that words were missed for their case only."""
    missing = {word for found in scores for word in found.missing}
    if evaluator.ignore_case or not missing:
        return
    if n_found := evaluator.n_found_in_other_case(missing):
        print(f"missing only for their case, see --ignore-case: {n_found:,}", file=sys.stderr)
