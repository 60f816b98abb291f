"""Write vectors in any form; what `w2v export` and `w2v convert` share."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from w2v_cli.commands.shared import output_stream
from w2v_cli.errors import ConfigError, ModelError
from w2v_cli.vectors.formats.names import FORMS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from w2v_cli.vectors.queries import Vectors

PROJECTOR_WORDS = 10_000
"""What TensorBoard's projector shows with ease, and gets unless the user says otherwise."""

WordsOption = Annotated[
    int | None,
    typer.Option(
        "--words",
        help="Only this many words, the most frequent ones. [default: all, tensorboard 10000]",
        min=1,
    ),
]
NormalizeOption = Annotated[
    bool, typer.Option("--normalize", help="Make every vector one of length 1.")
]
DtypeOption = Annotated[
    Literal["float32", "float16"],
    typer.Option("--dtype", help="Size of a number; text and word2vec's forms have float32 only."),
]


def write_vectors(
    vectors: "Vectors", form: str, output: str, words: int | None, normalize: bool, dtype: str
) -> None:
    """Write the first `words` of `vectors` to the path `output`, or to stdout for `-`.

    Raises:
        ConfigError: the form cannot be had so: packed, in half the size, on stdout.
        ModelError: a word or a number does not fit into it, or the output cannot be written.
    """
    from w2v_cli.vectors.formats.contents import Contents
    from w2v_cli.vectors.formats.registry import writer

    _check(form, output, dtype)
    if words is None and form == "tensorboard" and len(vectors) > PROJECTOR_WORDS:
        words = PROJECTOR_WORDS
        print(
            f"the {words:,} most frequent words of {len(vectors):,}; --words N for more",
            file=sys.stderr,
        )
    vocabulary = vectors.vocabulary
    names = vocabulary.words[:words]
    table = _converted(vectors.table[:words], names, normalize, dtype)
    counts = vocabulary.counts[:words] if vocabulary.counts.any() else None
    with _target(form, output) as target:
        writer(form)(target, Contents(names, table, counts))
    if output != "-":
        print(f"{len(names):,} vectors of {table.shape[1]} numbers in {output}", file=sys.stderr)


def _check(form: str, output: str, dtype: str) -> None:
    facts = FORMS[form]
    if facts.is_directory and output == "-":
        raise ConfigError(f"{form} is a directory, which stdout cannot take; name one with -o")
    if output.endswith(".gz") and not facts.can_be_packed:
        raise ConfigError(f"{output}: {form} is not packed by gzip; leave .gz out of the name")
    if dtype == "float16" and not facts.holds_float16:
        able = ", ".join(name for name, other in FORMS.items() if other.holds_float16)
        raise ConfigError(f"{form} has no float16; these have: {able}")


def _converted(
    table: "NDArray[np.float32]", names: Any, normalize: bool, dtype: str
) -> "NDArray[np.floating[Any]]":
    import numpy as np

    from w2v_cli.vectors.queries import unit

    if normalize:
        table = unit(table)
    if dtype == "float32":
        return table
    with np.errstate(over="ignore"):
        halves = table.astype(np.float16)
    if not (finite := np.isfinite(halves).all(axis=1)).all():
        word = names[int(np.argmin(finite))]
        raise ModelError(
            f"the vector of {word!r} has a number beyond 65,504, the largest of float16;"
            " pass --normalize or --dtype float32"
        )
    return halves


def _target(form: str, output: str) -> Any:
    if not FORMS[form].is_directory:
        return output_stream(output)

    from w2v_cli.vectors.store import new_directory

    if Path(output).exists():
        raise ModelError(f"{output} exists already; remove it or choose another directory")
    return new_directory(Path(output), overwrite=False)
