"""`w2v export`: vectors for other programs."""

import sys
from typing import Annotated, Literal

import typer

from w2v_cli.commands.shared import DEFAULT_MODEL, ModelOption, output_stream, reported

Format = Literal["text", "binary"]
DEFAULT_OUTPUTS = {"text": "vectors.txt", "binary": "vectors.bin"}


@reported
def export(
    format: Annotated[Format, typer.Option("--format", help="word2vec's text or binary form.")],
    model: ModelOption = DEFAULT_MODEL,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            help="File to write, - for stdout. [default: vectors.txt or vectors.bin]",
            metavar="FILE",
        ),
    ] = None,
    words: Annotated[
        int | None,
        typer.Option("--words", help="Only this many words, the most frequent ones.", min=1),
    ] = None,
    vectors: Annotated[
        Literal["center", "context", "sum"],
        typer.Option("--vectors", help="Which vectors to write; sum adds the two."),
    ] = "center",
) -> None:
    """Write the vectors as a word2vec file.

    gensim, fastText, spaCy and others read both forms.
    """
    from w2v_cli.vectors.formats import word2vec
    from w2v_cli.vectors.queries import load_vectors

    opened = load_vectors(model, vectors)
    path = output or DEFAULT_OUTPUTS[format]
    write = {"text": word2vec.write_text, "binary": word2vec.write_binary}[format]
    names, table = opened.vocabulary.words[:words], opened.table[:words]
    with output_stream(path) as file:
        write(file, names, table)
    if path != "-":
        print(f"{len(table):,} vectors of {table.shape[1]} numbers in {path}", file=sys.stderr)
