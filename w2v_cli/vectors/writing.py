"""Write vectors in any form: what `w2v export`, `w2v convert` and `export` from Python do."""

import logging
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from w2v_cli.errors import ConfigError, ModelError, OutputExistsError
from w2v_cli.storage import output_file
from w2v_cli.vectors.formats.contents import Contents
from w2v_cli.vectors.formats.names import FORMS
from w2v_cli.vectors.formats.registry import writer
from w2v_cli.vectors.loading import load_vectors
from w2v_cli.vectors.queries import Vectors, unit
from w2v_cli.vectors.spaces import Spaces, without_spaces
from w2v_cli.vectors.store import new_directory

log = logging.getLogger(__name__)

PROJECTOR_WORDS = 10_000
"""What TensorBoard's projector shows with ease, and gets unless the user says otherwise."""


def export(
    model: str | Path | Vectors,
    form: str,
    output: str | Path,
    *,
    words: int | None = None,
    normalize: bool = False,
    dtype: str = "float32",
    spaces: Spaces = "refuse",
    stream: BinaryIO | None = None,
) -> tuple[int, int]:
    """Write vectors for another program.

    Args:
        model: vectors, or what `load_vectors` opens.
        form: one of `w2v_cli.vectors.formats.names.FORMS`.
        output: the file or directory to write; a file whose name ends in .gz is packed.
        words: only so many words, the most frequent ones; all if None, and 10,000 for
            tensorboard.
        normalize: make every vector one of length 1.
        dtype: float32, or float16 where the form has it.
        spaces: what becomes of words with white space where the form cannot hold them: an error
            (`refuse`), left out (`skip`), or written with _ for each space (`replace`).
        stream: written in place of `output`, whose name is for messages then.

    Returns:
        How many vectors were written, and how many numbers each has.

    Raises:
        ConfigError: the form cannot be had so: packed, in half the size, into a stream.
        ModelError: a word or a number does not fit into it.
        OutputError: the output exists, or cannot be written.
    """
    vectors = model if isinstance(model, Vectors) else load_vectors(model)
    _check(form, str(output), dtype, to_stream=stream is not None)
    if spaces != "refuse" and not FORMS[form].holds_spaces:
        vectors = without_spaces(vectors, spaces)
    if words is None and form == "tensorboard" and len(vectors) > PROJECTOR_WORDS:
        words = PROJECTOR_WORDS
        log.warning(
            "only the %s most frequent words of %s are written; --words N writes more",
            f"{words:,}",
            f"{len(vectors):,}",
        )
    vocabulary = vectors.vocabulary
    names = vocabulary.words[:words]
    table = _converted(vectors.table[:words], names, normalize, dtype)
    counts = vocabulary.counts[:words] if vocabulary.counts.any() else None
    with nullcontext(stream) if stream is not None else _target(form, str(output)) as target:
        writer(form)(target, Contents(names, table, counts))
    return len(names), int(table.shape[1])


def _check(form: str, output: str, dtype: str, *, to_stream: bool) -> None:
    if form not in FORMS:
        raise ConfigError(f"{form} is no form of vectors; there are {', '.join(FORMS)}")
    facts = FORMS[form]
    if facts.is_directory and to_stream:
        raise ConfigError(f"{form} is a directory, which stdout cannot take; name one with -o")
    if output.endswith(".gz") and not facts.can_be_packed:
        raise ConfigError(f"{output}: {form} is not packed by gzip; leave .gz out of the name")
    if dtype == "float16" and not facts.holds_float16:
        able = ", ".join(name for name, other in FORMS.items() if other.holds_float16)
        raise ConfigError(f"{form} has no float16; these have: {able}")


def _converted(
    table: NDArray[np.float32], names: Any, normalize: bool, dtype: str
) -> NDArray[np.floating[Any]]:
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


def _target(form: str, output: str) -> AbstractContextManager[Any]:
    if not FORMS[form].is_directory:
        return output_file(output)
    if Path(output).exists():
        raise OutputExistsError(f"{output} exists already; remove it or choose another directory")
    return new_directory(Path(output))
