"""GloVe's text form: `word v1 ... vD` lines without a header.

Read with tabs or commas as well, and with a first line that names the columns. D is how many
numbers most of the first lines end with, as words may hold spaces.
"""

import logging
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
from w2v_cli.vectors.formats.other_kinds import first_bytes
from w2v_cli.vectors.formats.streams import (
    LONGEST_NUMBER,
    LONGEST_WORD,
    line_blocks,
    read_line,
    unpacked,
)
from w2v_cli.vectors.formats.text_layout import SEPARATORS, layout_of, with_spaces
from w2v_cli.vectors.formats.text_rows import read_rows, write_rows
from w2v_cli.vectors.formats.word_rules import WordRules

log = logging.getLogger(__name__)

MOST_FIELDS = 2 * LARGEST_DIMENSION
"""The largest vector, and a word with as many spaces."""

LONGEST_FIRST_LINE = LONGEST_WORD + LONGEST_NUMBER * LARGEST_DIMENSION


def write(file: BinaryIO, contents: Contents) -> None:
    """Write `contents`, whose words must not hold spaces."""
    require_unspaced(contents.words, "GloVe text")
    write_rows(file, contents.words, contents.table)


def read(path: Path, rules: WordRules) -> Contents:
    """Read a file, packed or not; words may hold spaces."""
    with unpacked(path, rules) as (stream, _):
        line = read_line(stream, path, LONGEST_FIRST_LINE)
        n_fields = max(line.count(separator) for separator in SEPARATORS)
        if n_fields > MOST_FIELDS:
            raise ModelError(f"{path}: line 1 has {n_fields:,} fields; these are no vectors")
        blocks = line_blocks(stream, path, LONGEST_WORD + LONGEST_NUMBER * n_fields)
        first = [line.removesuffix(b"\n"), *next(blocks, [])]
        separator, dimension, has_names = layout_of(first)
        if not (line.endswith(b"\n") and dimension):
            raise ModelError(
                f"{path}: line 1: expected a word and its numbers: {first_bytes(line)}"
            )
        if has_names:
            log.warning("%s: line 1 names columns and is left out: %s", path, first_bytes(first[0]))
        rows = with_spaces(chain([first[has_names:]], blocks), separator, dimension)
        words, table = read_rows(rows, dimension, path, 1 + has_names, rules)
    return checked(path, Contents(words, table), line_place(path, 1 + has_names), rules)
