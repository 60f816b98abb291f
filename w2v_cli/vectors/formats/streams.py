"""Read a file as bytes, unpacked, in blocks of whole lines."""

import gzip
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from w2v_cli.errors import ModelError

BLOCK = 1 << 22
LONGEST_WORD = 1 << 20
"""Bytes of a word after which a file is not taken for vectors."""

LONGEST_NUMBER = 64
"""Bytes of a number in text, the same."""

GZIP_MAGIC = b"\x1f\x8b"


@contextmanager
def unpacked(path: Path) -> Iterator[tuple[BinaryIO, int | None]]:
    """Open a plain or gzip file; give the stream, and its size where that is known beforehand.

    Raises:
        ModelError: it cannot be read or is a damaged archive, now or while the block reads it.
    """
    try:
        with path.open("rb") as raw:
            if raw.read(len(GZIP_MAGIC)) != GZIP_MAGIC:
                raw.seek(0)
                yield raw, os.fstat(raw.fileno()).st_size
                return
            raw.seek(0)
            with gzip.GzipFile(fileobj=raw) as stream:
                yield stream, None  # type: ignore[misc]
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ModelError(f"{path}: damaged gzip data: {error}") from None
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror or error}") from None


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
