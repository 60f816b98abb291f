"""Check every byte of a model directory, which opening one does not.

In: a path. Out: its faults, a line each; none of them stops the search for the others.
"""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from w2v_cli.config_sources import read_yaml
from w2v_cli.corpus.vocabulary import Vocabulary, read_vocabulary
from w2v_cli.errors import W2VError
from w2v_cli.files import faults
from w2v_cli.vectors.loading import load_vectors
from w2v_cli.vectors.store import FILES, MANIFEST, METRICS, TABLES, Model, read_manifest

BLOCK_ROWS = 1 << 14


def faults_of(path: Path) -> list[str]:
    """Return what is wrong with a model directory, or with vectors of another program.

    Another program's vectors have no hashes to be compared with: they are read as a whole.
    """
    if path.exists() and not (path / MANIFEST).exists():
        return _raised(lambda: load_vectors(path))
    try:
        model = Model(path, read_manifest(path))
    except W2VError as error:
        return [str(error)]
    return [
        *faults(path, model.manifest["files"]),
        *_raised(lambda: _check_words(model)),
        *(fault for name in TABLES for fault in _faults_of_table(model, name)),
        *_raised(lambda: read_yaml(path / "config.yaml")),
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
