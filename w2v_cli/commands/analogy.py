"""`w2v analogy`: a is to b as c is to what?"""

from typing import Annotated, Literal

import typer

from w2v_cli.terminal.exit_codes import with_exit_codes
from w2v_cli.terminal.flags import (
    DEFAULT_MODEL,
    JsonOption,
    KindOption,
    ModelOption,
    NeighborsOption,
    RestrictOption,
)


@with_exit_codes
def analogy(
    a: Annotated[str, typer.Argument(help="A is to B as C is to the words printed.")],
    b: Annotated[str, typer.Argument()],
    c: Annotated[str, typer.Argument()],
    model: ModelOption = DEFAULT_MODEL,
    k: NeighborsOption = 10,
    method: Annotated[
        Literal["add", "mul"], typer.Option("--method", help="3CosAdd or 3CosMul.")
    ] = "add",
    restrict: RestrictOption = None,
    vectors: KindOption = "center",
    json: JsonOption = False,
) -> None:
    """Print the words that are to C as B is to A.

    Each line is a score and a word: for man king woman, queen should be first. The score is the
    cosine with B - A + C, or with --method mul the product of similarities with B and C over that
    with A.
    """
    from json import dumps

    from w2v_cli.vectors.loading import load_vectors

    answers = load_vectors(model, vectors).analogy(a, b, c, k, method, restrict)
    if json:
        found = [{"word": word, "score": score} for word, score in answers]
        record = {"a": a, "b": b, "c": c, "method": method, "answers": found}
        print(dumps(record, indent=2, ensure_ascii=False))
        return
    for word, score in answers:
        print(f"{score:7.4f}  {word}")
