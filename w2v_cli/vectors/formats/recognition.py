"""Recognize the form of vectors by their content, whatever their name."""

import codecs
import os
import re
import zipfile
from pathlib import Path

from w2v_cli.errors import ModelError
from w2v_cli.vectors.formats import npy, sentence_transformers, tensorboard
from w2v_cli.vectors.formats.header import HEADER
from w2v_cli.vectors.formats.other_kinds import (
    CONTROLS,
    DECIMAL,
    MAKE_ROWS,
    kind_of,
    kind_of_text,
)
from w2v_cli.vectors.formats.streams import BINARY, LONGEST_NUMBER, LONGEST_WORD, unpacked
from w2v_cli.vectors.formats.text_layout import SAMPLE_ROWS, has_numbers, layout_of
from w2v_cli.vectors.formats.word_rules import WordRules

MAGIC = {b"\x93NUMPY": "npy", b"PAR1": "parquet"}
ZIP_MAGIC = b"PK\x03\x04"

FILES_OF_DIRECTORIES = {
    "npy": (npy.TABLE, npy.VOCABULARY),
    "tensorboard": (tensorboard.TABLE, tensorboard.METADATA),
    "sentence-transformers": (sentence_transformers.TABLE, sentence_transformers.TOKENIZER),
}

PEEK = LONGEST_WORD + (LONGEST_NUMBER << 10)
"""Bytes that are looked at: enough for a first line of some thousand numbers."""

LOOKED_AT = 4096
"""Bytes of damaged rows that show whether they are text."""

FIRST_ROWS = 10
SHOWN_NAMES = 5


def recognized(path: Path, rules: WordRules) -> str:
    """Return the form that the content of a file or directory shows.

    Raises:
        ModelError: it shows none; the message says what it is instead.
    """
    if path.is_dir():
        return _form_of_directory(path)
    if not path.is_file():
        raise ModelError(f"{path}: is not a regular file; vectors are read from files only")
    if found := _form_of_file(path):
        return found
    # Rows and numbers look the same in all encodings that have ASCII's bytes.
    has_ascii = "1 2\n".encode(rules.encoding) == b"1 2\n"
    with unpacked(path, BINARY if has_ascii else rules) as (stream, size):
        start = stream.read(PEEK)
    if found := text_form(start):
        return found
    unpacked_first = "unpacked, it is " if size is None and has_ascii else ""
    raise ModelError(f"{path}: {unpacked_first}{_what_else(start)}")


def _form_of_directory(path: Path) -> str:
    for form, names in FILES_OF_DIRECTORIES.items():
        if all((path / name).is_file() for name in names):
            return form
    if (path / sentence_transformers.MODULES_FILE).is_file():
        return "sentence-transformers"
    found = sorted(each.name for each in path.iterdir())
    more = ", …" if len(found) > SHOWN_NAMES else ""
    raise ModelError(
        f"{path}: a directory without model.json or vectors of another program; if one of its files"
        f" holds them, name that: {', '.join(found[:SHOWN_NAMES]) or 'it is empty'}{more}"
    )


def _form_of_file(path: Path) -> str | None:
    """Return the form of a file that is neither text nor word2vec's binary form."""
    with path.open("rb") as file:
        start, size = file.read(16), os.fstat(file.fileno()).st_size
        if start.startswith(ZIP_MAGIC):
            try:
                names = zipfile.ZipFile(file).namelist()
            except MemoryError:
                raise
            except Exception as error:  # zipfile has a dozen kinds
                raise ModelError(f"{path}: damaged zip data: {error}") from None
            return "npz" if any(name.endswith(".npy") for name in names) else None
    # safetensors: the length of a JSON text, and the text.
    if start[8:9] == b"{" and int.from_bytes(start[:8], "little") < size:
        return "safetensors"
    return next((form for magic, form in MAGIC.items() if start.startswith(magic)), None)


def text_form(start: bytes) -> str | None:
    """Return `text`, `binary` or `glove`, whichever begins with `start`; None if none does."""
    line, newline, after = start.partition(b"\n")
    if found := HEADER.fullmatch(line + newline):
        dimension = int(found[2]) if len(found[2]) < 10 else 1
        return "text" if _is_text(after, max(dimension, 1)) else "binary"
    lines = start.split(b"\n", SAMPLE_ROWS)[:-1]
    # One number only could as well be a header that is wrong; `--from glove` says that it is not.
    is_glove = layout_of(lines).dimension > 1 and not _without_words(lines)
    return "glove" if is_glove else None


def _is_text(rows: bytes, dimension: int) -> bool:
    """Return whether one of the first rows ends with D numbers, or all bytes can be text."""
    first = rows.split(b"\n", FIRST_ROWS)[:-1]
    if any(has_numbers(row, dimension) for row in first):
        return True
    try:
        codecs.getincrementaldecoder("utf-8")().decode(rows[:LOOKED_AT])
    except UnicodeDecodeError:
        return False
    return CONTROLS.isdisjoint(rows[:LOOKED_AT])


def _without_words(lines: list[bytes]) -> bool:
    """Return whether rows begin with a number as well, one that no word looks like."""
    return all(DECIMAL.fullmatch(re.split(rb"[ \t,]", line, maxsplit=1)[0]) for line in lines)


def _what_else(start: bytes) -> str:
    if found := kind_of(start):
        return found
    for magic, form in MAGIC.items():
        if start.startswith(magic):
            return f"in the form {form}, which is not read packed; unpack it first"
    lines = start.split(b"\n", SAMPLE_ROWS)[:-1]
    if layout_of(lines).dimension > 1:
        return (
            "rows of numbers without words; beside a metadata.tsv with their words, name the"
            f" directory, else {MAKE_ROWS}"
        )
    return kind_of_text(start)
