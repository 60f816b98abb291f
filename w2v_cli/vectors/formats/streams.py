"""Read a file as bytes, unpacked and in UTF-8, in blocks of whole lines."""

import codecs
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from w2v_cli.byte_order_mark import MARK, without_mark
from w2v_cli.errors import ModelError
from w2v_cli.vectors.formats.packed import Blocks, opener_of_content
from w2v_cli.vectors.formats.word_rules import MARKED, WordRules

BLOCK = 1 << 22
LONGEST_WORD = 1 << 20
"""Bytes of a word after which a file is not taken for vectors."""

LONGEST_NUMBER = 64
"""Bytes of a number in text, the same."""

BINARY = WordRules()
"""The rules to open a stream by whose words are between other bytes, and decoded later."""


@contextmanager
def unpacked(path: Path, rules: WordRules) -> Iterator[tuple[BinaryIO, int | None]]:
    """Open a file, or the one file in an archive, without a byte order mark.

    Yields:
        The stream in UTF-8, with `word_rules.BAD` for what is not of the encoding, and its size
        where that is known beforehand.

    Raises:
        ModelError: it cannot be read, or is an archive that is damaged or holds several files, now
            or while the block reads it.
    """
    try:
        with path.open("rb") as raw:
            stream = opener_of_content(raw, path)()
            size = os.fstat(raw.fileno()).st_size if stream is raw else None
            if not rules.is_utf8:
                stream, size = io.BufferedReader(Blocks(_transcoded(stream, rules, path))), None
            if start := stream.peek(len(MARK))[: len(MARK)]:
                length = len(start) - len(without_mark(start))
                stream.read(length)
                size = None if size is None else size - length
            yield stream, size
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror or error}") from None


def _transcoded(stream: BinaryIO, rules: WordRules, path: Path) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(rules.encoding)(MARKED)
    try:
        while block := stream.read(BLOCK >> 4):
            yield decoder.decode(block).encode("utf-8", MARKED)
        yield decoder.decode(b"", final=True).encode("utf-8", MARKED)
    except UnicodeError as error:  # such as a byte order mark that is not there
        raise ModelError(f"{path}: cannot be read as {rules.encoding}: {error}") from None


def read_line(stream: BinaryIO, path: Path, longest: int = LONGEST_WORD) -> bytes:
    """Return the next line with its newline, or without one at the end of the file."""
    line = stream.readline(longest + 1)
    if len(line) > longest:
        raise ModelError(f"{path}: a line of more than {longest:,} bytes; these are no vectors")
    return line


def line_blocks(stream: BinaryIO, path: Path, longest: int) -> Iterator[list[bytes]]:
    """Yield the lines that follow, many at a time, without their newlines.

    Raises:
        ModelError: a line is longer than `longest` bytes, or the last one does not end.
    """
    rest = b""
    while block := stream.read(BLOCK):
        *lines, rest = (rest + block).split(b"\n")
        if lines:
            yield lines
        if len(rest) > longest:
            raise ModelError(f"{path}: a line of more than {longest:,} bytes; these are no vectors")
    if rest:
        raise ModelError(
            f"{path}: the last line does not end with a newline, so the file is cut short; if it"
            " is whole, add one"
        )
