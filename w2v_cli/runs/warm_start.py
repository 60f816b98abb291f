"""Take the initial vectors of a run from a model or vector file, word by word."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from w2v_cli.config.config import Config
from w2v_cli.errors import InputMissingError, ModelError, TrainingError
from w2v_cli.training.initial import InitialRows
from w2v_cli.vectors.loading import load_vectors
from w2v_cli.vectors.queries import Vectors
from w2v_cli.vectors.store import TABLES
from w2v_cli.vocabulary import Vocabulary

FROZEN = {"center": "center vectors", "context": "context vectors", "biases": "biases"}


def open_initial(config: Config) -> Vectors | None:
    """Open `config.run.init_vectors` if it is set.

    Raises:
        InputMissingError: the path does not exist.
        ModelError: it cannot be read, or its vectors have another dimension.
    """
    if config.run.init_vectors is None:
        return None
    path = Path(config.run.init_vectors)
    if not path.exists():
        raise InputMissingError(f"{path}: no such file; check --init-vectors")
    vectors = load_vectors(path)
    if vectors.model is not None and vectors.model.has_own_contexts:
        raise ModelError(
            f"{path}: its centers and contexts have vocabularies of their own; export one side with"
            " `w2v export`, and begin with that"
        )
    dimension = vectors.table.shape[1]
    if dimension != config.model.dimension:
        raise ModelError(
            f"{path}: vectors of {dimension:,} numbers, but this run has"
            f" {config.model.dimension:,}; pass --dimension {dimension}"
        )
    return vectors


def rows_for(vocabulary: Vocabulary, vectors: Vectors, config: Config) -> InitialRows:
    """Return the rows of the words that `vocabulary` and `vectors` have in common.

    The rows include context vectors and biases if `vectors` come from a model directory.

    Args:
        vocabulary: the words of the run.
        vectors: the vectors that are given.
        config: says which of the rows stay as they are.

    Raises:
        ModelError: no word of the vocabulary has a vector, or there are no context vectors to
            freeze.
        TrainingError: all that could be learned is frozen.
    """
    ids = np.array([id for id, word in enumerate(vocabulary.words) if word in vectors], np.int64)
    if not len(ids):
        raise ModelError(
            "no word of the text has a vector in --init-vectors; check case and language"
        )
    rows = [vectors.id(vocabulary.words[id]) for id in ids]
    frozen = _frozen_tables(vectors, config)
    if {"center", "context"} <= {*frozen} and len(ids) == len(vocabulary):
        raise TrainingError(
            "every word of the text has its vectors in --init-vectors, and --freeze given keeps"
            " them: nothing would be learned"
        )
    if vectors.model is None:
        return InitialRows(ids, vectors.table[rows], frozen=frozen)
    center, context, biases = (
        vectors.model.table(name)[rows] for name in ("center", "context", "biases")
    )
    return InitialRows(ids, center, context, biases, frozen)


def _frozen_tables(vectors: Vectors, config: Config) -> tuple[str, ...]:
    """Return the tables in which the rows that are given stay as they are."""
    freeze = config.run.freeze
    centers = ("center",) if freeze in ("centers", "given") else ()
    contexts = ("context",) if config.model.biases == "zero" else ("context", "biases")
    if freeze == "contexts" and vectors.model is None:
        raise ModelError(
            f"{config.run.init_vectors}: a file of vectors has no context vectors to freeze; name a"
            " model directory of `w2v train`"
        )
    has_contexts = freeze in ("contexts", "given") and vectors.model is not None
    return centers + (contexts if has_contexts else ())


def describe_initial(initial: InitialRows, vocabulary: Vocabulary, config: Config) -> str:
    """Say how many words begin with given vectors, and what of them is frozen."""
    text = (
        f"{len(initial.ids):,} of {len(vocabulary):,} words begin with their vectors of"
        f" {config.run.init_vectors}"
    )
    if initial.frozen:
        text += (
            f", of which {' and '.join(FROZEN[name] for name in initial.frozen)} stay as they are"
        )
    return text


Rows = Callable[[str, NDArray[np.int64]], NDArray[np.float32]]
"""Returns rows of the table of a name: [n, D], or [n] of the biases."""


def rows_in(directory: Path) -> Rows:
    """Return a function that reads rows of the tables that lie in a directory."""

    def rows(name: str, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        table = np.load(directory / TABLES[name], mmap_mode="r", allow_pickle=False)
        return np.asarray(table[ids])

    return rows


def check_frozen(initial: InitialRows, rows: Rows, config: Config) -> None:
    """Check that frozen rows have the bits that they began with.

    Raises:
        TrainingError: a row differs.
    """
    for name in initial.frozen:
        if n_changed := initial.n_changed(name, rows(name, initial.ids)):
            raise TrainingError(
                f"{n_changed:,} of {len(initial.ids):,} frozen rows of the table {name} are not as"
                f" {config.run.init_vectors} has them; if it has changed since the run began, start"
                " again with --overwrite"
            )
