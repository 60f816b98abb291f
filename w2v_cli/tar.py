"""Read the files of a tar archive as a stream, one after another.

Python's tarfile takes a damaged header for the end of the archive, so that the files after it would
be lost without a word. Here everything up to the end of the stream is accounted for. Archives put
one after another are read as one.
"""

import tarfile
from collections.abc import Iterator
from typing import Protocol

BLOCK = 512
"""Bytes; headers have as many, and contents are filled up to a multiple."""

PIECE = 1 << 16
"""Bytes that are passed over at a time."""

LONGEST_HEADER = 1 << 20
"""Bytes that a header of variable length, such as that of a long name, may have."""

SPARSE = "it holds a sparse file, which is not read; unpack it"

LONG_NAME, LONG_LINK = tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK
PAX, PAX_FOR_ALL = (tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE), tarfile.XGLTYPE
WITHOUT_CONTENT = (
    tarfile.LNKTYPE, tarfile.SYMTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.DIRTYPE,
    tarfile.FIFOTYPE,
)  # fmt: skip
NO_FILE = (b"V", b"D")
"""GNU tar's name of a volume, and its list of a directory's names."""


class Readable(Protocol):
    """A binary file, as far as unpacking needs it."""

    def read(self, size: int, /) -> bytes: ...


class Content:
    """What a file in an archive holds.

    Attributes:
        left: bytes that are not read yet.
    """

    def __init__(self, stream: Readable, size: int) -> None:
        self._stream, self.left = stream, size

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, fewer than `size` only at the end.

        Raises:
            EOFError: the archive ends before.
        """
        data = _exactly(self._stream, min(size, self.left))
        self.left -= len(data)
        return data


def is_tar(start: bytes) -> bool:
    """Return whether the content that begins with `start` is a tar archive."""
    if start[257:263] == tarfile.POSIX_MAGIC[:6] or start[257:265] == tarfile.GNU_MAGIC:
        return True
    try:  # The oldest form has no other sign than its sum of bytes.
        return bool(_header(start[:BLOCK]).name)
    except ValueError:
        return False


def tar_files(stream: Readable) -> Iterator[tuple[str, Content]]:
    """Yield name and content of each regular file; links and devices are passed over.

    A content is to be read before the next file, or is passed over.

    Raises:
        EOFError, ValueError: the archive is cut short or damaged.
        NotImplementedError: it holds a sparse file.
    """
    name, size = None, None
    ended = False
    while block := stream.read(BLOCK):
        if ended := not any(block):
            continue
        header = _header(block)
        if header.type in (LONG_NAME, LONG_LINK, PAX_FOR_ALL, *PAX):
            record = _record(stream, header.size)
            if header.type == LONG_NAME:
                name = record.rstrip(b"\0").decode(errors="replace")
            elif header.type in PAX:
                name, size = _pax(record, name)
            continue
        content = _content(stream, header, size)
        n_fill = -content.left % BLOCK
        if header.isreg():
            yield name or header.name, content
        while content.left:
            content.read(PIECE)
        _exactly(stream, n_fill)
        name, size = None, None
    if not ended:
        raise EOFError("its end is missing")


def _header(block: bytes) -> tarfile.TarInfo:
    try:
        header = tarfile.TarInfo.frombuf(block, "utf-8", "replace")
    except tarfile.HeaderError as error:
        raise ValueError(str(error)) from None
    if header.size < 0:
        raise ValueError("a size below 0")
    return header


def _content(stream: Readable, header: tarfile.TarInfo, size: int | None) -> Content:
    """Return what follows a header, whose size a header before it may have given."""
    if header.type in WITHOUT_CONTENT:
        return Content(stream, 0)
    if header.type == tarfile.GNUTYPE_SPARSE:
        raise NotImplementedError(SPARSE)
    if not header.isreg() and header.type not in NO_FILE:
        raise ValueError(f"a file of the unknown type {header.type!r}")
    return Content(stream, header.size if size is None else size)


def _record(stream: Readable, size: int) -> bytes:
    if size > LONGEST_HEADER:
        raise ValueError(f"a header of {size:,} bytes")
    record = _exactly(stream, size)
    _exactly(stream, -size % BLOCK)
    return record


def _pax(record: bytes, name: str | None) -> tuple[str | None, int | None]:
    r"""Return the name and size that a record of `length key=value` lines gives.

    >>> _pax(b"14 path=a.txt\n10 size=7\n", None)
    ('a.txt', 7)
    """
    size = None
    while record.strip(b"\0"):
        digits, _, _ = record.partition(b" ")
        length = int(digits)
        key, equals, value = record[len(digits) + 1 : length - 1].partition(b"=")
        # An equals sign also shows that the length is not 0, which would go on for ever.
        if not equals or record[length - 1 : length] != b"\n":
            raise ValueError("a pax header is not as it should be")
        if key == b"path":
            name = value.decode(errors="replace")
        elif key == b"size":
            size = int(value)
        elif key.startswith(b"GNU.sparse."):
            raise NotImplementedError(SPARSE)
        record = record[length:]
    if size is not None and size < 0:
        raise ValueError("a size below 0")
    return name, size


def _exactly(stream: Readable, size: int) -> bytes:
    data = stream.read(size) if size else b""
    if len(data) < size:
        raise EOFError("it ends in the middle")
    return data
