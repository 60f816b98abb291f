"""word2vec's text form: a line `n_words D`, then `word v1 ... vD` lines.

gensim, fastText (`.vec`) and spaCy read and write it. Written with single spaces and the shortest
digits that give the same float32 back; read with others' trailing spaces and CR, and with tabs or
commas as well.
"""

from itertools import chain
from pathlib import Path
from typing import BinaryIO

from w2v_cli.vectors.formats.contents import Contents, checked, line_place, require_unspaced
from w2v_cli.vectors.formats.header import parse_header, require_rows
from w2v_cli.vectors.formats.streams import (
    LONGEST_NUMBER,
    LONGEST_WORD,
    line_blocks,
    read_line,
    unpacked,
)
from w2v_cli.vectors.formats.text_layout import layout_of, with_spaces
from w2v_cli.vectors.formats.text_rows import read_rows, write_rows
from w2v_cli.vectors.formats.word_rules import WordRules


def write(file: BinaryIO, contents: Contents) -> None:
    """Write `contents`, whose words must not hold spaces."""
    require_unspaced(contents.words, "word2vec text")
    file.write(b"%d %d\n" % contents.table.shape)
    write_rows(file, contents.words, contents.table)


def read(path: Path, rules: WordRules) -> Contents:
    """Read a file, packed or not."""
    with unpacked(path, rules) as (stream, size):
        n_words, dimension = parse_header(read_line(stream, path), path, size, bytes_per_number=2)
        blocks = line_blocks(stream, path, LONGEST_WORD + LONGEST_NUMBER * dimension)
        first = next(blocks, [])
        rows = with_spaces(chain([first], blocks), layout_of(first).separator, dimension)
        words, table = read_rows(rows, dimension, path, first_line=2, rules=rules)
    require_rows(path, n_words, len(words))
    return checked(path, Contents(words, table), line_place(path, 2), rules)
