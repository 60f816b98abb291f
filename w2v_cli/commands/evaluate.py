"""`w2v evaluate`: vectors against files of questions, a model against a text."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from w2v_cli.terminal.exit_codes import with_exit_codes
from w2v_cli.terminal.flags import (
    DEFAULT_MODEL,
    AnalogiesOption,
    JsonOption,
    KindOption,
    ModelOption,
    PairsOption,
    RestrictOption,
)
from w2v_cli.terminal.score_tables import (
    group_lines,
    groups_record,
    percent,
    sequence_lines,
    sequences_record,
)

if TYPE_CHECKING:
    from w2v_cli.training.full_softmax import SoftmaxScores
    from w2v_cli.vectors.evaluation import AnalogyScores, PairScores, Section
    from w2v_cli.vectors.scores import Scores

SHOWN_WORDS = 8
"""How many missing words are named to people; --json has all."""


@with_exit_codes
def evaluate(
    pairs: PairsOption = None,
    analogies: AnalogiesOption = None,
    groups: Annotated[
        list[Path] | None,
        typer.Option(
            "--groups", help="`word<TAB>group` lines; can be given again.", metavar="FILE"
        ),
    ] = None,
    sequences: Annotated[
        list[Path] | None,
        typer.Option(
            "--sequences",
            help="Items between spaces in each line, the last one to be found; may be repeated.",
            metavar="FILE",
        ),
    ] = None,
    k: Annotated[
        int,
        typer.Option(
            "-k",
            help="Nearest words that count for --groups, answers that are hits for --sequences.",
            min=1,
        ),
    ] = 10,
    corpus: Annotated[
        list[str] | None,
        typer.Option(
            "--corpus",
            help="Text that the model was not trained on; shows how well it predicts contexts. Can"
            " be given again.",
            metavar="FILE",
        ),
    ] = None,
    model: ModelOption = DEFAULT_MODEL,
    restrict: RestrictOption = None,
    ignore_case: Annotated[
        bool, typer.Option("--ignore-case", help="Take words that differ only by case for one.")
    ] = False,
    vectors: KindOption = "center",
    json: JsonOption = False,
) -> None:
    """Score the vectors on word pairs, analogies, groups of words or sequences of items.

    --pairs prints the correlation of cosines with people's scores. --analogies prints how many are
    solved; sections named gram... are syntactic. A question with a word that has no vector is left
    out of the score. How many there were, and which words, stands beside it.

    --groups prints what share of each word's -k nearest words is of its group, and how often a
    word of another group that is added to a group is found to be the odd one out. Only the words
    of the file take part. Beside each share stands what chance gives.

    --sequences looks for the last item of each line among all words, given the items before it: by
    the cosine with their mean, by the model's logits, and by popularity, which is the baseline.
    HR is the share of lines whose item is among the first -k, MRR the mean of 1 / rank.

    --corpus computes the loss of a model directory on a text: the cross-entropy of the full
    softmax over the vocabulary, beside that of a model that knows only the words' frequencies.
    """
    from json import dumps

    from w2v_cli.vectors.scores import evaluate

    if not (pairs or analogies or groups or sequences or corpus):
        raise typer.BadParameter(
            "name a file with --pairs, --analogies, --groups, --sequences or --corpus"
        )
    loss = None
    if corpus:
        from w2v_cli.runs.held_out_text import score_on_text

        loss = score_on_text(model, corpus)
    scores = evaluate(
        model,
        pairs=pairs or (),
        analogies=analogies or (),
        groups=groups or (),
        sequences=sequences or (),
        k=k,
        kind=vectors,
        restrict=restrict,
        ignore_case=ignore_case,
    )
    if json:
        record = {
            "vectors": vectors,
            "words": scores.n_words,
            "words_searched": scores.n_searched,
            "ignore_case": ignore_case,
            "pairs": [_pairs_record(path, found) for path, found in scores.pairs.items()],
            "analogies": [
                _analogies_record(path, found) for path, found in scores.analogies.items()
            ],
            "k": k,
            "groups": [groups_record(path, found) for path, found in scores.groups.items()],
            "sequences": [
                sequences_record(path, found) for path, found in scores.sequences.items()
            ],
            "loss": _loss_record(corpus or [], loss),
        }
        print(dumps(record, indent=2, ensure_ascii=False))
        return
    print(f"{_vocabulary(scores)}, words {'in any case' if ignore_case else 'as they stand'}")
    if loss is not None:
        _show_loss(loss)
    if scores.pairs:
        _show_pairs(scores.pairs)
    for path, found in scores.analogies.items():
        _show_analogies(path, found)
    for path, in_groups in scores.groups.items():
        print("", *group_lines(path, in_groups), sep="\n")
        _show_missing(path, in_groups.missing, len(in_groups.missing))
    if scores.sequences:
        print("", *sequence_lines(scores.sequences), sep="\n")
    for path, items in scores.sequences.items():
        _show_missing(path, items.missing, items.n_sequences - items.n_scored - items.n_repeats)
    if n := scores.n_in_other_case:
        print(f"missing only for their case, see --ignore-case: {n:,}", file=sys.stderr)


def _vocabulary(scores: "Scores") -> str:
    if scores.n_searched == scores.n_words:
        return f"all {scores.n_words:,} words"
    return f"the {scores.n_searched:,} most frequent of {scores.n_words:,} words"


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


def _loss_record(corpus: list[str], loss: "SoftmaxScores | None") -> dict[str, Any] | None:
    from dataclasses import asdict

    return None if loss is None else {"corpus": corpus, **asdict(loss)}


def _show_loss(loss: "SoftmaxScores") -> None:
    print(
        f"\nfull softmax on {loss.pairs:,} pairs of the text, in nats a pair:\n"
        f"  model    {loss.cross_entropy:7.4f} ± {loss.standard_error:.4f}"
        f"   perplexity {loss.perplexity:,.1f}\n"
        f"  unigram  {loss.unigram:7.4f}\n"
        f"  uniform  {loss.uniform:7.4f}\n"
        f"\n{'rank of context':>19}  {'pairs':>7}    model  ± error  unigram"
    )
    for band in loss.bands:
        ranks = f"{band.first_rank:,} to {band.last_rank:,}"
        print(
            f"{ranks:>19}  {band.pairs:7,}  {band.cross_entropy:7.4f}"
            f"  {band.standard_error:7.4f}  {band.unigram:7.4f}"
        )


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
            f"{name or '(no section)':<{width}}  {percent(section.accuracy):>8}"
            f"  {section.n_correct:7,}  {section.n_asked:6,}  {section.n_questions:6,}"
            f"  {coverage:8.1%}"
        )
    _show_missing(path, scores.missing, scores.total.n_questions - scores.total.n_asked)


def _decimal(score: float | None) -> str:
    return "-" if score is None else f"{score:.4f}"


def _show_missing(path: str, missing: list[str], n_left_out: int) -> None:
    if missing:
        more = ", …" if len(missing) > SHOWN_WORDS else ""
        print(
            f"{path}: left out {n_left_out:,}; missing words ({len(missing):,}):"
            f" {', '.join(missing[:SHOWN_WORDS])}{more}"
        )
