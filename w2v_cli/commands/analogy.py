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
    a: Annotated[str, typer.Argument(help="First word of the known pair.")],
    b: Annotated[str, typer.Argument(help="Second word of the known pair.")],
    c: Annotated[str, typer.Argument(help="First word of the pair to complete.")],
    model: ModelOption = DEFAULT_MODEL,
    k: NeighborsOption = 10,
    method: Annotated[
        Literal["add", "mul"],
        typer.Option("--method", help="Score: add is 3CosAdd, mul is 3CosMul."),
    ] = "add",
    restrict: RestrictOption = None,
    vectors: KindOption = "center",
    json: JsonOption = False,
) -> None:
    """Answer the question: A is to B as C is to which word?

    Each line is a score and a word. For man king woman, queen should come first. The score is the
    cosine with B - A + C. With --method mul it is (similarity to B) * (similarity to C) /
    (similarity to A).
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
