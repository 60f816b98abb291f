"""Lines of a word and its numbers, as word2vec text, GloVe and fastText's `.vec` have them."""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from w2v_cli.errors import ModelError
from w2v_cli.vectors.formats.contents import line_place
from w2v_cli.vectors.formats.digits import number_lines
from w2v_cli.vectors.formats.other_kinds import NUMBER, SPARSE, SPARSE_ROWS, first_bytes
from w2v_cli.vectors.formats.text_layout import numbers_at_end
from w2v_cli.vectors.formats.word_rules import Place, WordRules, decoded

BLOCK_ROWS = 1 << 10
OTHER_SPACES = (b"\t", b"\r", b"\v", b"\f")
Floats = NDArray[np.float32]


def write_rows(file: BinaryIO, words: Sequence[str], table: Floats) -> None:
    """Write `word v1 ... vD` lines with the shortest digits that read back as the same float32."""
    for start in range(0, len(table), BLOCK_ROWS):
        block = slice(start, start + BLOCK_ROWS)
        lines = zip(words[block], number_lines(table[block]), strict=True)
        file.writelines(b"%b %b\n" % (word.encode(), numbers) for word, numbers in lines)


def read_rows(
    blocks: Iterable[list[bytes]], dimension: int, path: Path, first_line: int, rules: WordRules
) -> tuple[list[str], Floats]:
    """Read `word v1 ... vD` lines; a word may itself hold spaces.

    Args:
        blocks: lines without their newlines.
        dimension: D.
        path: the file, for messages.
        first_line: the number of the first line.
        rules: how words are decoded.

    Returns:
        The words and [n_words, D] float32.

    Raises:
        ModelError: a line has no word or not exactly D numbers, or a word cannot be decoded.
    """
    place = line_place(path, first_line)
    words: list[bytes] = []
    table = np.empty((0, dimension), dtype=np.float32)
    for lines in blocks:
        first = len(words)
        numbers = []
        for word, values in _split(lines, dimension, place, first):
            words.append(word)
            numbers.append(values)
        table = with_room(table, len(words))
        table[first : len(words)] = _parsed(words[first:], numbers, dimension, place, first)
    # Cut in place, so that the table is never in memory twice.
    table.resize((len(words), dimension), refcheck=False)
    return decoded(words, place, rules), table


def with_room(table: Floats, n_rows: int) -> Floats:
    """Return `table` made longer, in place where the system can, to hold at least `n_rows`."""
    if n_rows > len(table):
        table.resize((max(n_rows, len(table) * 3 // 2), table.shape[1]), refcheck=False)
    return table


def _split(
    lines: list[bytes], dimension: int, place: Place, first: int
) -> Iterator[tuple[bytes, bytes]]:
    """Yield each line's word and its D numbers, which are still to be read."""
    for row, line in enumerate(lines, first):
        if line.endswith((b"\r", b" ")):
            line = line.removesuffix(b"\r").rstrip(b" ")
        n_spaces = line.count(b" ")
        if n_spaces == dimension and b"  " not in line:
            word, _, values = line.partition(b" ")
        else:
            word, *fields = line.rsplit(b" ", dimension)
            if len(fields) != dimension or b"" in fields:
                raise ModelError(f"{place(row)}: {_fault(line, dimension)}")
            values = b" ".join(fields)
        yield word, values


def _parsed(
    words: list[bytes], rows: list[bytes], dimension: int, place: Place, first: int
) -> Floats:
    """Read rows of D fields that are separated by single spaces, none of them empty."""
    # Each field gives at least one number or ends the reading, so the sum is right only if each
    # gives exactly one.
    table = _numbers(b" ".join(rows))
    if table is None or len(table) != len(rows) * dimension:
        for row, (word, fields) in enumerate(zip(words, rows, strict=True), first):
            found = _numbers(fields)
            if found is None or len(found) != dimension:
                line = b"%b %b" % (word, fields)
                raise ModelError(f"{place(row)}: {_fault(line, dimension)}")
        raise AssertionError("rows that can be read one by one can be read together")
    return table.reshape(len(rows), dimension)


def _numbers(text: bytes) -> Floats | None:
    if any(space in text for space in OTHER_SPACES):
        return None  # for NumPy, such a field could be no number, or two
    with warnings.catch_warnings():
        # NumPy before 2.3 only warns of what it cannot read.
        warnings.simplefilter("error", DeprecationWarning)
        try:
            return np.fromstring(text, dtype=np.float32, sep=" ")
        except (ValueError, DeprecationWarning):
            return None


def _fault(line: bytes, dimension: int) -> str:
    """Return what is wrong with a line that is not a word and D numbers."""
    fields = line.split(b" ")
    n_numbers = numbers_at_end(fields)
    if not line:
        found = "an empty line"
    elif any(SPARSE.fullmatch(field) for field in fields[1:]):
        found = SPARSE_ROWS
    elif len(fields) == dimension == n_numbers + 1 and NUMBER.fullmatch(fields[0]):
        found = f"{dimension:,} numbers and no word"
    elif not (before := fields[-n_numbers - 1]) and n_numbers + 1 < len(fields):
        found = "two spaces where one separates numbers"
    else:
        found = f"{n_numbers or 'no'} number{'s' * (n_numbers > 1)} behind {first_bytes(before)}"
    numbers = f"{dimension:,} number{'s' * (dimension > 1)}"
    return f"expected a word and {numbers}, found {found}: {first_bytes(line)}"
