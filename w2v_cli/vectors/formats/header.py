"""The line `n_words D` that word2vec's files begin with."""

import re
from pathlib import Path

from w2v_cli.errors import ModelError
from w2v_cli.vectors.formats.contents import LARGEST_DIMENSION

HEADER = re.compile(rb"\s*([+-]?\d+)[ \t]+([+-]?\d+)\s*\n")


def parse_header(
    line: bytes, path: Path, size: int | None, bytes_per_number: int
) -> tuple[int, int]:
    """Return the number of words and D, if a file can hold as much.

    Args:
        line: the first line of the file.
        path: the file, for messages.
        size: its bytes, None where that is not known.
        bytes_per_number: the fewest bytes that a number takes; a word takes at least one more.

    Raises:
        ModelError: the line is something else, or states what cannot be.
    """
    found = HEADER.fullmatch(line)
    # Python reads no number of more than 4,300 digits.
    if found is None or len(line) > 1000:
        raise ModelError(
            f"{path}: line 1: expected the number of words and of numbers: {line[:60]!r}"
        )
    n_words, dimension = int(found[1]), int(found[2])
    if n_words < 1 or not 1 <= dimension <= LARGEST_DIMENSION:
        raise ModelError(f"{path}: line 1: {n_words} words x {dimension} numbers cannot be")
    if size is not None and n_words * (bytes_per_number * dimension + 1) > size - len(line):
        raise ModelError(
            f"{path}: line 1 states {n_words:,} words x {dimension:,} numbers, more than the"
            f" {size:,} bytes of the file can hold; it is cut short, or line 1 is wrong"
        )
    return n_words, dimension


def require_rows(path: Path, stated: int, found: int) -> None:
    """Raise ModelError unless there are as many rows as the header says."""
    if stated != found:
        raise ModelError(f"{path}: line 1 states {stated:,} words, but there are {found:,}")
