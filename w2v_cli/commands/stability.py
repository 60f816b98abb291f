"""`w2v stability`: how far runs with other seeds agree on what is near."""

import sys
from collections.abc import Iterator
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
    from w2v_cli.vectors.comparison.stability import Stability


@with_exit_codes
def stability(
    models: Annotated[
        list[Path],
        typer.Argument(help="Two or more models of the same text.", metavar="MODEL..."),
    ],
    k: ComparedOption = 10,
    restrict: RestrictSharedOption = None,
    output: AllWordsOption = None,
    vectors: KindOption = "center",
    json: JsonOption = False,
) -> None:
    """Show how far models agree on the nearest words, by frequency.

    The models are runs on the same text with other seeds. The overlap of a word is the share of its
    nearest words that two models have in common, the mean over all pairs of models. Words that only
    some of the models have do not count.
    """
    from json import dumps

    if len(models) < 2:
        raise QueryError("at least two models are needed: name runs with other seeds")
    refuse_two_results(json, output)

    from w2v_cli.terminal.progress import progress_of
    from w2v_cli.vectors.comparison.reading import read_models
    from w2v_cli.vectors.comparison.stability import stability

    opened = read_models(models, vectors)
    with progress_of("words", "compared") as progress:
        found = stability(opened, k, restrict, progress)
    if output is not None:
        with output_stream(output) as file:
            file.write(b"word\tcount\toverlap\n")
            counts = found.shared.counts(0).tolist()
            for row in zip(found.shared.words, counts, found.overlaps.tolist(), strict=True):
                file.write("{}\t{}\t{:.4f}\n".format(*row).encode())
    shown = dumps(_record(found), indent=2) if json else "\n".join(_lines(found))
    print(shown, file=sys.stderr if output == "-" else sys.stdout)


def _record(found: "Stability") -> dict[str, Any]:
    return {
        "models": len(found.shared.models),
        "shared_words": len(found.shared),
        "k": found.k,
        "overlap": float(found.overlaps.mean()),
        "overlap_by_chance": found.by_chance,
        "bands": [
            {**band._asdict(), "words": band.n_words, "overlap": mean, "lowest_tenth": tenth}
            for band, mean, tenth in found.bands()
        ],
    }


def _lines(found: "Stability") -> Iterator[str]:
    yield (
        f"{len(found.shared.models):,} models, {len(found.shared):,} shared words: two models have"
        f" {found.overlaps.mean():.1%} of the {found.k:,} nearest words in common,"
        f" {found.by_chance:.1%} would be chance"
    )
    yield ""
    yield f"{'ranks':>17}  {'counts':>19}  {'words':>9}  {'overlap':>7}  {'lowest tenth below':>18}"
    for band, mean, tenth in found.bands():
        yield (
            f"{band.ranks:>17}  {band.counts:>19}  {band.n_words:9,}  {mean:7.1%}  {tenth:18.1%}"
        )
