"""`w2v verify`: whether a model is as it was written."""

from pathlib import Path
from typing import Annotated

import typer

from w2v_cli.terminal.exit_codes import with_exit_codes
from w2v_cli.terminal.flags import DEFAULT_MODEL, JsonOption


@with_exit_codes
def verify(
    model: Annotated[
        Path,
        typer.Argument(
            envvar="W2V_MODEL",
            help="Model directory, or vectors of another program.",
            metavar="MODEL",
        ),
    ] = DEFAULT_MODEL,
    json: JsonOption = False,
) -> None:
    """Read every byte of a model and print what is wrong with it, a fault a line.

    Sizes, sha256, shapes, numbers that are not finite, the order of the words, and whether words
    and tables belong together. Ends with 1 if there is a fault.
    """
    from json import dumps

    from w2v_cli.vectors.verification import faults_of

    faults = faults_of(model)
    if json:
        print(dumps({"model": str(model), "faults": faults}, indent=2, ensure_ascii=False))
    else:
        print("\n".join(faults or [f"{model}: as it was written"]))
    if faults:
        raise typer.Exit(1)
