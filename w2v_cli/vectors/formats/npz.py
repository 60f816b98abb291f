"""A NumPy archive with `words` [n_words] text, `vectors` [n_words, D] and, where known, `counts`.

`scale` is one float32: what the numbers of int8 vectors are to be multiplied by.

    with np.load("vectors.npz") as file:
        words, vectors = file["words"], file["vectors"]

The archive is read here without `np.load`, which believes an array's size before it has seen it.
"""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np

from w2v_cli.errors import ModelError
from w2v_cli.vectors.formats.contents import Contents, checked, read_errors, require, row_place
from w2v_cli.vectors.formats.numbers import NUMBERS, in_float32
from w2v_cli.vectors.formats.word_rules import WordRules

GREATEST_RATIO = 1040
"""Deflated data cannot be packed better than 1 to 1,032."""


def write(file: BinaryIO, contents: Contents) -> None:
    """Write `contents`; NumPy's text drops NULs at the end of a word."""
    require(contents.words, lambda word: not word.endswith("\0"), "npz")
    arrays = {"words": np.array(contents.words), "vectors": contents.table}
    if contents.counts is not None:
        arrays["counts"] = contents.counts
    if contents.scale is not None:
        arrays["scale"] = np.array(contents.scale, dtype=np.float32)
    np.savez(file, allow_pickle=False, **arrays)


def read(path: Path, rules: WordRules) -> Contents:
    """Read an archive."""
    with read_errors(path, "a NumPy archive"), zipfile.ZipFile(path) as archive:
        words, table = _array(archive, "words", path), _array(archive, "vectors", path)
        counts = None
        if "counts.npy" in archive.namelist():
            counts = _array(archive, "counts", path)
            if counts.dtype != np.int64:
                raise ModelError(f"{path}: counts must be int64, found {counts.dtype}")
        if words.dtype.kind != "U" or words.ndim != 1 or table.dtype.name not in NUMBERS:
            raise ModelError(f"{path}: expected text in words and {', '.join(NUMBERS)} in vectors")
        has_scale = "scale.npy" in archive.namelist()
        scale = _array(archive, "scale", path) if has_scale else None
        contents = Contents(words.tolist(), in_float32(table, scale), counts)
        _require_utf8(contents.words, path)
    return checked(path, contents, row_place(path), rules)


def _require_utf8(words: Sequence[str], path: Path) -> None:
    try:
        "".join(words).encode()
    except UnicodeEncodeError:
        raise ModelError(f"{path}: words holds characters that UTF-8 does not have") from None


def _array(archive: zipfile.ZipFile, name: str, path: Path) -> np.ndarray:
    """Read an array of an archive after comparing its size with what is stored."""
    if f"{name}.npy" not in archive.namelist():
        raise ModelError(f"{path}: holds no array {name}; expected words and vectors")
    entry = archive.getinfo(f"{name}.npy")
    largest = min(entry.file_size, entry.compress_size * GREATEST_RATIO)
    if entry.compress_size > path.stat().st_size:
        raise ModelError(f"{path}: {name} is larger than the file; it is damaged")
    with archive.open(entry) as stream:
        version = np.lib.format.read_magic(stream)
        if version != (1, 0):
            raise ModelError(f"{path}: {name} is in version {version} of NumPy's form, not (1, 0)")
        shape, by_columns, dtype = np.lib.format.read_array_header_1_0(stream)
        n_items = 1
        for length in shape:
            n_items *= length
        if dtype.hasobject or by_columns or n_items < 0 or n_items * dtype.itemsize > largest:
            raise ModelError(f"{path}: {name} is not what it says it is: {dtype} {shape}")
        data = stream.read(n_items * dtype.itemsize)
        if stream.read(1):  # also makes zipfile compare the checksum
            raise ModelError(f"{path}: {name} is longer than it says")
    return np.frombuffer(data, dtype).reshape(shape)
