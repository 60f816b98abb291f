"""What a vector file holds, and the checks that every reader and writer makes of it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v_cli.errors import ModelError
from w2v_cli.vectors.formats.word_rules import Place, WordRules, shown, unusable

LARGEST_DIMENSION = 1 << 20
"""More numbers than this in a vector are taken for damage."""

OTHER_FORMS = "convert to safetensors or parquet"

BLOCK_ROWS = 1 << 14
"""Rows checked at a time, so that a memory-mapped table stays on disk."""


@dataclass(frozen=True, eq=False)
class Contents:
    """Words and their vectors.

    Attributes:
        words: by falling count where counts are known, else in the order of the file.
        table: [n_words, D] float32; float16 and int8 only on its way into a file.
        counts: [n_words] int64, occurrences in the corpus; None where a file does not tell.
        scale: what the numbers of an int8 table are to be multiplied by; None for other tables.
    """

    words: Sequence[str]
    table: NDArray[Any]
    counts: NDArray[np.int64] | None = None
    scale: float | None = None


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


def checked(path: Path, contents: Contents, place: Place, rules: WordRules) -> Contents:
    """Return `contents` as they can be used: without rows whose word is empty or was before.

    Args:
        path: the file, for messages.
        contents: what was read from it.
        place: says where a row stands.
        rules: whether such rows are an error.

    Raises:
        ModelError: no words, no numbers, an empty or repeated word if the rules are strict, a
            number that is not finite, or counts that are negative.
    """
    words, table, counts = contents.words, contents.table, contents.counts
    if table.ndim != 2 or not 1 <= table.shape[1] <= LARGEST_DIMENSION or len(table) < 1:
        raise ModelError(f"{path}: holds no vectors that can be used: {table.shape}")
    if len(words) != len(table):
        raise ModelError(f"{path}: {len(words):,} words but {len(table):,} vectors")
    if counts is not None and (counts.shape != (len(words),) or counts.min() < 0):
        raise ModelError(f"{path}: the counts are not one for each word, 0 or more")
    for start in range(0, len(table), BLOCK_ROWS):
        finite = np.isfinite(table[start : start + BLOCK_ROWS]).all(axis=1)
        if not finite.all():
            row = start + int(np.argmin(finite))
            raise ModelError(
                f"{place(row)}: the vector of {shown(words[row])} holds a number that is not finite"
            )
    left_out = unusable(words, place, rules)
    if len(left_out) == len(words):
        raise ModelError(f"{path}: holds no vectors that can be used: no row has a word")
    return _without(contents, left_out) if left_out else contents


def _without(contents: Contents, rows: list[int]) -> Contents:
    """Return contents without some rows."""
    kept = np.ones(len(contents.words), dtype=bool)
    kept[rows] = False
    ids = np.flatnonzero(kept)
    words = [contents.words[id] for id in ids.tolist()]
    counts = None if contents.counts is None else contents.counts[kept]
    table = contents.table
    if not (table.flags.owndata and table.flags.writeable):
        return Contents(words, table[kept], counts)
    # In place, so that a large table is never in memory twice.
    for start in range(0, len(ids), BLOCK_ROWS):
        block = ids[start : start + BLOCK_ROWS]
        table[start : start + len(block)] = table[block]
    return Contents(words, table[: len(ids)], counts)


def line_place(path: Path, first: int) -> Place:
    """Return a function that says where a row stands, the first row on line `first`."""
    return lambda row: f"{path}:{first + row}"


def row_place(path: Path) -> Place:
    """Return a function that says where a row stands in a file without lines, from 1."""
    return lambda row: f"{path}: row {row + 1:,}"


def word_lines(contents: Contents) -> list[str]:
    """Return `word` lines, with a tab and the count where counts are known; no newlines."""
    if contents.counts is None:
        return list(contents.words)
    pairs = zip(contents.words, contents.counts.tolist(), strict=True)
    return [f"{word}\t{count}" for word, count in pairs]


def is_unspaced(word: str) -> bool:
    """Return whether forms that put spaces between fields can carry a word.

    Readers split at different spaces, some at all 29 of Unicode, so none of these may be in it.
    """
    return word.split() == [word] and "\0" not in word


def require_unspaced(words: Sequence[str], form: str) -> None:
    """Raise ModelError, naming the word, if a form cannot carry it for the space in it."""
    text = " ".join(words)
    if text.split() == list(words) and "\0" not in text:
        return
    way_out = f"{OTHER_FORMS}, or pass --spaces skip or --spaces replace to `w2v convert`"
    require(words, is_unspaced, form, way_out)


def require(
    words: Sequence[str],
    carries: Callable[[str], bool],
    form: str,
    way_out: str = f"{OTHER_FORMS}, or leave the word out",
) -> None:
    """Raise ModelError for the first word that is empty, or that `form` does not carry."""
    for row, word in enumerate(words):
        if not word or not carries(word):
            raise ModelError(
                f"{form} cannot carry the word {shown(word)} (row {row + 1:,}); {way_out}"
            )
