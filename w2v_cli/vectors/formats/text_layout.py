"""Find out how rows of text are laid out: what separates fields, how many numbers a row has."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import NamedTuple

from w2v_cli.vectors.formats.other_kinds import NUMBER

SAMPLE_ROWS = 50
SAMPLE_BYTES = 1 << 20
"""Rows beyond the first one are looked at as long as they have so many bytes together."""

SEPARATORS = (b" ", b"\t", b",")
"""Where two lay out as many numbers, the first one counts."""

LINE_END = b"\r \t"
WORD_NAMES = (b"", b"word", b"token", b"term", b"index")
"""What the column of words is called where those of numbers are called 0, 1 and so on."""


class Layout(NamedTuple):
    """How rows of text are laid out.

    Attributes:
        separator: what stands between the fields of most rows; between the numbers of rows with
            tabs there can be spaces, too.
        dimension: how many numbers most rows have behind their word; 0 if they are no rows.
        has_names: whether the first line holds names of columns.
    """

    separator: bytes
    dimension: int
    has_names: bool


def layout_of(lines: list[bytes]) -> Layout:
    r"""Return the layout of the rows that begin with `lines`; `SAMPLE_ROWS` of them are looked at.

    Words may hold separators: what counts are the numbers at the ends of most rows.

    >>> layout_of([b"new york 1 2", b"the 3 4"])
    Layout(separator=b' ', dimension=2, has_names=False)
    >>> layout_of([b"word,x,y", b"the,3,4"])
    Layout(separator=b',', dimension=2, has_names=True)
    """
    ends = accumulate(map(len, lines[:SAMPLE_ROWS]))
    sample = lines[: 1 + sum(end <= SAMPLE_BYTES for end in ends)][:SAMPLE_ROWS]
    best = Layout(b" ", 0, False)
    for separator in SEPARATORS:
        rows = [line for line in sample if separator in line]
        found = (numbers_at_end(_fields(line, separator)) for line in rows)
        counts = Counter(n for n in found if n)
        dimension, n_rows = counts.most_common(1)[0] if counts else (0, 0)
        if dimension > best.dimension and 2 * n_rows >= len(sample):
            best = Layout(separator, dimension, _are_names(_fields(rows[0], separator), dimension))
    return best


def _fields(line: bytes, separator: bytes) -> list[bytes]:
    line = line.rstrip(LINE_END)
    if separator == b",":
        return comma_separated(line)
    return (line.replace(b"\t", b" ") if separator == b"\t" else line).split(b" ")


def numbers_at_end(fields: list[bytes]) -> int:
    """Return how many numbers a row ends with, its first field, the word, not counted."""
    n_numbers = 0
    for field in reversed(fields[1:]):
        if not NUMBER.fullmatch(field):
            break
        n_numbers += 1
    return n_numbers


def has_numbers(line: bytes, dimension: int) -> bool:
    """Return whether a line ends with D numbers, behind at least one other field."""
    return any(numbers_at_end(_fields(line, each)) >= dimension for each in SEPARATORS)


def _are_names(fields: list[bytes], dimension: int) -> bool:
    """Return whether the fields of the first line name columns."""
    if len(fields) != dimension + 1:
        return False
    if not any(NUMBER.fullmatch(field) for field in fields[1:]):
        return True
    numbered = [b"%d" % number for number in range(dimension + 1)]
    return fields[0].lower() in WORD_NAMES and fields[1:] in (numbered[:-1], numbered[1:])


def comma_separated(line: bytes) -> list[bytes]:
    r"""Return the fields of a line with commas between them, quotes and spaces around them gone.

    >>> comma_separated(b'"a,b", 1'), comma_separated(b'", 1')
    ([b'a,b', b'1'], [b'"', b'1'])
    """
    plain = [field.strip(b" ") for field in line.split(b",")]
    if b'"' not in line:
        return plain
    try:
        # Latin-1 has every byte, so that words can be decoded later.
        parsed = next(csv.reader([line.decode("latin-1")], skipinitialspace=True), [])
    except csv.Error:
        return plain
    fields = [field.strip(" ").encode("latin-1") for field in parsed]
    # A quote that is a word, or part of one, opens a field that takes all the numbers.
    return fields if numbers_at_end(fields) >= numbers_at_end(plain) else plain


def with_spaces(
    blocks: Iterable[list[bytes]], separator: bytes, dimension: int
) -> Iterator[list[bytes]]:
    """Yield the lines with spaces in place of another separator between word and numbers."""
    for lines in blocks:
        if separator == b"\t":
            yield [line.replace(b"\t", b" ") for line in lines]
        elif separator == b",":
            yield [_joined(comma_separated(line.rstrip(LINE_END)), dimension) for line in lines]
        else:
            yield lines


def _joined(fields: list[bytes], dimension: int) -> bytes:
    if len(fields) <= dimension:
        return b" ".join(fields)
    word, numbers = fields[:-dimension], fields[-dimension:]
    return b" ".join([b",".join(word), *numbers])
