"""What a vector file holds, and the checks that every reader and writer makes of it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v_cli.errors import ModelError

LARGEST_DIMENSION = 1 << 20
"""More numbers than this in a vector are taken for damage."""

Place = Callable[[int], str]
"""Says where a row stands, such as `vectors.txt:7`."""

BLOCK_ROWS = 1 << 14
"""Rows checked at a time, so that a memory-mapped table stays on disk."""


@dataclass(frozen=True, eq=False)
class Contents:
    """Words and their vectors.

    Attributes:
        words: by falling count where counts are known, else in the order of the file.
        table: [n_words, D] float32; float16 only on its way into a file.
        counts: [n_words] int64, occurrences in the corpus; None where a file does not tell.
    """

    words: Sequence[str]
    table: NDArray[np.floating[Any]]
    counts: NDArray[np.int64] | None = None


@contextmanager
def read_errors(path: Path, form: str) -> Iterator[None]:
    """Turn whatever a library raises on a damaged file into one ModelError."""
    try:
        yield
    except (ModelError, MemoryError):
        raise
    except Exception as error:  # NumPy, zipfile and Arrow between them raise a dozen types
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise ModelError(f"{path}: cannot be read as {form}: {reason}") from None


def checked(path: Path, contents: Contents, place: Place) -> Contents:
    """Return `contents` if it can be used.

    Args:
        path: the file, for messages.
        contents: what was read from it.
        place: says where a row stands.

    Raises:
        ModelError: no words, no numbers, an empty or repeated word, a number that is not finite,
            or counts that are negative.
    """
    words, table, counts = contents.words, contents.table, contents.counts
    if table.ndim != 2 or not 1 <= table.shape[1] <= LARGEST_DIMENSION or len(table) < 1:
        raise ModelError(f"{path}: holds no vectors that can be used: {table.shape}")
    if len(words) != len(table):
        raise ModelError(f"{path}: {len(words):,} words but {len(table):,} vectors")
    if len(set(words)) < len(words) or "" in words:
        raise ModelError(_first_bad_word(words, place))
    for start in range(0, len(table), BLOCK_ROWS):
        finite = np.isfinite(table[start : start + BLOCK_ROWS]).all(axis=1)
        if not finite.all():
            row = start + int(np.argmin(finite))
            raise ModelError(
                f"{place(row)}: the vector of {words[row]!r} holds a number that is not finite"
            )
    if counts is not None and (counts.shape != (len(words),) or counts.min() < 0):
        raise ModelError(f"{path}: the counts are not one for each word, 0 or more")
    return contents


def _first_bad_word(words: Sequence[str], place: Place) -> str:
    seen: dict[str, int] = {}
    for row, word in enumerate(words):
        if not word:
            return f"{place(row)}: the word is empty"
        if word in seen:
            return f"{place(row)}: {word!r} stands already at {place(seen[word])}"
        seen[word] = row
    raise AssertionError("called for words that are all different")


def line_place(path: Path, first: int) -> Place:
    """Return a function that says where a row stands, the first row on line `first`."""
    return lambda row: f"{path}:{first + row}"


def row_place(path: Path) -> Place:
    """Return a function that says where a row stands in a file without lines, from 1."""
    return lambda row: f"{path}: row {row + 1:,}"


def decoded(words: list[bytes], place: Place) -> list[str]:
    """Return UTF-8 words, none of which holds a newline, as text."""
    if not words:
        return []
    try:
        return b"\n".join(words).decode().split("\n")
    except UnicodeDecodeError:
        row = next(row for row, word in enumerate(words) if not _is_utf8(word))
        raise ModelError(
            f"{place(row)}: the word {words[row]!r} is not UTF-8; convert the file first"
        ) from None


def _is_utf8(word: bytes) -> bool:
    try:
        word.decode()
    except UnicodeDecodeError:
        return False
    return True


def word_lines(contents: Contents) -> list[str]:
    """Return `word` lines, with a tab and the count where counts are known; no newlines."""
    if contents.counts is None:
        return list(contents.words)
    pairs = zip(contents.words, contents.counts.tolist(), strict=True)
    return [f"{word}\t{count}" for word, count in pairs]


def require_unspaced(words: Sequence[str], form: str) -> None:
    """Raise ModelError, naming the word, if a form that puts spaces between fields cannot carry it.

    Readers split at different spaces, some at all 29 of Unicode, so none of these may be in a word.
    """
    text = " ".join(words)
    if text.split() == list(words) and "\0" not in text:
        return
    require(words, lambda word: word.split() == [word] and "\0" not in word, form)


def require(words: Sequence[str], carries: Callable[[str], bool], form: str) -> None:
    """Raise ModelError for the first word that `form` does not carry."""
    for row, word in enumerate(words):
        if not word or not carries(word):
            raise ModelError(
                f"{form} cannot carry the word {word!r} (row {row + 1:,}); convert to safetensors"
                " or parquet, or leave the word out"
            )
