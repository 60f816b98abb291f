"""`w2v odd-one-out`: find the word that does not fit the others."""

from typing import Annotated

import typer

from w2v_cli.terminal.exit_codes import with_exit_codes
from w2v_cli.terminal.flags import DEFAULT_MODEL, JsonOption, KindOption, ModelOption


@with_exit_codes
def odd_one_out(
    words: Annotated[list[str], typer.Argument(help="At least three words.", metavar="WORD...")],
    model: ModelOption = DEFAULT_MODEL,
    vectors: KindOption = "center",
    json: JsonOption = False,
) -> None:
    """Find the word that fits the others least.

    Each line is a word with its cosine to the mean of all. The first line is the odd one.
    """
    from json import dumps

    from w2v_cli.vectors.loading import load_vectors

    ranked = load_vectors(model, vectors).odd_one_out(words)
    if json:
        record = {"odd": ranked[0].word, "words": [each._asdict() for each in ranked]}
        print(dumps(record, indent=2, ensure_ascii=False))
        return
    for each in ranked:
        print(f"{each.similarity:7.4f}  {each.word}")
