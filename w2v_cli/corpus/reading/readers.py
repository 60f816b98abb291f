"""Read files as blocks of bytes, whatever they are packed in.

Nothing here knows about words; a block ends wherever the read size says.
"""

import stat
import sys
import zipfile
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO, NamedTuple

from w2v_cli.archives import Unpacked, packing
from w2v_cli.corpus.reading.addresses import is_address, open_address
from w2v_cli.corpus.reading.files import STDIN, is_hidden
from w2v_cli.corpus.reading.kinds import kind_of, kind_of_zip
from w2v_cli.errors import CorpusError
from w2v_cli.tar import Readable, tar_files

READ_SIZE = 1 << 18

START_SIZE = 1 << 12
"""Bytes that are looked at to find out what a content is."""

MOST_LAYERS = 8
"""How often one content may be packed; an archive can be made that holds itself."""


class Text(NamedTuple):
    """One text: a file, or a file in an archive.

    Attributes:
        name: the path, of a file in an archive with its name there.
        start: the first bytes, `START_SIZE` of them if there are as many.
        blocks: the content, unpacked, from its first byte on.
        file: the file itself, if the content is all of it and not packed.
    """

    name: str
    start: bytes
    blocks: Iterator[bytes]
    file: BinaryIO | None


def read_texts(
    path: Path | str, size: int = READ_SIZE, takes: Collection[str] = ()
) -> Iterator[Text]:
    """Yield the texts of a file: those of all files in an archive, else one; `-` is stdin.

    Each text's blocks have `size` bytes, the last one fewer, and are to be read before the next
    text. What a file is packed in is recognized by its first bytes, not by its name. Hidden files
    in an archive are left out, and so are links.

    Args:
        path: the file.
        size: bytes of a block.
        takes: what `kinds` calls the kinds of files that are yielded although they are no text.

    Raises:
        CorpusError: the file is missing, not readable, a damaged archive, or a known kind of file
            that is no text; the blocks raise it too.
    """
    name = "stdin" if path == STDIN else str(path)
    try:
        with _opened(path) as file:
            for text in _texts(Source(name, file), size, file):
                kind = kind_of(text.start)
                if kind is not None and kind.what not in takes:
                    raise kind.refused(text.name)
                yield text
    except FileNotFoundError:
        raise CorpusError(f"{name}: no such file; check the path") from None
    except IsADirectoryError:
        raise CorpusError(f"{name}: is a directory; name the text files in it") from None
    except OSError as error:
        raise CorpusError(f"{name}: cannot be read at byte 0: {error.strerror}") from None


def _opened(path: Path | str) -> AbstractContextManager[BinaryIO]:
    if is_address(path):
        return open_address(str(path))
    if path != STDIN:
        return Path(path).open("rb")
    if sys.stdin is None:
        raise CorpusError("stdin: is closed; name a file, or pipe text into the command")
    return nullcontext(sys.stdin.buffer)


class Source:
    """Bytes whose beginning can be looked at; what goes wrong names the file and the byte.

    Attributes:
        name: the file, for messages.
        n_layers: how often the content is packed.
    """

    def __init__(
        self, name: str, stream: Readable, packed: str | None = None, n_layers: int = 0
    ) -> None:
        self.name, self.n_layers = name, n_layers
        self._stream, self._packed = stream, packed
        self._held = b""
        self._position = 0
        self._ended = False

    def start(self) -> bytes:
        """Return the first bytes, which are read all the same; pipes cannot go back."""
        self._held = self._read(START_SIZE)
        return self._held

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, fewer than `size` only at the end.

        Raises:
            CorpusError: they cannot be read, or are a damaged archive.
        """
        data, self._held = self._held[:size], self._held[size:]
        # Once more after its end, a terminal would wait for another.
        if len(data) < size and not self._ended:
            data += self._read(size - len(data))
        self._position += len(data)
        return data

    def blocks(self, size: int) -> Iterator[bytes]:
        """Yield all bytes."""
        while block := self.read(size):
            yield block

    def _read(self, size: int) -> bytes:
        try:
            data = self._stream.read(size)
            self._ended = len(data) < size
            return data
        except (MemoryError, CorpusError):
            raise
        except Exception as error:
            if isinstance(error, OSError) and error.strerror:
                raise CorpusError(
                    f"{self.name}: cannot be read at byte {self._position:,}: {error.strerror}"
                ) from None
            if self._packed is None:
                raise
            raise self.damaged(self._packed, error) from None

    def damaged(self, packed: str, error: Exception) -> CorpusError:
        """Return the error about packed data; each library has exceptions of its own."""
        if isinstance(error, RuntimeError):  # for passwords, and what no library reads
            return CorpusError(f"{self.name}: cannot be unpacked: {error}")
        return CorpusError(
            f"{self.name}: damaged {packed} data after {self._position:,} unpacked bytes ({error});"
            " fetch or pack the file again"
        )


def _texts(source: Source, size: int, file: BinaryIO | None = None) -> Iterator[Text]:
    """Yield the texts in a source; `file` is the same if it is a whole file."""
    name, start = source.name, source.start()
    packed = packing(start)
    if packed and source.n_layers == MOST_LAYERS:
        raise CorpusError(f"{name}: is packed more than {MOST_LAYERS} times; unpack it first")
    if packed == "zip":
        yield from _zip_texts(source, file, size)
    elif packed == "tar":
        yield from _tar_texts(source, size)
    elif packed:
        try:
            unpacked = Unpacked(source, packed)
        except ModuleNotFoundError as error:
            raise CorpusError(
                f"{name}: is packed with {packed}, which needs a library: pip install {error.name}"
            ) from None
        yield from _texts(Source(name, unpacked, packed, source.n_layers + 1), size)
    else:
        yield Text(name, start, source.blocks(size), file)


def _tar_texts(source: Source, size: int) -> Iterator[Text]:
    try:
        for path, content in tar_files(source):
            if not is_hidden(path):
                yield from _texts(_member(source, path, content, "tar"), size)
    except (EOFError, ValueError, NotImplementedError) as error:
        raise source.damaged("tar", error) from None


def _zip_texts(source: Source, file: BinaryIO | None, size: int) -> Iterator[Text]:
    if file is None:
        raise CorpusError(f"{source.name}: a zip archive in another archive; unpack that one first")
    if not file.seekable():
        raise CorpusError(
            f"{source.name}: a zip archive cannot be read from a pipe; save it as a file"
        )
    try:
        archive = zipfile.ZipFile(file)
    except (OSError, MemoryError):
        raise
    except Exception as error:
        raise source.damaged("zip", error) from None
    if kind := kind_of_zip(archive.namelist()):
        raise kind.refused(source.name)
    for info in archive.infolist():
        is_link = stat.S_ISLNK(info.external_attr >> 16)
        if not (info.is_dir() or is_link or is_hidden(info.filename)):
            member = ZipMember(archive, info)
            yield from _texts(_member(source, info.filename, member, "zip"), size)


class ZipMember:
    """A file in a zip archive, which is opened when it is first read: that can fail too."""

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        self._archive, self._info = archive, info
        self._stream: Readable | None = None

    def read(self, size: int, /) -> bytes:
        self._stream = self._stream or self._archive.open(self._info)
        return self._stream.read(size)


def _member(source: Source, path: str, content: Readable, packed: str) -> Source:
    # A hostile archive could speak to the terminal.
    shown = "".join(c if c.isprintable() else "?" for c in path)
    return Source(f"{source.name}/{shown}", content, packed, source.n_layers + 1)
