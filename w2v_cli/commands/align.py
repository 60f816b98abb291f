"""`w2v align`: turn the vectors of one model into the space of another."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from w2v_cli.errors import ConfigError
from w2v_cli.terminal.exit_codes import with_exit_codes
from w2v_cli.terminal.flags import JsonOption, KindOption
from w2v_cli.vectors.formats.names import FORMS, FormName, form_of_name

if TYPE_CHECKING:
    from w2v_cli.vectors.comparison.alignment import Alignment


@with_exit_codes
def align(
    moved: Annotated[
        Path, typer.Argument(help="Model or vector file whose vectors are turned.", metavar="A")
    ],
    base: Annotated[
        Path, typer.Argument(help="Model or vector file whose space they get.", metavar="B")
    ],
    output: Annotated[
        str,
        typer.Option(
            "-o",
            "--output",
            help="What to write: a file, packed if its name ends in .gz; a directory; - for"
            " stdout.",
            metavar="PATH",
        ),
    ],
    anchors: Annotated[
        Path | None,
        typer.Option(
            "--anchors",
            help="Fit only the words of this file, one a line. [default: all shared words]",
            metavar="FILE",
        ),
    ] = None,
    to_form: Annotated[
        FormName | None, typer.Option("--to", help="Form of the output. [default: by its name]")
    ] = None,
    vectors: KindOption = "center",
    json: JsonOption = False,
) -> None:
    """Turn the vectors of A into the space of B and write them.

    Two runs give vectors that differ by a rotation. The rotation or reflection that brings the
    shared words nearest to each other is found by orthogonal Procrustes. All words of A are turned;
    their cosines with each other stay as they are.
    """
    from json import dumps

    form = to_form or form_of_name(output)
    if form is None:
        raise ConfigError(f"{output}: say its form with --to, one of {', '.join(FORMS)}")

    from w2v_cli.terminal.vector_output import write_vectors
    from w2v_cli.vectors.comparison.alignment import align, rotated
    from w2v_cli.vectors.comparison.reading import read_anchors, read_models
    from w2v_cli.vectors.comparison.shared_words import shared_words

    models = read_models([moved, base], vectors)
    shared = shared_words(models)
    alignment = align(shared, read_anchors(anchors, shared) if anchors else None)
    write_vectors(rotated(models[0], alignment.rotation), form, output)
    record = _record(alignment)
    shown = dumps(record, indent=2) if json else _described(alignment)
    print(shown, file=sys.stderr if output == "-" else sys.stdout)


def _record(alignment: "Alignment") -> dict[str, Any]:
    return {
        "shared_words": alignment.n_shared,
        "anchors": alignment.n_anchors,
        "residual": alignment.residual,
        "mean_cosine": alignment.mean_cosine,
        "mean_cosine_of_others": alignment.mean_cosine_of_others,
    }


def _described(alignment: "Alignment") -> str:
    text = (
        f"fitted to {alignment.n_anchors:,} of {alignment.n_shared:,} shared words\n"
        f"residual {alignment.residual:.4f} (0: equal vectors, 1.41: unrelated ones),"
        f" mean cosine {alignment.mean_cosine:.4f}"
    )
    if alignment.mean_cosine_of_others is not None:
        text += f"\nmean cosine of the other shared words {alignment.mean_cosine_of_others:.4f}"
    return text
