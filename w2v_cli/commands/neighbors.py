"""`w2v neighbors`: words near a word."""

from typing import Annotated

import typer

from w2v_cli.commands.shared import DEFAULT_MODEL, JsonOption, ModelOption, reported


@reported
def neighbors(
    words: Annotated[list[str], typer.Argument(help="One word or several.", metavar="WORD...")],
    model: ModelOption = DEFAULT_MODEL,
    k: Annotated[int, typer.Option("-k", help="How many neighbors.", min=1)] = 10,
    json: JsonOption = False,
) -> None:
    """Print the words nearest to a word.

    Each line is a cosine similarity and a word; with several words, each has a list of its own.
    """
    from json import dumps

    from w2v_cli.vectors.loading import load_vectors

    answers = load_vectors(model).neighbors_of(words, k)
    if json:
        records = [
            {"word": word, "neighbors": [near._asdict() for near in answer]}
            for word, answer in zip(words, answers, strict=True)
        ]
        print(dumps(records, indent=2, ensure_ascii=False))
        return
    for number, (word, answer) in enumerate(zip(words, answers, strict=True)):
        if len(words) > 1:
            print(f"{chr(10) if number else ''}{word}:")
        for near in answer:
            print(f"{near.similarity:7.4f}  {near.word}")
