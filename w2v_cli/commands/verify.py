"""`w2v verify`: check that a model is undamaged."""

import typer

from w2v_cli.terminal.exit_codes import with_exit_codes
from w2v_cli.terminal.flags import DEFAULT_MODEL, JsonOption, ModelArgument


@with_exit_codes
def verify(
    model: ModelArgument = DEFAULT_MODEL,
    json: JsonOption = False,
) -> None:
    """Read every byte of a model and print one line for each fault.

    Checks sizes, sha256, shapes, that all numbers are finite, the order of the words, and that the
    number of words fits the tables. The exit code is 1 if there is a fault.
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
