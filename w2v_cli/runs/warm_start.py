"""Take the initial vectors of a run from a model or vector file, word by word."""

from pathlib import Path

import numpy as np

from w2v_cli.config.sections import Config
from w2v_cli.errors import InputMissingError, ModelError
from w2v_cli.training.initial import InitialRows
from w2v_cli.vectors.loading import load_vectors
from w2v_cli.vectors.queries import Vectors
from w2v_cli.vocabulary import Vocabulary


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
    dimension = vectors.table.shape[1]
    if dimension != config.model.dimension:
        raise ModelError(
            f"{path}: vectors of {dimension:,} numbers, but this run has"
            f" {config.model.dimension:,}; pass --dimension {dimension}"
        )
    return vectors


def rows_for(vocabulary: Vocabulary, vectors: Vectors) -> InitialRows:
    """Return the rows of the words that `vocabulary` and `vectors` have in common.

    The rows include context vectors and biases if `vectors` come from a model directory.

    Raises:
        ModelError: no word of the vocabulary has a vector.
    """
    ids = np.array([id for id, word in enumerate(vocabulary.words) if word in vectors], np.int64)
    if not len(ids):
        raise ModelError(
            "no word of the text has a vector in --init-vectors; check case and language"
        )
    rows = [vectors.id(vocabulary.words[id]) for id in ids]
    if vectors.model is None:
        return InitialRows(ids, vectors.table[rows])
    tables = [vectors.model.table(name)[rows] for name in ("center", "context", "biases")]
    return InitialRows(ids, *tables)
