"""Read files as blocks of bytes, whatever they are packed in.

Nothing here knows about words; a block ends wherever the read size says.
"""

import sys
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO, NamedTuple

from w2v_cli.archives import MAGIC_SIZE, Readable, packing, unpacked
from w2v_cli.corpus.reading.files import STDIN
from w2v_cli.errors import CorpusError

READ_SIZE = 1 << 18


class Text(NamedTuple):
    """One text: a file, or a member of a zip archive.

    Attributes:
        name: the path, of a member with its name in the archive.
        blocks: the content, unpacked.
    """

    name: str
    blocks: Iterator[bytes]


def read_blocks(path: Path | str, size: int = READ_SIZE) -> Iterator[bytes]:
    """Yield a file's content, unpacked, in blocks of at most `size` bytes.

    The members of a zip archive follow one another with a line end between them.

    Raises:
        CorpusError: see `read_texts`.
    """
    for number, text in enumerate(read_texts(path, size)):
        if number:
            yield b"\n"
        yield from text.blocks


def read_texts(path: Path | str, size: int = READ_SIZE) -> Iterator[Text]:
    """Yield the texts of a file: those of a zip archive's members, else one; `-` is stdin.

    Each text's blocks have `size` bytes, the last one fewer, and are to be read before the next
    text. What a file is packed in is recognized by its first bytes, not by its name.

    Raises:
        CorpusError: the file is missing, not readable or a damaged archive; the blocks raise it
            too.
    """
    name = "stdin" if path == STDIN else str(path)
    try:
        with _opened(path) as file:
            start = _Rejoined(file)
            packed = packing(start.head)
            if packed == "zip":
                yield from _zip_texts(name, file, size)
            elif packed:
                yield Text(name, _checked(name, unpacked(start, packed, size), packed))
            else:
                yield Text(name, _checked(name, _until_end(start, size)))
    except FileNotFoundError:
        raise CorpusError(f"{name}: no such file; check the path") from None
    except IsADirectoryError:
        raise CorpusError(f"{name}: is a directory; name the text files in it") from None
    except ModuleNotFoundError as error:
        raise CorpusError(
            f"{name}: is packed with {packed}, which needs a library: pip install {error.name}"
        ) from None
    except OSError as error:
        raise CorpusError(f"{name}: cannot be read at byte 0: {error.strerror}") from None


def _opened(path: Path | str) -> AbstractContextManager[BinaryIO]:
    if path != STDIN:
        return Path(path).open("rb")
    if sys.stdin is None:
        raise CorpusError("stdin: is closed; name a file, or pipe text into the command")
    return nullcontext(sys.stdin.buffer)


class _Rejoined:
    """A file whose first bytes were looked at, and are read all the same; pipes cannot go back."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.head = file.read(MAGIC_SIZE)

    def read(self, size: int, /) -> bytes:
        if not self.head:
            return self._file.read(size)
        head, self.head = self.head[:size], self.head[size:]
        return head + self._file.read(size - len(head))


def _until_end(stream: Readable, size: int) -> Iterator[bytes]:
    while block := stream.read(size):
        yield block


def _zip_texts(name: str, file: BinaryIO, size: int) -> Iterator[Text]:
    if not file.seekable():
        raise CorpusError(f"{name}: a zip archive cannot be read from a pipe; save it as a file")
    try:
        archive = zipfile.ZipFile(file)
    except (OSError, MemoryError):
        raise
    except Exception as error:
        raise _not_unpacked(name, "zip", 0, error) from None
    for member in archive.infolist():
        if not member.is_dir():
            # A hostile archive could speak to the terminal.
            path = name + "/" + "".join(c if c.isprintable() else "?" for c in member.filename)
            yield Text(path, _checked(path, _member_blocks(archive, member, size), "zip"))


def _member_blocks(archive: zipfile.ZipFile, member: zipfile.ZipInfo, size: int) -> Iterator[bytes]:
    with archive.open(member) as stream:
        yield from _until_end(stream, size)


def _checked(name: str, blocks: Iterator[bytes], packed: str | None = None) -> Iterator[bytes]:
    """Yield the blocks; what goes wrong names the file and the byte."""
    position = 0
    try:
        for block in blocks:
            yield block
            position += len(block)
    except MemoryError:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.strerror:
            raise CorpusError(
                f"{name}: cannot be read at byte {position:,}: {error.strerror}"
            ) from None
        if packed is None:
            raise
        raise _not_unpacked(name, packed, position, error) from None


def _not_unpacked(name: str, packed: str, position: int, error: Exception) -> CorpusError:
    """Return the error about packed data; each library has exceptions of its own."""
    if isinstance(error, RuntimeError):  # zipfile's, for passwords and methods it does not know
        return CorpusError(f"{name}: cannot be unpacked: {error}")
    return CorpusError(
        f"{name}: damaged {packed} data after {position:,} unpacked bytes ({error});"
        " fetch or pack the file again"
    )
