"""Read columns of a Parquet file. Needs the library pyarrow."""

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from w2v_cli.corpus.records.record import Record, missing
from w2v_cli.errors import CorpusError

MAGIC = b"PAR1"
BATCH_ROWS = 1 << 12


def read_parquet(path: str, file: BinaryIO | None, names: Sequence[str]) -> Iterator[Record]:
    """Yield the columns `names` of each row.

    Args:
        path: the file, for messages.
        file: the file, open; None if it is a part of another one or a pipe.
        names: columns.

    Raises:
        CorpusError: the library is not there, the file cannot be read at any place, or it has no
            such column.
    """
    try:
        import pyarrow.parquet
    except ImportError:
        raise CorpusError(
            f"{path}: Parquet files need a library that is not there: pip install pyarrow"
        ) from None
    if file is None or not file.seekable():
        raise CorpusError(
            f"{path}: a Parquet file cannot be read from a pipe or an archive; save it as a file"
        )
    try:
        yield from _rows(path, pyarrow.parquet.ParquetFile(file), names)
    except (CorpusError, MemoryError, GeneratorExit):
        raise
    except Exception as error:  # Arrow raises half a dozen types
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise CorpusError(f"{path}: cannot be read as Parquet: {reason}") from None


def _rows(path: str, parquet: Any, names: Sequence[str]) -> Iterator[Record]:
    columns = parquet.schema_arrow.names
    for name in names:
        if name not in columns:
            raise CorpusError(f"{path}: {missing(1, name, columns).fault}")
    row = 0
    for batch in parquet.iter_batches(BATCH_ROWS, columns=list(names)):
        for values in zip(*(batch[name].to_pylist() for name in names), strict=True):
            row += 1
            yield Record(row, values)
