"""A Parquet file with `word: string`, `vector: fixed_size_list<float>[D]` and `count`, where known.

The metadata of the schema has `scale` for int8 vectors: what their numbers are to be multiplied by.
Pages carry checksums, which are compared on reading. Needs the library pyarrow.
"""

from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from w2v_cli.errors import ModelError
from w2v_cli.vectors.formats.contents import Contents, checked, read_errors, require, row_place
from w2v_cli.vectors.formats.numbers import in_float32
from w2v_cli.vectors.formats.text_rows import with_room
from w2v_cli.vectors.formats.word_rules import WordRules

BLOCK_ROWS = 1 << 14
SCALE = "scale"


def _arrow() -> Any:
    try:
        import pyarrow.compute
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
    number = arrow.from_numpy_dtype(contents.table.dtype)
    fields = [("word", arrow.string()), ("vector", arrow.list_(number, dimension))]
    if contents.counts is not None:
        fields.insert(1, ("count", arrow.int64()))
    metadata = None if contents.scale is None else {SCALE: repr(contents.scale)}
    schema = arrow.schema([arrow.field(*field, nullable=False) for field in fields], metadata)
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


def read(path: Path, rules: WordRules) -> Contents:
    """Read a file, some rows at a time."""
    arrow = _arrow()
    words: list[str] = []
    counts: list[int] = []
    table = np.empty((0, 0), dtype=np.float32)
    with (
        read_errors(path, "Parquet"),
        arrow.parquet.ParquetFile(path, page_checksum_verification=True) as file,
    ):
        names = file.schema_arrow.names
        if not {"word", "vector"} <= set(names):
            raise ModelError(f"{path}: expected columns word and vector, found {names}")
        columns = [name for name in ("word", "vector", "count") if name in names]
        found = (file.schema_arrow.metadata or {}).get(SCALE.encode())
        scale = None if found is None else float(found)
        for batch in file.iter_batches(BLOCK_ROWS, columns=columns):
            batch.validate(full=True)
            if any(batch[name].null_count for name in columns):
                raise ModelError(f"{path}: a value is missing")
            first = len(words)
            words += batch["word"].cast(arrow.string()).to_pylist()
            if "count" in columns:
                counts += batch["count"].cast(arrow.int64()).to_pylist()
            rows = _vectors(batch["vector"], arrow, scale)
            if first == 0:
                table = np.empty((0, rows.shape[1]), dtype=np.float32)
            if rows.shape[1] != table.shape[1]:
                raise ModelError(f"{path}: the vectors are not all of one length")
            table = with_room(table, len(words))
            table[first : len(words)] = rows
    table.resize((len(words), table.shape[1]), refcheck=False)
    known = np.array(counts, dtype=np.int64) if "count" in columns else None
    return checked(path, Contents(words, table, known), row_place(path), rules)


def _vectors(column: Any, arrow: Any, scale: float | None) -> np.ndarray:
    """Return a column of lists as [n_rows, D] float32."""
    lengths = arrow.compute.list_value_length(column).unique().to_pylist()
    if len(lengths) != 1 or lengths[0] < 1:
        raise ValueError(f"the vectors are not all of one length: {lengths[:5]}")
    numbers = column.flatten()
    if numbers.null_count:
        raise ValueError("a number is missing")
    return in_float32(numbers.to_numpy(zero_copy_only=False), scale).reshape(-1, lengths[0])
