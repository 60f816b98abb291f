"""Files that are named by an address, such as s3://bucket/text.txt. Needs the library fsspec.

fsspec opens every kind of address through a library of its own: s3fs for s3://, gcsfs for gs://,
huggingface_hub for hf://.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from glob import has_magic
from typing import Any, BinaryIO

from w2v_cli.errors import CorpusError

ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")

EXTRA = "w2v[fsspec]"


def is_address(name: object) -> bool:
    """Return whether a name is an address.

    >>> is_address("s3://bucket/a.txt"), is_address("texts/a.txt")
    (True, False)
    """
    return isinstance(name, str) and bool(ADDRESS.match(name))


def find_addresses(name: str) -> list[str]:
    """Return the addresses of the files that an address stands for, sorted.

    It can be that of a file, of a directory, or a pattern.

    Raises:
        CorpusError: there is no such file, the place cannot be reached, or a library is missing.
    """
    with _named_errors(name):
        files, path = _system_of(name)
        if has_magic(path):
            found = [each for each in files.glob(path) if files.isfile(each)]
        elif files.isdir(path):
            found = files.find(path)
        else:
            found = [path] if files.exists(path) else []
        if not found:
            raise CorpusError(f"{name}: no such file; check the address")
        return sorted(str(files.unstrip_protocol(each)) for each in found)


def open_address(name: str) -> BinaryIO:
    """Open a file for reading.

    Raises:
        CorpusError: as `find_addresses` does.
    """
    with _named_errors(name):
        files, path = _system_of(name)
        return io.BufferedReader(_NamedErrors(name, files.open(path, "rb")))


class _NamedErrors(io.RawIOBase):
    """A file whose errors name its address."""

    def __init__(self, name: str, file: Any) -> None:
        self._name, self._file = name, file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return bool(self._file.seekable())

    def readinto(self, buffer: Any) -> int:
        with _named_errors(self._name):
            data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        with _named_errors(self._name):
            return int(self._file.seek(offset, whence))

    def tell(self) -> int:
        return int(self._file.tell())

    def close(self) -> None:
        self._file.close()
        super().close()


def _system_of(name: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise CorpusError(
            f"{name}: is an address, which needs a library: pip install '{EXTRA}'"
        ) from None
    files, path = url_to_fs(name)
    return files, str(path)


@contextmanager
def _named_errors(name: str) -> Iterator[None]:
    """Turn whatever a library raises into one CorpusError; each service has errors of its own."""
    try:
        yield
    except (CorpusError, MemoryError):
        raise
    except FileNotFoundError:
        raise CorpusError(f"{name}: no such file; check the address") from None
    except ImportError as error:
        raise CorpusError(f"{name}: needs a library: pip install '{EXTRA}' ({error})") from None
    except Exception as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise CorpusError(f"{name}: cannot be reached: {reason}") from None
