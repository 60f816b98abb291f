"""A NumPy array and its words: a directory with `vectors.npy` and `vocab.tsv`.

`vectors.npy` is [n_words, D] and memory-mapped. `vocab.tsv` has a line for each row, `word` or
`word<TAB>count`; a model directory of ours has the same two files. `scale.npy` is one float32: what
the numbers of int8 vectors are to be multiplied by. Reading also takes the path of any `.npy` file
beside a `vocab.tsv`.
"""

import re
from pathlib import Path

import numpy as np

from w2v_cli.byte_order_mark import without_mark
from w2v_cli.errors import ModelError
from w2v_cli.vectors.formats.contents import (
    Contents,
    checked,
    line_place,
    read_errors,
    require_unspaced,
    word_lines,
)
from w2v_cli.vectors.formats.numbers import NUMBERS, in_float32
from w2v_cli.vectors.formats.word_rules import WordRules, decoded, in_utf8
from w2v_cli.word_counts import BadLineError, parse_word_counts

TABLE, VOCABULARY, SCALE = "vectors.npy", "vocab.tsv", "scale.npy"
WORD_COUNT = re.compile(r"([^\t]*)\t([0-9]{1,18})")
"""Another program may have words with spaces, and words that it did not count."""


def write(directory: Path, contents: Contents) -> None:
    """Write both files; words must not hold spaces."""
    require_unspaced(contents.words, "vocab.tsv")
    np.save(directory / TABLE, contents.table, allow_pickle=False)
    if contents.scale is not None:
        np.save(directory / SCALE, np.float32(contents.scale), allow_pickle=False)
    text = "".join(f"{line}\n" for line in word_lines(contents))
    (directory / VOCABULARY).write_bytes(text.encode())


def read(path: Path, rules: WordRules) -> Contents:
    """Read a directory, or an array with `vocab.tsv` beside it."""
    table_path = path / TABLE if path.is_dir() else path
    with read_errors(table_path, "a NumPy array"):
        table = np.load(table_path, mmap_mode="r", allow_pickle=False)
        if not isinstance(table, np.ndarray) or table.dtype.name not in NUMBERS:
            raise ModelError(f"{table_path}: expected an array of {', '.join(NUMBERS)}")
    scale_path = table_path.with_name(SCALE)
    with read_errors(scale_path, "a NumPy array"):
        scale = np.load(scale_path, allow_pickle=False) if scale_path.is_file() else None
        table = in_float32(table, scale)
    vocabulary_path = table_path.with_name(VOCABULARY)
    if not vocabulary_path.is_file():
        raise ModelError(
            f"{table_path}: there is no {VOCABULARY} beside it with a word for each row"
        )
    words, counts = _vocabulary(vocabulary_path, rules)
    return checked(path, Contents(words, table, counts), line_place(vocabulary_path, 1), rules)


def _vocabulary(path: Path, rules: WordRules) -> tuple[list[str], np.ndarray | None]:
    data = path.read_bytes()
    if not rules.is_utf8:
        data = in_utf8(data, rules)
    data = without_mark(data)
    if data and not data.endswith(b"\n"):
        raise ModelError(f"{path}: the last line does not end with a newline; it is cut short")
    lines = [line.partition(b"\t") for line in data.split(b"\n")[:-1]]
    words = decoded([word for word, _, _ in lines], line_place(path, 1), rules)
    if b"\t" not in data:
        return words, None
    whole = [
        b"%b%b%b\n" % (word.encode(), tab, count)
        for word, (_, tab, count) in zip(words, lines, strict=True)
    ]
    try:
        found = parse_word_counts(b"".join(whole), WORD_COUNT)
    except BadLineError as error:
        raise ModelError(f"{path}:{error.number + 1}: {error.in_words()}") from None
    return found.words, found.counts
