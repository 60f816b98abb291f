"""A directory for TensorBoard's Embedding Projector, which needs no TensorFlow checkpoint.

vectors.tsv            numbers between tabs
metadata.tsv           `word` lines; `word<TAB>count` lines under a header where counts are known
projector_config.pbtxt says where the two are
"""

from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from w2v_cli.errors import ModelError
from w2v_cli.vectors.formats.contents import (
    Contents,
    checked,
    line_place,
    read_errors,
    require,
    require_unspaced,
    row_place,
    word_lines,
)
from w2v_cli.vectors.formats.digits import number_lines
from w2v_cli.vectors.formats.streams import LONGEST_WORD, line_blocks, unpacked
from w2v_cli.vectors.formats.text_rows import BLOCK_ROWS, read_rows
from w2v_cli.vectors.formats.word_rules import WordRules, decoded

TABLE, METADATA, CONFIG = "vectors.tsv", "metadata.tsv", "projector_config.pbtxt"
MOST_WORDS = 100_000
"""TensorBoard serves no more points."""

PBTXT = f"""embeddings {{
  tensor_name: "vectors"
  tensor_path: "{TABLE}"
  metadata_path: "{METADATA}"
}}
"""


def write(directory: Path, contents: Contents) -> None:
    """Write the three files; words must not hold spaces, and vectors have two numbers or more."""
    form = "the projector's metadata.tsv"
    require_unspaced(contents.words, form)
    # Its reader skips lines that JavaScript's trim() leaves empty; that takes U+FEFF for a space.
    require(contents.words, lambda word: word.strip("\ufeff") != "", form)
    n_words, dimension = contents.table.shape
    if n_words > MOST_WORDS or dimension < 2:
        raise ModelError(
            f"TensorBoard's projector takes at most {MOST_WORDS:,} words and at least 2 numbers a"
            f" vector, not {n_words:,} x {dimension}; choose fewer --words"
        )
    with (directory / TABLE).open("wb") as file:
        for start in range(0, n_words, BLOCK_ROWS):
            lines = number_lines(contents.table[start : start + BLOCK_ROWS], separator=b"\t")
            file.writelines(line + b"\n" for line in lines)
    header = "word\tcount\n" if contents.counts is not None else ""
    text = header + "".join(f"{line}\n" for line in word_lines(contents))
    (directory / METADATA).write_bytes(text.encode())
    (directory / CONFIG).write_bytes(PBTXT.encode())


def read(path: Path, rules: WordRules) -> Contents:
    """Read `vectors.tsv` and `metadata.tsv` of a directory."""
    words, counts = _metadata(path / METADATA, rules)
    with unpacked(path / TABLE, rules) as (stream, _):
        blocks = line_blocks(stream, path / TABLE, LONGEST_WORD)
        # Read as the other text forms are, with a "-" for the word that a line does not have.
        spaced = ([b"- " + line.replace(b"\t", b" ") for line in lines] for lines in blocks)
        first = next(spaced, None)
        dimension = first[0].rstrip(b"\r ").count(b" ") if first else 0
        if first is None or dimension < 1:
            raise ModelError(f"{path / TABLE}:1: expected numbers with tabs between them")
        dashes, table = read_rows(chain([first], spaced), dimension, path / TABLE, 1, rules)
    if dashes.count("-") < len(dashes):
        row = next(row for row, dash in enumerate(dashes) if dash != "-")
        raise ModelError(f"{path / TABLE}:{row + 1}: expected {dimension:,} numbers")
    return checked(path, Contents(words, table, counts), row_place(path), rules)


def _metadata(path: Path, rules: WordRules) -> tuple[list[str], NDArray[np.int64] | None]:
    """Return the words, which are the first column, and the column `count` if there is one."""
    with unpacked(path, rules) as (stream, _):
        lines = [line for block in line_blocks(stream, path, LONGEST_WORD) for line in block]
    rows = [line.removesuffix(b"\r").split(b"\t") for line in lines]
    if not rows or len(rows[0]) == 1:
        return decoded([row[0] for row in rows], line_place(path, 1), rules), None
    header, *rows = rows
    if any(len(row) != len(header) for row in rows):
        raise ModelError(f"{path}: not every line has {len(header)} columns")
    counts = None
    if b"count" in header[1:]:
        with read_errors(path, "counts"):
            column = header.index(b"count", 1)
            counts = np.array([int(row[column]) for row in rows], dtype=np.int64)
    return decoded([row[0] for row in rows], line_place(path, 2), rules), counts
