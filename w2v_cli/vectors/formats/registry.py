"""Read and write any form by its name."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from w2v_cli.errors import ModelError
from w2v_cli.vectors.formats import (
    glove,
    npy,
    npz,
    parquet,
    safetensors_file,
    sentence_transformers,
    tensorboard,
    word2vec_binary,
    word2vec_text,
)
from w2v_cli.vectors.formats.contents import Contents
from w2v_cli.vectors.formats.other_kinds import KIND_BYTES, SPARSE_ROWS, kind_of
from w2v_cli.vectors.formats.recognition import FILES_OF_DIRECTORIES, recognized, text_form
from w2v_cli.vectors.formats.word_rules import WordRules

MODULES = {
    "text": word2vec_text,
    "binary": word2vec_binary,
    "glove": glove,
    "fasttext": word2vec_text,  # fastText's own differs by a space at the end of each line
    "npy": npy,
    "npz": npz,
    "safetensors": safetensors_file,
    "parquet": parquet,
    "tensorboard": tensorboard,
    "sentence-transformers": sentence_transformers,
}

LENIENT = WordRules()


def read(path: Path, form: str | None = None, rules: WordRules = LENIENT) -> Contents:
    """Read a file or directory, in the form named or the one that its content shows.

    Raises:
        ModelError: it cannot be read, is damaged, or its form is not known.
    """
    try:
        found = form or recognized(path, rules)
        if found not in MODULES:
            raise ModelError(f"{found} is no form of vectors; there are {', '.join(MODULES)}")
        try:
            contents: Contents = MODULES[found].read(path, rules)
        except ModelError:
            # A form that was named, or the names of the files in a directory, may mislead.
            _refuse_other_kinds(path)
            raise
    except OSError as error:
        raise ModelError(f"{error.filename or path}: {error.strerror or error}") from None
    return contents


def _refuse_other_kinds(path: Path) -> None:
    """Raise ModelError if a file, or one in a directory, is of a kind that holds no vectors."""
    names = {name for files in FILES_OF_DIRECTORIES.values() for name in files}
    directory = sentence_transformers.directory_of_table(path)
    for file in [directory / name for name in sorted(names)] if path.is_dir() else [path]:
        if file.is_file():
            with file.open("rb") as stream:
                start = stream.read(KIND_BYTES)
            kind = kind_of(start)
            if kind == SPARSE_ROWS or (kind and not text_form(start)):
                raise ModelError(f"{file}: {kind}")


def writer(form: str) -> Callable[[Any, Contents], None]:
    """Return the function that writes a form: into an open file, or into an empty directory."""
    write: Callable[[Any, Contents], None] = MODULES[form].write
    return write
