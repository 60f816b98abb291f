"""`w2v report`: one page that shows how a model was trained and what its vectors are like."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from w2v_cli.terminal.exit_codes import with_exit_codes
from w2v_cli.terminal.flags import DEFAULT_MODEL, AnalogiesOption, ModelArgument, PairsOption

if TYPE_CHECKING:
    from w2v_cli.vectors.queries import Vectors


@with_exit_codes
def report(
    model: ModelArgument = DEFAULT_MODEL,
    output: Annotated[
        str,
        typer.Option("-o", "--output", help="File to write; - writes to stdout.", metavar="FILE"),
    ] = "report.html",
    pairs: PairsOption = None,
    analogies: AnalogiesOption = None,
    watch: Annotated[
        str | None,
        typer.Option(
            "--watch",
            help="Words, such as king,paris, whose neighbors are shown. [default: those that the"
            " run watched, or typical words of clusters]",
            metavar="WORDS",
        ),
    ] = None,
) -> None:
    """Write one page on a model: its text, training, scores, vectors, map and settings.

    The page needs no network and has no script. What the model has no data for is left out, and a
    line says how to get it. The same model gives the same bytes.
    """
    from w2v_cli.vectors.loading import load_vectors

    words = [word.strip() for word in watch.split(",") if word.strip()] if watch else []
    write_report(
        load_vectors(model),
        model,
        output,
        pairs=pairs or (),
        analogies=analogies or (),
        words=words,
    )


def write_report(
    vectors: "Vectors",
    path: Path,
    output: str,
    *,
    pairs: Sequence[Path] = (),
    analogies: Sequence[Path] = (),
    words: Sequence[str] = (),
) -> None:
    """Write the report on vectors that were opened from `path`, and say so on stderr."""
    from w2v_cli.reports.run_report.page import report_page
    from w2v_cli.terminal.progress import progress_of
    from w2v_cli.terminal.streams import output_stream

    # The output comes first: if it cannot be written, nobody waits for the page.
    with output_stream(output) as file, progress_of("%", "done") as progress:
        page = report_page(
            vectors, path.resolve().name, pairs=pairs, analogies=analogies, words=words,
            progress=progress,
        )  # fmt: skip
        content = page.encode()
        file.write(content)
    name = "stdout" if output == "-" else output
    print(
        f"report on {len(vectors):,} words in {name}, {len(content) / 1e6:.2f} MB", file=sys.stderr
    )
