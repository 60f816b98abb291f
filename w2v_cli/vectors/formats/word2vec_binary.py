"""word2vec's binary form: a line `n_words D`, then for each word `word `, D float32 and a newline.

Numbers are little-endian. gensim and older programs leave the newline out; both are read.
"""

from pathlib import Path
from typing import BinaryIO

import numpy as np

from w2v_cli.errors import ModelError
from w2v_cli.vectors.formats.contents import (
    Contents,
    checked,
    require_unspaced,
    row_place,
)
from w2v_cli.vectors.formats.header import parse_header, require_rows
from w2v_cli.vectors.formats.streams import BINARY, BLOCK, LONGEST_WORD, read_line, unpacked
from w2v_cli.vectors.formats.text_rows import BLOCK_ROWS, with_room
from w2v_cli.vectors.formats.word_rules import WordRules, decoded, in_utf8


def write(file: BinaryIO, contents: Contents) -> None:
    """Write `contents`, whose words must not hold spaces."""
    words, table = contents.words, contents.table
    require_unspaced(words, "word2vec binary")
    file.write(b"%d %d\n" % table.shape)
    for start in range(0, len(table), BLOCK_ROWS):
        block = slice(start, start + BLOCK_ROWS)
        rows = table[block].astype("<f4")
        file.writelines(
            b"%b %b\n" % (word.encode(), row.tobytes())
            for word, row in zip(words[block], rows, strict=True)
        )


def read(path: Path, rules: WordRules) -> Contents:
    """Read a file, packed or not."""
    words: list[bytes] = []
    with unpacked(path, BINARY) as (stream, size):
        n_words, dimension = parse_header(read_line(stream, path), path, size, bytes_per_number=4)
        table = np.empty((0, dimension), dtype=np.float32)
        rest = b""
        while len(words) < n_words:
            block = stream.read(BLOCK)
            first = len(words)
            rows, rest = _records(rest + block, dimension, n_words - first, words)
            if not block or len(rest) > LONGEST_WORD + 4 * dimension + BLOCK:
                raise ModelError(f"{row_place(path)(len(words))}: {_fault(rest)}")
            table = with_room(table, len(words))
            table[first : len(words)] = np.frombuffer(b"".join(rows), "<f4").reshape(-1, dimension)
        if rest + stream.read(2) not in (b"", b"\n"):
            require_rows(path, n_words, n_words + 1)
    table.resize((n_words, dimension), refcheck=False)
    if not rules.is_utf8:
        words = [in_utf8(word, rules) for word in words]
    place = row_place(path)
    return checked(path, Contents(decoded(words, place, rules), table), place, rules)


def _records(
    block: bytes, dimension: int, most: int, words: list[bytes]
) -> tuple[list[bytes], bytes]:
    """Add the words of at most `most` whole records to `words`; return their rows and the rest."""
    at, size = 0, 4 * dimension
    rows: list[bytes] = []
    while len(rows) < most:
        begin = at + block.startswith(b"\n", at)
        space = block.find(b" ", begin, begin + LONGEST_WORD + 1)
        end = space + 1 + size
        if space < 0 or end > len(block):
            break
        words.append(block[begin:space])
        rows.append(block[space + 1 : end])
        at = end
    return rows, block[at:]


def _fault(rest: bytes) -> str:
    if len(rest) > LONGEST_WORD and b" " not in rest[: LONGEST_WORD + 2]:
        return f"no word ends within {LONGEST_WORD:,} bytes; these are no vectors"
    return "the file is cut short"
