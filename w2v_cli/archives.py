"""Unpack what text is packed in: streams of packed bytes in, streams of plain bytes out.

A format is recognized by its first bytes, never by a file's name. Whatever is packed, no more than
a few blocks of it are in memory at a time.
"""

import bz2
import lzma
import re
import zlib
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from w2v_cli.tar import Readable, is_tar

PACKED_SIZE = 1 << 18
"""Packed bytes that are read at a time."""

UNPACKED_SIZE = 1 << 18
"""Bytes that are unpacked at a time."""

MOST_MEMORY = 1 << 28
"""Bytes that unpacking may take; `xz -9` needs a quarter of it, `zstd --long=27` half."""

MAGIC = {
    "gzip": re.compile(rb"\x1f\x8b"),
    # The digit is the block size; then begins a block, or an empty archive ends.
    "bzip2": re.compile(rb"BZh[1-9](1AY&SY|\x17rE8P\x90)"),
    "xz": re.compile(rb"\xfd7zXZ\0"),
    # A frame, or one to skip before it.
    "zstd": re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"),
    # A member, or the directory of an archive without any.
    "zip": re.compile(rb"PK(\x03\x04|\x05\x06)"),
}


class Member(Protocol):
    """One packed stream; a file can hold several, one after another."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


def packing(start: bytes) -> str | None:
    r"""Return what the content that begins with `start` is packed in, None if it is plain.

    >>> packing(b"plain text"), packing(b"PK\x03\x04...")
    (None, 'zip')
    """
    found = next((name for name, magic in MAGIC.items() if magic.match(start)), None)
    return found or ("tar" if is_tar(start) else None)


class Unpacked:
    """What all members of a gzip, bzip2, xz or zstd stream hold, one after another."""

    def __init__(self, stream: Readable, name: str) -> None:
        """Begin to unpack.

        Raises:
            ModuleNotFoundError: the library for zstd is not installed.
        """
        self._pieces = _pieces(stream, MEMBERS[name]())
        self._held = bytearray()

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, fewer than `size` only at the end.

        Raises:
            EOFError, ValueError: the stream is cut short, or damaged.
        """
        while len(self._held) < size and (piece := next(self._pieces, None)) is not None:
            self._held += piece
        data = bytes(self._held[:size])
        del self._held[:size]
        return data


def _pieces(stream: Readable, begin: Callable[[], Member]) -> Iterator[bytes]:
    packed = stream.read(PACKED_SIZE)
    while packed:
        member = begin()
        while not member.eof:
            if not packed and member.needs_input:
                packed = stream.read(PACKED_SIZE)
                if not packed:
                    raise EOFError("it ends in the middle")
            yield _decompressed(member, packed)
            packed = b""
        # gzip and xz may be padded with zeros, which begin no member.
        packed = member.unused_data.lstrip(b"\0")
        while not packed and (more := stream.read(PACKED_SIZE)):
            packed = more.lstrip(b"\0")


def _decompressed(member: Member, packed: bytes) -> bytes:
    try:
        return member.decompress(packed, UNPACKED_SIZE)
    except MemoryError:
        raise
    # Each library has an error of its own, which says what is wrong with the data.
    except Exception as error:
        raise ValueError(str(error)) from None


class GzipMember:
    """gzip as a `Member`; zlib checks length and checksum."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


class ZstdMember:
    """A zstd frame as a `Member`."""

    PIECE = 1 << 10
    """Bytes unpacked at a time: 4 of them can stand for 128 KiB, so this many for 32 MiB."""

    def __init__(self, library: Any) -> None:
        self._inner = library.ZstdDecompressor(max_window_size=MOST_MEMORY // 2).decompressobj()
        self._waiting = b""

    @property
    def eof(self) -> bool:
        return bool(self._inner.eof)

    @property
    def needs_input(self) -> bool:
        return not self._waiting

    @property
    def unused_data(self) -> bytes:
        return bytes(self._inner.unused_data) + self._waiting

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Return what a piece of the data holds, which can be more than `max_length`."""
        data = self._waiting + data
        self._waiting = data[self.PIECE :]
        return bytes(self._inner.decompress(data[: self.PIECE]))


def _zstd() -> Callable[[], Member]:
    import zstandard

    return lambda: ZstdMember(zstandard)


MEMBERS: dict[str, Callable[[], Callable[[], Member]]] = {
    "gzip": lambda: GzipMember,
    "bzip2": lambda: bz2.BZ2Decompressor,
    "xz": lambda: lambda: lzma.LZMADecompressor(memlimit=MOST_MEMORY),
    "zstd": _zstd,
}
"""Format -> what gives the function that begins a member."""
