"""Write vectors in any form: what `w2v export`, `w2v convert` and `export` from Python do."""

import logging
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from w2v_cli.errors import ConfigError, ModelError, OutputExistsError
from w2v_cli.storage import output_file
from w2v_cli.vectors.formats.contents import Contents
from w2v_cli.vectors.formats.names import FORMS, DtypeName
from w2v_cli.vectors.formats.numbers import in_int8
from w2v_cli.vectors.formats.registry import writer
from w2v_cli.vectors.loading import load_vectors
from w2v_cli.vectors.principal_axes import on_principal_axes
from w2v_cli.vectors.queries import Vectors, unit
from w2v_cli.vectors.sentence_weights import sentence_weights
from w2v_cli.vectors.spaces import Spaces, without_spaces
from w2v_cli.vectors.store import new_directory

log = logging.getLogger(__name__)

Table: TypeAlias = NDArray[np.float32]

PROJECTOR_WORDS = 10_000
"""What TensorBoard's projector shows with ease, and gets unless the user says otherwise."""


class Written(NamedTuple):
    """What was written.

    Attributes:
        n_words: how many vectors.
        dimension: how many numbers each of them has.
        variance_kept: share of the variance that a smaller dimension keeps; None where the
            dimension was not changed.
    """

    n_words: int
    dimension: int
    variance_kept: float | None = None


def export(
    model: str | Path | Vectors,
    form: str,
    output: str | Path,
    *,
    words: int | None = None,
    dimension: int | None = None,
    normalize: bool = False,
    sif: float | None = None,
    dtype: str = "float32",
    spaces: Spaces = "refuse",
    stream: BinaryIO | None = None,
) -> Written:
    """Write vectors for another program.

    Args:
        model: vectors, or what `load_vectors` opens.
        form: one of `w2v_cli.vectors.formats.names.FORMS`.
        output: the file or directory to write; a file whose name ends in .gz is packed.
        words: only so many words, the most frequent ones; all if None, and 10,000 for
            tensorboard.
        dimension: give the vectors on so many principal axes of those that are written.
        normalize: make every vector one of length 1, after that.
        sif: multiply each vector by a / (a + p), p the word's share of all words and a this
            number, after that; see `w2v_cli.vectors.sentence_weights`.
        dtype: float32; float16 or int8 where the form has it. int8 numbers have one scale for all
            vectors, which is written beside them.
        spaces: what becomes of words with white space where the form cannot hold them: an error
            (`refuse`), left out (`skip`), or written with _ for each space (`replace`).
        stream: written in place of `output`, whose name is for messages then.

    Raises:
        ConfigError: the form cannot be had so: packed, of that type, into a stream; there are not
            so many axes; the counts are not known.
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
    weights = None if sif is None else sentence_weights(vocabulary.counts, sif)[:words]
    table, variance_kept = vectors.table[:words], None
    if dimension is not None:
        table, variance_kept = on_principal_axes(table, dimension)
    if normalize:
        table = unit(table)
    if weights is not None:
        table = table * weights[:, np.newaxis]
    counts = vocabulary.counts[:words] if vocabulary.counts.any() else None
    contents = _contents(names, table, counts, dtype)
    with nullcontext(stream) if stream is not None else _target(form, str(output)) as target:
        writer(form)(target, contents)
    return Written(len(names), table.shape[1], variance_kept)


def _check(form: str, output: str, dtype: str, *, to_stream: bool) -> None:
    if form not in FORMS:
        raise ConfigError(f"{form} is no form of vectors; there are {', '.join(FORMS)}")
    facts = FORMS[form]
    if facts.is_directory and to_stream:
        raise ConfigError(f"{form} is a directory, which stdout cannot take; name one with -o")
    if output.endswith(".gz") and not facts.can_be_packed:
        raise ConfigError(f"{output}: {form} is not packed by gzip; leave .gz out of the name")
    if dtype not in get_args(DtypeName):
        raise ConfigError(f"dtype must be one of {', '.join(get_args(DtypeName))}, got {dtype!r}")
    if dtype not in facts.dtypes:
        able = ", ".join(name for name, other in FORMS.items() if dtype in other.dtypes)
        raise ConfigError(f"{form} has no {dtype}; these have: {able}")


def _contents(
    names: Sequence[str], table: Table, counts: NDArray[np.int64] | None, dtype: str
) -> Contents:
    """Return words and vectors whose numbers are of the type that is asked for."""
    if dtype == "int8":
        numbers, scale = in_int8(table)
        return Contents(names, numbers, counts, scale)
    return Contents(names, _halved(table, names) if dtype == "float16" else table, counts)


def _halved(table: Table, names: Sequence[str]) -> NDArray[np.float16]:
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
