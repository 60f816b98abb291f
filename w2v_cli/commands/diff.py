"""`w2v diff`: the words that two models use differently."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from w2v_cli.errors import QueryError
from w2v_cli.terminal.exit_codes import with_exit_codes
from w2v_cli.terminal.flags import (
    AllWordsOption,
    ComparedOption,
    JsonOption,
    KindOption,
    RestrictSharedOption,
)
from w2v_cli.terminal.streams import output_stream, refuse_two_results

if TYPE_CHECKING:
    from w2v_cli.vectors.comparison.differences import Differences

FIELDS = (
    "word", "status", "count_a", "count_b", "cosine", "cosine_z", "cosine_percentile",
    "as_low_by_chance", "overlap", "overlap_z", "overlap_percentile",
)  # fmt: skip
"""The columns of the TSV, and the keys of a word in JSON."""


@with_exit_codes
def diff(
    first: Annotated[Path, typer.Argument(help="Model or vector file.", metavar="A")],
    second: Annotated[Path, typer.Argument(help="Model or vector file.", metavar="B")],
    null: Annotated[
        list[Path] | None,
        typer.Option(
            "--null",
            help="A model whose words mean what they mean in the other --null models; give at least"
            " two.",
            metavar="MODEL",
        ),
    ] = None,
    k: ComparedOption = 100,
    show: Annotated[
        int, typer.Option("--show", help="Number of changed words to show.", min=0, metavar="N")
    ] = 20,
    restrict: RestrictSharedOption = None,
    output: AllWordsOption = None,
    vectors: KindOption = "center",
    json: JsonOption = False,
) -> None:
    """Show the words that two models use differently, the most changed first.

    A is turned into the space of B. For each shared word there is the cosine of its two vectors and
    the share of its nearest words that both models have. Rare words differ between any two runs.
    --null models say how much: each word is placed among words of similar frequency between null
    models, and the most unusual ones come first. New and lost words are listed too.
    """
    from json import dumps

    if len(null or []) == 1:
        raise QueryError("one --null model has none to be compared with; name at least two")
    refuse_two_results(json, output)

    from w2v_cli.terminal.progress import progress_of
    from w2v_cli.vectors.comparison.differences import differences
    from w2v_cli.vectors.comparison.reading import read_models

    models = read_models([first, second, *(null or [])], vectors)
    with progress_of("words", "compared") as progress:
        found = differences(models[0], models[1], models[2:], k, restrict, progress)
    if output is not None:
        with output_stream(output) as file:
            file.write(("\t".join(FIELDS) + "\n").encode())
            for record in _records(found):
                file.write(("\t".join(map(_field, record.values())) + "\n").encode())
    if json:
        print(dumps({**_summary(found), "words": [*_records(found)]}, indent=2, ensure_ascii=False))
        return
    lines = _lines(found, [str(first), str(second)], show)
    print("\n".join(lines), file=sys.stderr if output == "-" else sys.stdout)


def _summary(found: "Differences") -> dict[str, Any]:
    compared, placement = found.compared, found.placement
    return {
        "shared_words": len(compared.shared),
        "new_words": len(found.new),
        "lost_words": len(found.lost),
        "k": found.k,
        "residual": compared.alignment.residual,
        "mean_cosine": compared.alignment.mean_cosine,
        "mean_overlap": float(compared.overlaps.mean()),
        "overlap_by_chance": found.overlap_by_chance,
        "null": None
        if placement is None
        else {
            "pairs": placement.n_pairs,
            "words_of_a_band": placement.n_words,
            "mean_cosine": placement.mean_cosine,
            "words_below_all": placement.n_outside,
            "words_below_all_by_chance": placement.n_by_chance,
        },
    }


def _records(found: "Differences") -> Iterator[dict[str, Any]]:
    """Yield every word as JSON has it: the shared ones, the new ones, and the lost ones."""
    for place in found.order.tolist():
        yield _shared_record(found, place)
    for status, words in (("new", found.new), ("lost", found.lost)):
        for word, count in words:
            record: dict[str, Any] = dict.fromkeys(FIELDS)
            record.update(word=word, status=status, count_a=0, count_b=0)
            record["count_b" if status == "new" else "count_a"] = count
            yield record


def _shared_record(found: "Differences", place: int) -> dict[str, Any]:
    compared, placement = found.compared, found.placement
    record: dict[str, Any] = dict.fromkeys(FIELDS)
    record.update(word=compared.shared.words[place], status="shared")
    record["count_a"], record["count_b"] = compared.counts[:, place].tolist()
    record["cosine"] = float(compared.cosines[place])
    record["overlap"] = float(compared.overlaps[place])
    if placement is not None:
        for side, placed in (("cosine", placement.cosines), ("overlap", placement.overlaps)):
            record[f"{side}_z"] = float(placed.z[place])
            record[f"{side}_percentile"] = float(placed.percentile[place])
        record["as_low_by_chance"] = float(placement.cosines.expected[place])
    return record


def _field(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _lines(found: "Differences", names: Sequence[str], show: int) -> Iterator[str]:
    compared, placement = found.compared, found.placement
    yield (
        f"{len(compared.shared):,} shared words, {len(found.new):,} only in {names[1]},"
        f" {len(found.lost):,} only in {names[0]}"
    )
    yield (
        f"mean cosine {compared.alignment.mean_cosine:.4f} (residual"
        f" {compared.alignment.residual:.4f}); {compared.overlaps.mean():.1%} of the {found.k:,}"
        f" nearest words in common, {found.overlap_by_chance:.1%} would be chance"
    )
    if placement is None:
        yield "no band: without --null models nobody knows how much of this is chance"
    else:
        yield (
            f"band: {placement.n_pairs:,} pair{'s' * (placement.n_pairs > 1)} of null models, mean"
            f" cosine {placement.mean_cosine:.4f}, {placement.n_words:,} words of similar frequency"
            " for each word"
        )
        yield (
            f"words whose cosine lies lower in its band than that of every null word:"
            f" {placement.n_outside:,}; by chance {placement.n_by_chance:.1f}"
        )
    yield ""
    yield from _table(found, show)
    for name, words in ((names[1], found.new), (names[0], found.lost)):
        if words and show:
            some = ", ".join(word for word, _ in words[:show])
            yield f"\nonly in {name}: {some}{', …' if len(words) > show else ''}"


def _table(found: "Differences", show: int) -> Iterator[str]:
    has_band = found.placement is not None
    band = ("      z  percentile", "      z  percentile") if has_band else ("", "")
    yield f" cosine{band[0]}  overlap{band[1]}    count A    count B  word"
    for place in found.order[:show].tolist():
        each = _shared_record(found, place)
        bands = [
            f"  {each[f'{side}_z']:5.1f}  {each[f'{side}_percentile']:10.1f}" if has_band else ""
            for side in ("cosine", "overlap")
        ]
        yield (
            f"{each['cosine']:7.4f}{bands[0]}  {each['overlap']:7.1%}{bands[1]}"
            f"  {each['count_a']:9,}  {each['count_b']:9,}  {each['word']}"
        )
