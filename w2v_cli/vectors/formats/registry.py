"""Read and write any form by its name, and recognize a form by content."""

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
from w2v_cli.vectors.formats.header import HEADER
from w2v_cli.vectors.formats.streams import LONGEST_NUMBER, LONGEST_WORD, unpacked

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

MAGIC = {b"\x93NUMPY": "npy", b"PK\x03\x04": "npz", b"PAR1": "parquet"}

FILES_OF_DIRECTORIES = {
    "npy": (npy.TABLE, npy.VOCABULARY),
    "tensorboard": (tensorboard.TABLE, tensorboard.METADATA),
    "sentence-transformers": (sentence_transformers.TABLE, sentence_transformers.TOKENIZER),
}

PEEK = LONGEST_WORD + (LONGEST_NUMBER << 10)
"""Bytes that are looked at: enough for a first line of some thousand numbers."""

NUMBER_CHARACTERS = frozenset(b"0123456789+-.eEnaif \r")
PRINTABLE = frozenset(b"\t\n\r" + bytes(range(0x20, 0x7F)))
FASTTEXT_MODEL = (793712314).to_bytes(4, "little")


def read(path: Path, form: str | None = None) -> Contents:
    """Read a file or directory, in the form named or the one that its content shows.

    Raises:
        ModelError: it cannot be read, is damaged, or its form is not known.
    """
    if form is None:
        form = recognized(path)
    if form not in MODULES:
        raise ModelError(f"{form} is no form of vectors; there are {', '.join(MODULES)}")
    try:
        contents: Contents = MODULES[form].read(path)
    except OSError as error:
        raise ModelError(f"{error.filename or path}: {error.strerror or error}") from None
    return contents


def writer(form: str) -> Callable[[Any, Contents], None]:
    """Return the function that writes a form: into an open file, or into an empty directory."""
    write: Callable[[Any, Contents], None] = MODULES[form].write
    return write


def recognized(path: Path) -> str:
    """Return the form that the content of a file or directory shows, whatever its name.

    Raises:
        ModelError: it shows none.
    """
    if path.is_dir():
        for form, names in FILES_OF_DIRECTORIES.items():
            if all((path / name).is_file() for name in names):
                return form
        raise ModelError(f"{path}: a directory without model.json or vectors of another program")
    if not path.is_file():
        raise ModelError(f"{path}: is not a regular file; vectors are read from files only")
    with unpacked(path) as (stream, size):
        start = stream.read(PEEK)
    found = _text_form(start) if size is None else _binary_form(start, size) or _text_form(start)
    if found:
        return found
    raise ModelError(f"{path}: {_what_else(start)}")


def _binary_form(start: bytes, size: int) -> str | None:
    for magic, form in MAGIC.items():
        if start.startswith(magic):
            return form
    # safetensors: the length of a JSON text, and the text.
    is_json = start[8:9] == b"{" and int.from_bytes(start[:8], "little") < size
    return "safetensors" if is_json else None


def _text_form(start: bytes) -> str | None:
    line, newline, after = start.partition(b"\n")
    if found := HEADER.fullmatch(line + newline):
        dimension = int(found[2]) if len(found[2]) < 10 else 1
        return "text" if _is_text(after, max(dimension, 1)) else "binary"
    fields = line.rstrip(b"\r ").split(b" ")
    # One number only could as well be a header that is wrong; `--from glove` says that it is not.
    is_row = len(fields) > 2 and NUMBER_CHARACTERS.issuperset(b" ".join(fields[1:]))
    return "glove" if is_row and newline else None


def _is_text(rows: bytes, dimension: int) -> bool:
    """Return whether the first row is text: D fields, or at least no byte that only floats have."""
    behind_word = rows.partition(b" ")[2]
    fields = behind_word.partition(b"\n")[0].split()
    if len(fields) == dimension and NUMBER_CHARACTERS.issuperset(b"".join(fields)):
        return True
    return PRINTABLE.issuperset(behind_word[: 4 * dimension])


def _what_else(start: bytes) -> str:
    if start.startswith(b"\x80"):
        return (
            "a Python pickle, which could run code and is never opened; in gensim, write"
            " vectors.save_word2vec_format(file) instead"
        )
    if start.startswith(FASTTEXT_MODEL):
        return "fastText's .bin model; name the .vec file that fastText writes beside it"
    return (
        "in no form of vectors that is recognized; if you know it, say so, for example with"
        f" `w2v convert --from {next(iter(MODULES))}`"
    )
