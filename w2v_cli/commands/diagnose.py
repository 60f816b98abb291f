"""`w2v diagnose`: what the vectors of a model are like, and what looks wrong with them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from w2v_cli.terminal.exit_codes import with_exit_codes
from w2v_cli.terminal.flags import DEFAULT_MODEL, JsonOption, KindOption, ModelOption

if TYPE_CHECKING:
    from w2v_cli.vectors.comparison.diagnosis import Diagnosis
    from w2v_cli.vectors.comparison.findings import Finding


@with_exit_codes
def diagnose(
    model: ModelOption = DEFAULT_MODEL,
    restrict: Annotated[
        int,
        typer.Option(
            "--restrict",
            help="Look at the N most frequent words; rows that look wrong are looked for in all.",
            min=2,
            metavar="N",
        ),
    ] = 70_000,
    vectors: KindOption = "center",
    json: JsonOption = False,
) -> None:
    """Show lengths, cosines and hubs by frequency, and what looks wrong with a model.

    A word's occurrence is the number of words that have it among their nearest ones; a hub is a
    word with a very high one. Findings come with what mends them: vectors that all point in one
    direction, words that are near because they are equally frequent, hubs, and vectors that are
    zero, equal to others, or as they were at the start.
    """
    from json import dumps

    from w2v_cli.terminal.progress import progress_of
    from w2v_cli.vectors.comparison.diagnosis import diagnose
    from w2v_cli.vectors.comparison.findings import findings
    from w2v_cli.vectors.comparison.reading import read_models

    opened = read_models([model], vectors)[0]
    with progress_of("words", "compared") as progress:
        diagnosis = diagnose(opened, restrict, progress)
    found = findings(diagnosis)
    if json:
        print(dumps(_record(diagnosis, found), indent=2, ensure_ascii=False))
    else:
        print("\n".join([*_lines(diagnosis), "", *(_finding_lines(found))]))


def _record(diagnosis: "Diagnosis", found: "list[Finding]") -> dict[str, Any]:
    n_words, dimension = diagnosis.vectors.table.shape
    return {
        "words": n_words,
        "dimension": dimension,
        "words_looked_at": len(diagnosis),
        "mean_length": float(diagnosis.lengths.mean()),
        "mean_cosine": diagnosis.mean_cosine,
        "k": diagnosis.k,
        "skewness": diagnosis.skewness(),
        "bands": [*_bands(diagnosis)],
        "findings": [each._asdict() for each in found],
    }


def _bands(diagnosis: "Diagnosis") -> Iterator[dict[str, Any]]:
    for number, band in enumerate(diagnosis.bands):
        occurrences = diagnosis.occurrences[band.rows]
        yield {
            **band._asdict(),
            "words": band.n_words,
            "mean_length": float(diagnosis.lengths[band.rows].mean()),
            "mean_cosine": float(diagnosis.cosines_within[number]),
            "mean_occurrence": float(occurrences.mean()),
            "highest_occurrence": int(occurrences.max()),
            "skewness": diagnosis.skewness(band.rows),
        }


def _lines(diagnosis: "Diagnosis") -> Iterator[str]:
    n_words, dimension = diagnosis.vectors.table.shape
    looked_at = (
        f"all {n_words:,}" if len(diagnosis) == n_words else f"{len(diagnosis):,} of {n_words:,}"
    )
    yield (
        f"{looked_at} words x {dimension}: mean length {diagnosis.lengths.mean():.3f}, mean cosine"
        f" of two words {diagnosis.mean_cosine:.3f}, skewness of occurrences among the"
        f" {diagnosis.k:,} nearest {diagnosis.skewness():.2f}"
    )
    yield ""
    yield (
        f"{'ranks':>17}  {'counts':>19}  {'length':>7}  {'cosine':>6}"
        f"  {'occurrence':>10}  {'highest':>8}  {'skewness':>8}"
    )
    for band, facts in zip(diagnosis.bands, _bands(diagnosis), strict=True):
        yield (
            f"{band.ranks:>17}  {band.counts:>19}  {facts['mean_length']:7.3f}"
            f"  {facts['mean_cosine']:6.3f}  {facts['mean_occurrence']:10.1f}"
            f"  {facts['highest_occurrence']:8,}  {facts['skewness']:8.2f}"
        )


def _finding_lines(found: "list[Finding]") -> Iterator[str]:
    if not found:
        yield "nothing looks wrong"
    for each in found:
        yield each.what
        if each.words:
            yield "    " + " | ".join(each.words)
        yield f"    -> {each.remedy}"
