"""`w2v explain`: show what two words have in common."""

from typing import TYPE_CHECKING, Annotated

import typer

from w2v_cli.terminal.exit_codes import with_exit_codes
from w2v_cli.terminal.flags import DEFAULT_MODEL, JsonOption, ModelOption, NeighborsOption

if TYPE_CHECKING:
    from w2v_cli.vectors.explanation import Explanation, Shared


@with_exit_codes
def explain(
    first: Annotated[str, typer.Argument(metavar="WORD")],
    second: Annotated[str, typer.Argument(metavar="WORD")],
    model: ModelOption = DEFAULT_MODEL,
    k: NeighborsOption = 10,
    restrict: Annotated[
        int,
        typer.Option(
            "--restrict", help="Show only words among the N most frequent ones.", min=1, metavar="N"
        ),
    ] = 10_000,
    json: JsonOption = False,
) -> None:
    """Show what two words have in common: counts, cosine, neighbors and contexts of both.

    Contexts are ordered by their association with the two words; the lower of the two decides. The
    association is how much more likely, in nats, the model expects the context beside the word
    than the frequencies of both words say.
    """
    from dataclasses import asdict
    from json import dumps

    from w2v_cli.vectors.explanation import explain
    from w2v_cli.vectors.loading import load_vectors

    explanation = explain(load_vectors(model), first, second, k, restrict)
    if json:
        record = asdict(explanation)
        for key in ("neighbors", "contexts"):
            record[key] = [shared._asdict() for shared in getattr(explanation, key)]
        print(dumps(record, indent=2, ensure_ascii=False))
    else:
        _show(explanation)


def _show(explanation: "Explanation") -> None:
    first, second = explanation.words
    for word, count in zip(explanation.words, explanation.counts, strict=True):
        print(f"{word}: seen {count:,} time{'s' * (count > 1)}")
    print(f"cosine: {explanation.similarity:.4f}")
    print(f"\nnear both, cosine with {first} and {second}:")
    _show_shared(explanation.neighbors)
    print(f"\ncontexts of both, association with {first} and {second}:")
    _show_shared(explanation.contexts)


def _show_shared(words: list["Shared"]) -> None:
    for shared in words:
        print(f"{shared.first:7.4f} {shared.second:7.4f}  {shared.word}")
