"""Read corpus files as blocks of bytes, whatever they are packed in.

Nothing here knows about words; a block ends wherever the read size says.
"""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from w2v_cli.errors import CorpusError

READ_SIZE = 1 << 20
GZIP_MAGIC = b"\x1f\x8b"


def read_blocks(path: Path, size: int = READ_SIZE) -> Iterator[bytes]:
    """Yield the file's content, unpacked, in blocks of at most `size` bytes.

    gzip is recognized by its first bytes, not by the file's name.

    Raises:
        CorpusError: the file is missing, not readable or a damaged archive.
    """
    position = 0
    if path.is_dir():
        raise CorpusError(f"{path}: is a directory; name the text files in it")
    if path.exists() and not path.is_file():
        raise CorpusError(f"{path}: is not a regular file; text is read twice, so save it as one")
    try:
        with path.open("rb") as raw:
            packed = raw.read(len(GZIP_MAGIC)) == GZIP_MAGIC
            raw.seek(0)
            stream: BinaryIO = gzip.GzipFile(fileobj=raw) if packed else raw  # type: ignore[assignment]
            while block := stream.read(size):
                yield block
                position += len(block)
    except FileNotFoundError:
        raise CorpusError(f"{path}: no such file; check the path") from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise CorpusError(
            f"{path}: damaged gzip data after {position:,} unpacked bytes ({error});"
            " fetch or pack the file again"
        ) from None
    except OSError as error:
        raise CorpusError(
            f"{path}: cannot be read at byte {position:,}: {error.strerror}"
        ) from None
