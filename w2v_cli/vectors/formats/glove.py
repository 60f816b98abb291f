"""GloVe's text form: `word v1 ... vD` lines without a header; D is that of the first line."""

from itertools import chain
from pathlib import Path
from typing import BinaryIO

from w2v_cli.errors import ModelError
from w2v_cli.vectors.formats.contents import (
    LARGEST_DIMENSION,
    Contents,
    checked,
    line_place,
    require_unspaced,
)
from w2v_cli.vectors.formats.streams import (
    LONGEST_NUMBER,
    LONGEST_WORD,
    line_blocks,
    read_line,
    unpacked,
)
from w2v_cli.vectors.formats.text_rows import read_rows, write_rows

LONGEST_FIRST_LINE = LONGEST_WORD + LONGEST_NUMBER * LARGEST_DIMENSION


def write(file: BinaryIO, contents: Contents) -> None:
    """Write `contents`, whose words must not hold spaces."""
    require_unspaced(contents.words, "GloVe text")
    write_rows(file, contents.words, contents.table)


def read(path: Path) -> Contents:
    """Read a plain or gzip file; all but the first word may hold spaces."""
    with unpacked(path) as (stream, _):
        first = read_line(stream, path, LONGEST_FIRST_LINE)
        dimension = first.rstrip(b"\r\n ").count(b" ")
        if not first.endswith(b"\n") or dimension < 1:
            raise ModelError(f"{path}: line 1: expected a word and its numbers: {first[:60]!r}")
        blocks = line_blocks(stream, path, LONGEST_WORD + LONGEST_NUMBER * dimension)
        words, table = read_rows(chain([[first[:-1]]], blocks), dimension, path, first_line=1)
    return checked(path, Contents(words, table), line_place(path, 1))
