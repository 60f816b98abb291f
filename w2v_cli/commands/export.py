"""`w2v export`: vectors for other programs."""

from typing import Annotated, Literal

import typer

from w2v_cli.terminal.exit_codes import with_exit_codes
from w2v_cli.terminal.flags import (
    DEFAULT_MODEL,
    DtypeOption,
    ModelOption,
    NormalizeOption,
    WordsOption,
)
from w2v_cli.vectors.formats.names import FormName, default_output


@with_exit_codes
def export(
    form: Annotated[FormName, typer.Option("--format", help="Form to write.")],
    model: ModelOption = DEFAULT_MODEL,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            help="What to write: a file, packed if its name ends in .gz; a directory; - for"
            " stdout. [default: vectors.txt and so on]",
            metavar="PATH",
        ),
    ] = None,
    words: WordsOption = None,
    vectors: Annotated[
        Literal["center", "context", "sum", "average"],
        typer.Option(
            "--vectors", help="Which vectors to write; sum and average are of center and context."
        ),
    ] = "center",
    dimension: Annotated[
        int | None,
        typer.Option(
            "--dimension",
            help="Write the vectors on N principal axes (PCA). [default: all dimensions]",
            min=1,
            metavar="N",
        ),
    ] = None,
    normalize: NormalizeOption = False,
    sif: Annotated[
        float | None,
        typer.Option(
            "--sif",
            help="Multiply each vector by A / (A + p), p the word's share of the text: the mean of"
            " such vectors is a good vector of a sentence. Usual is 1e-4.",
            metavar="A",
        ),
    ] = None,
    dtype: DtypeOption = "float32",
) -> None:
    """Write a model's vectors for other programs.

    text, binary, fasttext and glove are what gensim, fastText, spaCy and GloVe's users read; npy,
    tensorboard and sentence-transformers are directories.

    --dimension is applied first, then --normalize, then --sif, then --dtype.
    """
    from w2v_cli.terminal.vector_output import write_vectors
    from w2v_cli.vectors.loading import load_vectors

    path = output or default_output(form)
    write_vectors(
        load_vectors(model, vectors),
        form,
        path,
        words=words,
        dimension=dimension,
        normalize=normalize,
        sif=sif,
        dtype=dtype,
    )
