"""`w2v similarity`: the cosine similarity of two words."""

from typing import Annotated

import typer

from w2v_cli.terminal.exit_codes import with_exit_codes
from w2v_cli.terminal.flags import DEFAULT_MODEL, JsonOption, KindOption, ModelOption


@with_exit_codes
def similarity(
    first: Annotated[str, typer.Argument(metavar="WORD")],
    second: Annotated[str, typer.Argument(metavar="WORD")],
    model: ModelOption = DEFAULT_MODEL,
    vectors: KindOption = "center",
    json: JsonOption = False,
) -> None:
    """Print the cosine similarity of two words."""
    from json import dumps

    from w2v_cli.vectors.loading import load_vectors

    cosine = load_vectors(model, vectors).similarity(first, second)
    if json:
        print(dumps({"words": [first, second], "similarity": cosine}, ensure_ascii=False))
    else:
        print(f"{cosine:.4f}")
