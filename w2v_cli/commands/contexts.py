"""`w2v contexts`: the words that a model expects beside a word."""

from typing import Annotated, Literal

import typer

from w2v_cli.terminal.exit_codes import with_exit_codes
from w2v_cli.terminal.flags import DEFAULT_MODEL, JsonOption, ModelOption, NeighborsOption


@with_exit_codes
def contexts(
    word: Annotated[str, typer.Argument(metavar="WORD")],
    model: ModelOption = DEFAULT_MODEL,
    k: NeighborsOption = 10,
    by: Annotated[
        Literal["association", "logit"],
        typer.Option("--by", help="Which of the two numbers orders the contexts."),
    ] = "association",
    restrict: Annotated[
        int,
        typer.Option(
            "--restrict", help="Show only words among the N most frequent ones.", min=1, metavar="N"
        ),
    ] = 10_000,
    json: JsonOption = False,
) -> None:
    """Show the contexts that a model expects beside a word.

    The association is how much more likely, in nats, the model expects the context beside the word
    than the frequencies of both words say.

    The logit is the product of the word's center vector and the context's context vector, plus
    the context's bias, and with negative_sampling the logarithm of the context's noise
    probability. It follows the logarithm of the context's probability, so that frequent words
    are high.
    """
    from json import dumps

    from w2v_cli.vectors.contexts import contexts
    from w2v_cli.vectors.loading import load_vectors

    vectors = load_vectors(model)
    found = contexts(vectors, word, k, by, restrict)
    if json:
        count = int(vectors.vocabulary.counts[vectors.id(word)])
        record = {"word": word, "count": count, "by": by}
        print(
            dumps(
                {**record, "contexts": [each._asdict() for each in found]},
                indent=2,
                ensure_ascii=False,
            )
        )
        return
    print("association    logit  context")
    for each in found:
        print(f"{each.association:11.4f}  {each.logit:7.4f}  {each.word}")
