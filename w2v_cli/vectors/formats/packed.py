"""Open what a vector file is packed in: gzip, bzip2, xz, zstd, and archives that hold one file.

An archive of several files is an error that names them: which one is meant cannot be known.
"""

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from w2v_cli.archives import Unpacked, packing
from w2v_cli.errors import ModelError
from w2v_cli.tar import Readable, tar_files
from w2v_cli.vectors.formats.other_kinds import kind_of_members

BLOCK = 1 << 18

START = 512
"""Bytes that show what something is packed in: the header of a tar archive's first file."""

MOST_LAYERS = 3
"""How many packings may be around one another: a tar archive in gzip in a zip archive."""

SHOWN_NAMES = 5

Open = Callable[[], io.BufferedReader]


class Blocks(io.RawIOBase):
    """Blocks of bytes as a file to read; `io.BufferedReader` adds lines and looking ahead."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._held = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        while not self._held:
            if (block := next(self._blocks, None)) is None:
                return 0
            self._held = memoryview(block)
        length = min(len(buffer), len(self._held))
        buffer[:length] = self._held[:length]
        self._held = self._held[length:]
        return length


def opener_of_content(raw: io.BufferedReader, path: Path) -> Open:
    """Return what opens the content of a file, which is `raw` itself if it is not packed.

    Each call begins anew, so that the stream of the call before is not to be used any more.

    Raises:
        ModelError: an archive does not hold exactly one file, or what was opened is damaged; the
            stream raises it, too.
    """

    def from_start() -> io.BufferedReader:
        raw.seek(0)
        return raw

    opener: Open = from_start
    for _ in range(MOST_LAYERS):
        packed = packing(opener().peek(START)[:START])
        if packed is None:
            break
        opener = _inner(opener, packed, path)
    return opener


def _inner(outer: Open, packed: str, path: Path) -> Open:
    """Return what opens the content of something packed."""
    if packed == "tar":
        names = [name.decode() for name in _checked(_tar_names(outer()), packed, path)]
        _require_one(names, packed, path)
    return lambda: io.BufferedReader(
        Blocks(_checked(_content(outer(), packed, path), packed, path)), BLOCK
    )


def _content(file: io.BufferedReader, packed: str, path: Path) -> Iterator[bytes]:
    if packed == "zip":
        return _zip_blocks(file, path)
    return _tar_blocks(file) if packed == "tar" else _unpacked_blocks(file, packed)


def _checked(blocks: Iterator[bytes], packed: str, path: Path) -> Iterator[bytes]:
    """Yield the blocks; whatever a library raises on damaged data becomes one ModelError."""
    try:
        yield from blocks
    except (ModelError, MemoryError):
        raise
    except ModuleNotFoundError as error:
        raise ModelError(
            f"{path}: is packed with {packed}, which needs a library: pip install {error.name}"
        ) from None
    except Exception as error:  # each library has exceptions of its own
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        if isinstance(error, RuntimeError):  # zipfile's, for passwords and unknown methods
            raise ModelError(f"{path}: cannot be unpacked: {reason}") from None
        raise ModelError(f"{path}: damaged {packed} data: {reason}") from None


def _blocks(stream: Readable) -> Iterator[bytes]:
    while block := stream.read(BLOCK):
        yield block


def _unpacked_blocks(file: io.BufferedReader, packed: str) -> Iterator[bytes]:
    yield from _blocks(Unpacked(file, packed))


def _zip_blocks(file: io.BufferedReader, path: Path) -> Iterator[bytes]:
    with zipfile.ZipFile(file) as archive:
        names = [member.filename for member in archive.infolist() if not member.is_dir()]
        if kind := kind_of_members(names):
            raise ModelError(f"{path}: {kind}")
        with archive.open(_require_one(names, "zip", path)) as stream:
            yield from _blocks(stream)


def _tar_names(file: io.BufferedReader) -> Iterator[bytes]:
    for name, _ in tar_files(file):
        yield name.encode(errors="replace")


def _tar_blocks(file: io.BufferedReader) -> Iterator[bytes]:
    for name, content in tar_files(file):
        if _is_shown(name):
            yield from _blocks(content)


def _require_one(names: list[str], packed: str, path: Path) -> str:
    """Return the one name that is not hidden."""
    shown = [name for name in names if _is_shown(name)]
    if len(shown) == 1:
        return shown[0]
    if not shown:
        raise ModelError(f"{path}: a {packed} archive without a file")
    # A hostile archive could speak to the terminal.
    some = ", ".join("".join(c if c.isprintable() else "?" for c in n) for n in shown[:SHOWN_NAMES])
    more = ", …" if len(shown) > SHOWN_NAMES else ""
    raise ModelError(
        f"{path}: a {packed} archive of {len(shown):,} files: {some[:500]}{more}; unpack it and"
        " name the one that holds the vectors"
    )


def _is_shown(name: str) -> bool:
    """Return whether a file is not one of those that macOS and others hide."""
    return not any(part.startswith((".", "__MACOSX")) and part != "." for part in name.split("/"))
