"""A Parquet file with `word: string`, `vector: fixed_size_list<float>[D]` and `count`, where known.

Pages carry checksums, which are compared on reading. Needs the library pyarrow.
"""

from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from w2v_cli.errors import ModelError
from w2v_cli.vectors.formats.contents import Contents, checked, read_errors, require, row_place
from w2v_cli.vectors.formats.npy import in_float32

BLOCK_ROWS = 1 << 16


def _arrow() -> Any:
    try:
        import pyarrow.parquet
    except ImportError:
        raise ModelError(
            "Parquet files need a library that is not there: pip install pyarrow"
        ) from None
    return pyarrow


def write(file: BinaryIO, contents: Contents) -> None:
    """Write `contents`; it can carry every word."""
    arrow = _arrow()
    require(contents.words, lambda word: True, "Parquet")
    n_words, dimension = contents.table.shape
    number = arrow.float16() if contents.table.dtype == np.float16 else arrow.float32()
    fields = [("word", arrow.string()), ("vector", arrow.list_(number, dimension))]
    if contents.counts is not None:
        fields.insert(1, ("count", arrow.int64()))
    schema = arrow.schema([arrow.field(*field, nullable=False) for field in fields])
    with arrow.parquet.ParquetWriter(file, schema, write_page_checksum=True) as writer:
        for start in range(0, n_words, BLOCK_ROWS):
            block = slice(start, start + BLOCK_ROWS)
            numbers = arrow.array(np.ascontiguousarray(contents.table[block]).ravel(), number)
            columns = [
                arrow.array(contents.words[block], arrow.string()),
                arrow.FixedSizeListArray.from_arrays(numbers, dimension),
            ]
            if contents.counts is not None:
                columns.insert(1, arrow.array(contents.counts[block]))
            writer.write_table(arrow.table(columns, schema=schema))


def read(path: Path) -> Contents:
    """Read a file."""
    arrow = _arrow()
    with (
        read_errors(path, "Parquet"),
        arrow.parquet.ParquetFile(path, page_checksum_verification=True) as file,
    ):
        schema = file.schema_arrow
        if not {"word", "vector"} <= set(schema.names):
            raise ModelError(f"{path}: expected columns word and vector, found {schema.names}")
        columns = ["word", "vector", *(["count"] if "count" in schema.names else [])]
        table = file.read(columns)
        table.validate(full=True)
        if any(table[name].null_count for name in columns):
            raise ModelError(f"{path}: a value is missing")
        words = table["word"].cast(arrow.string()).to_pylist()
        counts = None
        if len(columns) == 3:
            counts = table["count"].cast(arrow.int64()).to_numpy()
        return checked(path, Contents(words, _vectors(table["vector"]), counts), row_place)


def _vectors(column: Any) -> np.ndarray:
    """Return a column of lists as [n_words, D] float32."""
    lists = column.combine_chunks()
    numbers = lists.flatten()
    if numbers.null_count:
        raise ValueError("a number is missing")
    if len(lists) == 0 or len(numbers) % len(lists):
        raise ValueError("the vectors are not all of one length")
    lengths = np.diff(lists.offsets.to_numpy()) if hasattr(lists, "offsets") else np.array([0])
    if (lengths != lengths[0]).any():
        raise ValueError("the vectors are not all of one length")
    return in_float32(numbers.to_numpy(zero_copy_only=False)).reshape(len(lists), -1)
