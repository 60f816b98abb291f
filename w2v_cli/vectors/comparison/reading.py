"""Open the models that are compared, and the lists of words that go with them."""

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from w2v_cli.byte_order_mark import without_mark
from w2v_cli.errors import ConfigError, ModelError
from w2v_cli.vectors.comparison.shared_words import SharedWords
from w2v_cli.vectors.loading import load_vectors
from w2v_cli.vectors.queries import Vectors

log = logging.getLogger(__name__)

BLOCK_ROWS = 1 << 14


def read_models(paths: Sequence[Path], kind: str = "center") -> list[Vectors]:
    """Open models or files of vectors, all of whose numbers are finite.

    Args:
        paths: what `load_vectors` opens.
        kind: which vectors of model directories to take; see `load_vectors`.

    Raises:
        ModelError: one cannot be read, or has a number that is not finite.
    """
    models = [load_vectors(path, kind) for path in paths]
    for path, model in zip(paths, models, strict=True):
        _require_finite(path, model)
    return models


def _require_finite(path: Path, model: Vectors) -> None:
    for start in range(0, len(model), BLOCK_ROWS):
        finite = np.isfinite(model.table[start : start + BLOCK_ROWS]).all(axis=1)
        if not finite.all():
            word = model.vocabulary.words[start + int(finite.argmin())]
            raise ModelError(
                f"{path}: the vector of {word!r} holds a number that is not finite; train again,"
                " or see what `w2v verify` says"
            )


def read_anchors(path: Path, shared: SharedWords) -> NDArray[np.intp]:
    """Return the places in `shared` of the words of a file, one word a line.

    A warning counts words that the models do not share.

    Raises:
        ConfigError: the file is not UTF-8, or the models share none of its words.
    """
    try:
        text = without_mark(path.read_bytes()).decode()
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not valid UTF-8 at byte {error.start:,}") from None
    named = dict.fromkeys(word for line in text.splitlines() if (word := line.strip()))
    places = {word: place for place, word in enumerate(shared.words)}
    missing = [word for word in named if word not in places]
    if len(missing) == len(named):
        raise ConfigError(f"{path}: none of its {len(named):,} words is in both models")
    if missing:
        some = ", ".join(map(repr, missing[:3])) + (", …" if len(missing) > 3 else "")
        log.warning("%s: not in both models: %s of the words: %s", path, f"{len(missing):,}", some)
    return np.array([places[word] for word in named if word in places], dtype=np.intp)
