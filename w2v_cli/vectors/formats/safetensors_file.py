"""A safetensors file with the tensor `embeddings` [n_words, D] and its words as metadata.

    with safe_open("vectors.safetensors", framework="np") as file:
        vectors, words = file.get_tensor("embeddings"), json.loads(file.metadata()["words"])

`counts` [n_words] int64 is there where counts are known. `scale` [1] float32 is there for int8
vectors: what their numbers are to be multiplied by. Needs the library safetensors.
"""

import json
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from w2v_cli.errors import ModelError
from w2v_cli.vectors.formats.contents import Contents, checked, read_errors, require, row_place
from w2v_cli.vectors.formats.numbers import NUMBERS, in_float32
from w2v_cli.vectors.formats.word_rules import WordRules

NAMES = ("embeddings", "embedding.weight")
"""What model2vec and sentence-transformers call the table."""

MISSING = "safetensors files need a library that is not there: pip install safetensors"


def write(file: BinaryIO, contents: Contents) -> None:
    """Write `contents`; it can carry every word."""
    require(contents.words, lambda word: True, "safetensors")
    words = {"words": json.dumps(contents.words, ensure_ascii=False)}
    file.write(_packed(contents, words))


def write_table(path: Path, contents: Contents) -> None:
    """Write a file without words."""
    path.write_bytes(_packed(Contents([], contents.table), None))


def _packed(contents: Contents, metadata: dict[str, str] | None) -> bytes:
    try:
        from safetensors.numpy import save
    except ImportError:
        raise ModelError(MISSING) from None
    tensors = {NAMES[0]: np.ascontiguousarray(contents.table)}
    if contents.counts is not None:
        tensors["counts"] = contents.counts
    if contents.scale is not None:
        tensors["scale"] = np.array([contents.scale], dtype=np.float32)
    return bytes(save(tensors, metadata))


def read(path: Path, rules: WordRules) -> Contents:
    """Read a file that holds words."""
    table, counts, metadata = read_tensors(path)
    with read_errors(path, "safetensors"):
        if "words" not in metadata:
            raise ModelError(
                f"{path}: holds no words; if it has a tokenizer.json, name the directory"
            )
        words = json.loads(metadata["words"])
        if type(words) is not list or not all(type(word) is str for word in words):
            raise ModelError(f"{path}: its words are not a list of texts")
        "".join(words).encode()  # JSON can spell surrogates, which are not text
    return checked(path, Contents(words, table, counts), row_place(path), rules)


def read_tensors(path: Path) -> tuple[np.ndarray, np.ndarray | None, dict[str, Any]]:
    """Return the table as float32, the counts if there are any, and the metadata."""
    try:
        from safetensors import safe_open
    except ImportError:
        raise ModelError(MISSING) from None
    with read_errors(path, "safetensors"), safe_open(path, framework="np") as file:
        names = set(file.keys())
        name = next((name for name in NAMES if name in names), None)
        if name is None:
            raise ModelError(f"{path}: holds no tensor named {' or '.join(NAMES)}")
        table = file.get_tensor(name)
        counts = file.get_tensor("counts") if "counts" in names else None
        scale = file.get_tensor("scale") if "scale" in names else None
        if table.dtype.name not in NUMBERS or (counts is not None and counts.dtype != np.int64):
            raise ModelError(f"{path}: expected {', '.join(NUMBERS)}, and counts of int64")
        return in_float32(table, scale), counts, file.metadata() or {}
