"""`w2v convert`: vectors of one program for another."""

from pathlib import Path
from typing import Annotated

import typer

from w2v_cli.errors import ConfigError, InputMissingError
from w2v_cli.terminal.exit_codes import with_exit_codes
from w2v_cli.terminal.flags import (
    DtypeOption,
    EncodingErrorsOption,
    EncodingOption,
    NormalizeOption,
    SpacesOption,
    StrictOption,
    WordsOption,
)
from w2v_cli.vectors.formats.names import FORMS, FormName, form_of_name


@with_exit_codes
def convert(
    source: Annotated[
        Path, typer.Argument(help="Vectors of any program, or a model directory.", metavar="IN")
    ],
    output: Annotated[
        str,
        typer.Argument(
            help="What to write: a file, packed if its name ends in .gz; a directory; - for"
            " stdout.",
            metavar="OUT",
        ),
    ],
    from_form: Annotated[
        FormName | None,
        typer.Option("--from", help="Form of IN. [default: recognized by its content]"),
    ] = None,
    to_form: Annotated[
        FormName | None, typer.Option("--to", help="Form of OUT. [default: by its name]")
    ] = None,
    words: WordsOption = None,
    normalize: NormalizeOption = False,
    dtype: DtypeOption = "float32",
    encoding: EncodingOption = "utf-8",
    encoding_errors: EncodingErrorsOption = "strict",
    strict: StrictOption = False,
    spaces: SpacesOption = "refuse",
) -> None:
    """Turn vectors of one form into another.

    Names of OUT that need no --to end in .txt, .bin, .glove.txt, .vec, .npz, .safetensors or
    .parquet.
    """
    if not source.exists():
        raise InputMissingError(f"{source}: no such file or directory; check the path")
    form = to_form or form_of_name(output)
    if form is None:
        raise ConfigError(f"{output}: say its form with --to, one of {', '.join(FORMS)}")

    from w2v_cli.terminal.vector_output import write_vectors
    from w2v_cli.vectors.loading import load_vectors

    vectors = load_vectors(
        source,
        form=from_form,
        encoding=encoding,
        encoding_errors=encoding_errors,
        strict=strict,
    )
    write_vectors(
        vectors, form, output, words=words, normalize=normalize, dtype=dtype, spaces=spaces
    )
