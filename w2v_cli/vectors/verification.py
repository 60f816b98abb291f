"""Check every byte of a model directory, which opening one does not.

In: a path. Out: its faults, a line each; none of them stops the search for the others.
"""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from w2v_cli.config.sources import read_yaml
from w2v_cli.errors import ModelError, W2VError
from w2v_cli.storage import faults
from w2v_cli.vectors.loading import load_vectors
from w2v_cli.vectors.store import (
    CONTEXTS,
    MANIFEST,
    METRICS,
    TABLES,
    VOCABULARY,
    Model,
    read_manifest,
)
from w2v_cli.vocabulary import PORTION, Vocabulary, read_vocabulary
from w2v_cli.word_counts import BadLineError, parse_word_counts

BLOCK_ROWS = 1 << 14


def faults_of(path: Path) -> list[str]:
    """Return what is wrong with a model directory, or with vectors of another program.

    Another program's vectors have no hashes to be compared with: they are read as a whole.
    """
    if path.exists() and not (path / MANIFEST).exists():
        return _raised(partial(load_vectors, path, strict=True))
    try:
        model = Model(path, read_manifest(path))
    except W2VError as error:
        return [str(error)]
    return [
        *faults(path, model.manifest["files"]),
        *_raised(partial(_check_words, model)),
        *(_raised(partial(_check_contexts, model)) if model.has_own_contexts else []),
        *(fault for name in TABLES for fault in _raised(partial(_check_numbers, model, name))),
        *_raised(partial(read_yaml, path / "config.yaml")),
        *_faults_of_metrics(path / METRICS),
    ]


def _raised(check: Callable[[], object]) -> list[str]:
    """Return the message of the error that a check raises, or nothing."""
    try:
        check()
    except W2VError as error:
        return [str(error)]
    except OSError as error:
        return [f"{error.filename}: {error.strerror}"]
    return []


def _check_words(model: Model) -> None:
    vocabulary = _checked_vocabulary(model.path / VOCABULARY, model.manifest["n_words"])
    rare = model.path / "rare.tsv"
    with rare.open("rb") as file:
        first_line = 1
        while lines := file.read(PORTION) + file.readline():
            try:
                found = parse_word_counts(lines)
            except BadLineError as error:
                line = first_line + error.number
                raise ModelError(f"{rare}:{line}: {error.in_words()}") from None
            if both := vocabulary.ids.keys() & found.words:
                line = first_line + found.words.index(word := min(both))
                raise ModelError(f"{rare}:{line}: {word!r} is in vocab.tsv")
            first_line += len(found.words)


def _check_contexts(model: Model) -> None:
    _checked_vocabulary(model.path / CONTEXTS, model.manifest["n_contexts"])


def _checked_vocabulary(path: Path, n_words: int) -> Vocabulary:
    """Return a vocabulary whose size and order are right."""
    vocabulary = read_vocabulary(path)
    if len(vocabulary) != n_words:
        raise ModelError(f"{path}: {len(vocabulary):,} words, {n_words:,} in {MANIFEST}")
    counts, words = vocabulary.counts.tolist(), vocabulary.words
    for id in range(1, len(words)):
        if counts[id] == counts[id - 1] and words[id].encode() < words[id - 1].encode():
            raise ModelError(
                f"{path}:{id + 1}: {words[id]!r} after {words[id - 1]!r}, of the same count"
            )
    return vocabulary


def _check_numbers(model: Model, name: str) -> None:
    table = model.table(name)
    for start in range(0, len(table), BLOCK_ROWS):
        block = table[start : start + BLOCK_ROWS]
        finite = np.isfinite(block.reshape(len(block), -1)).all(axis=1)
        if not finite.all():
            raise ModelError(
                f"{model.path / TABLES[name]}: row {start + int(finite.argmin()):,} holds a number"
                " that is not finite"
            )


def _faults_of_metrics(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not isinstance(json.loads(line), dict):
                    return [f"{path}:{number}: is not a report"]
    except OSError as error:
        return [f"{path}: {error.strerror}"]
    except (ValueError, RecursionError) as error:
        return [f"{path}:{number}: is not a report: {error}"]
    return []
