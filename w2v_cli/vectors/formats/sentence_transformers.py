"""A directory that sentence-transformers opens as a `StaticEmbedding`, and model2vec as its model.

    model.safetensors  the tensor `embeddings`
    tokenizer.json     words between white space -> rows; a row of zeros for all others
    config.json        for model2vec
    modules.json       for sentence-transformers; says in which directory the first two are

A text's vector is the mean of its words' vectors; words without one count as zeros for
sentence-transformers, and not at all for model2vec. Needs the library safetensors.
"""

import json
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from w2v_cli.errors import ModelError
from w2v_cli.vectors.formats import safetensors_file
from w2v_cli.vectors.formats.contents import (
    Contents,
    checked,
    read_errors,
    require_unspaced,
    row_place,
)
from w2v_cli.vectors.formats.word_rules import WordRules

TABLE, TOKENIZER, MODULES_FILE = "model.safetensors", "tokenizer.json", "modules.json"
UNKNOWN = "[UNK]"
STATIC = "StaticEmbedding"
"""The only module of sentence-transformers that has a vector for each word."""

MODULES = [
    {"idx": 0, "name": "0", "path": ".", "type": "sentence_transformers.models.StaticEmbedding"}
]


def write(directory: Path, contents: Contents) -> None:
    """Write the four files; words must not hold spaces."""
    words, table = contents.words, contents.table
    require_unspaced(words, "tokenizer.json")
    ids = {word: id for id, word in enumerate(words)}
    if UNKNOWN not in ids:
        ids[UNKNOWN] = len(words)
        table = np.concatenate([table, np.zeros_like(table[:1])])
    safetensors_file.write_table(directory / TABLE, Contents([], table))
    config = {
        "model_type": "model2vec",
        "architectures": ["StaticModel"],
        "hidden_dim": table.shape[1],
        "normalize": False,
    }
    files = {TOKENIZER: _tokenizer(ids), "config.json": config, MODULES_FILE: MODULES}
    for name, value in files.items():
        text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
        (directory / name).write_text(text, encoding="utf-8", newline="\n")


def _tokenizer(ids: dict[str, int]) -> dict[str, Any]:
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": None,
        "pre_tokenizer": {"type": "WhitespaceSplit"},
        "post_processor": None,
        "decoder": None,
        "model": {"type": "WordLevel", "vocab": ids, "unk_token": UNKNOWN},
    }


def read(path: Path, rules: WordRules) -> Contents:
    """Read a directory; a last row of zeros for unknown words is left out."""
    directory = directory_of_table(path)
    if not (directory / TABLE).is_file():
        raise ModelError(
            f"{directory}: there is no {TABLE} in it; a model that was saved as a pickle is never"
            " opened, save it again as safetensors"
        )
    words = _words(directory / TOKENIZER)
    table, counts, _ = safetensors_file.read_tensors(directory / TABLE)
    if table.ndim == 2 and len(table) > 1 and words[-1:] == [UNKNOWN] and not table[-1].any():
        words, table = words[:-1], table[:-1]
    return checked(path, Contents(words, table, counts), row_place(path), rules)


def directory_of_table(path: Path) -> Path:
    """Return where a model has its table and its tokenizer, which its `modules.json` says.

    Raises:
        ModelError: its modules have no table of vectors, or are not below `path`.
    """
    described = path / MODULES_FILE
    if not described.is_file():
        return path
    with read_errors(described, "a list of modules"):
        modules = {
            str(module["type"]).rpartition(".")[2]: str(module["path"])
            for module in json.loads(described.read_bytes())
        }
        if STATIC not in modules:
            raise ModelError(
                f"{described}: its modules are {', '.join(modules)[:200] or 'none'}; vectors of"
                f" words are in a {STATIC} only, others compute the vector of each text"
            )
        inner = PurePosixPath(modules[STATIC])
        if inner.is_absolute() or ".." in inner.parts:
            raise ModelError(f"{described}: names a directory outside of its own: {str(inner)!r}")
        return path / inner


def _words(path: Path) -> list[str]:
    """Return the words of a tokenizer in the order of their ids."""
    with read_errors(path, "a tokenizer"):
        tokenizer = json.loads(path.read_bytes())
        model = tokenizer["model"]
        ids = model["vocab"]
        if model["type"] not in ("WordLevel", "WordPiece") or type(ids) is not dict:
            raise ModelError(f"{path}: expected a tokenizer of whole words, found {model['type']}")
        ids = {token["content"]: token["id"] for token in tokenizer.get("added_tokens", [])} | ids
        words: list[str] = sorted(ids, key=ids.__getitem__)
        if [ids[word] for word in words] != list(range(len(words))):
            raise ModelError(f"{path}: its ids are not 0 to {len(words) - 1}, each once")
        "".join(words).encode()  # JSON can spell surrogates, which are not text
    return words
