"""Files and directories that hold no vectors, or hold them elsewhere: what they are is said."""

import gzip
import json
import pickle
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.vectors.test_damaged_files import survives
from w2v_cli.errors import ModelError
from w2v_cli.vectors.formats.contents import Contents
from w2v_cli.vectors.formats.registry import read, writer

LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1234567\n"
HTML = b"\n<!DOCTYPE html>\n<html><body>404 Not Found</body></html>\n"

KINDS = {
    "empty": (b"", "empty; "),
    "LFS": (LFS, "a Git LFS pointer, not the file itself: git lfs pull"),
    "HTML": (HTML, "an HTML page, such as that of an error or a log-in, not the file itself; down"),
    "HTML tag": (b'<html lang="en">\n', "an HTML page"),
    "XML": (b'<?xml version="1.0"?>\n<Error/>\n', "XML, not vectors; "),
    "HDF5": (b"\x89HDF\r\n\x1a\n" + bytes(99), "an HDF5 file; in the program that wrote it, save"),
    "fastText": (b"\xba\x16\x4f\x2f" + bytes(50), "fastText's .bin model; name the .vec file"),
    "7z": (b"7z\xbc\xaf\x27\x1c" + bytes(50), "an archive that is not unpacked here; unpack it"),
    "PDF": (b"%PDF-1.5\n%\xe2\xe3\n", "a PDF document, not vectors"),
    "JSON": (b'{"the": [0.1, 0.2], "of": [0.3, 0.4]}\n', "JSON; write it as text, a line `word v1"),
    "JSON Lines": (b'{"word": "the", "vector": [0.1, 0.2]}\n' * 2, "JSON; write it as text"),
    "JSON list": (b'[["the", [0.1, 0.2]]]', "JSON; write it as text"),
    "sparse": (b"the 3:0.5 17:0.2\nof 1:0.2 2:1\n", "sparse rows, `word index:value ...`; write"),
    "sparse, header": (b"2 100\nthe 3:0.5 17:0.2\nof 1:0.2 2:1\n", "sparse rows"),
    "numbers": (b"0.1\t0.2\t0.3\n0.4\t0.5\t0.6\n", "rows of numbers without words; beside a meta"),
    "counts": (b"the 3000\nof 2000\n", "rows of a word and one number, such as a vocabulary"),
    "prose": (b"once upon a time\nthere was\n", "text, but no row of vectors: line 1 is neither"),
    "a word": (b"word\n", "text, but no row of vectors: line 1 is neither"),
    "one line": (b"word", "text whose first line does not end: 'word'"),
    "UTF-16": ("2 2\nthe 1 2\nof 3 4\n".encode("utf-16"), "text in UTF-16; `w2v convert"),
    "UTF-16 without a mark": ("2 2\nthe 1 2\n".encode("utf-16-be"), "text in UTF-16-BE; "),
    "UTF-32": ("2 2\nthe 1 2\n".encode("utf-32"), "text in UTF-32; `w2v convert"),
    "noise": (np.random.default_rng(1).bytes(5000), "binary data of no kind that is known here; "),
    "pickle": (pickle.dumps({"the": [1.0]}), "a Python pickle, which could run code"),
    "old pickle": (pickle.dumps({"the": [1.0]}, 0), "a Python pickle"),
    "gensim": (pickle.dumps({"gensim.models.keyedvectors": 1}, 4), "gensim's own file, a Python"),
    "old PyTorch": (b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M", "a PyTorch file, whose"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "message"), KINDS.values(), ids=KINDS)
def test_file_that_is_no_vectors_says_what_it_is_and_what_to_do(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(ModelError) as raised:
        read(path)
    assert str(raised.value).startswith(f"{path}: {message}")


@pytest.mark.parametrize(
    "form", ["text", "binary", "glove", "npy", "npz", "safetensors", "parquet"]
)
@pytest.mark.parametrize("kind", ["LFS", "HTML", "HDF5", "pickle", "gensim"])
def test_form_that_is_named_does_not_hide_what_a_file_is(
    tmp_path: Path, kind: str, form: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(KINDS[kind][0])
    with pytest.raises(ModelError) as raised:
        read(path, form)
    assert str(raised.value).startswith(f"{path}: {KINDS[kind][1]}")


@pytest.mark.parametrize(
    ("member", "message"),
    [
        ("archive/data.pkl", "a PyTorch file, whose pickle could run code and is never opened"),
        ("model.weights.h5", "a Keras model; "),
        ("[Content_Types].xml", "a document or a program packed as zip"),
    ],
)
def test_zip_archives_of_other_programs_are_named(
    tmp_path: Path, member: str, message: str
) -> None:
    path = tmp_path / "file"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, b"x")
    with pytest.raises(ModelError, match=message):
        read(path)


def test_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "vectors.magnitude"
    connection = sqlite3.connect(path)
    connection.execute("create table magnitude (key, dim_0)")
    connection.close()
    with pytest.raises(ModelError, match="an SQLite database, as Magnitude's files are; write"):
        read(path)


def test_words_that_begin_like_another_kind_are_words(tmp_path: Path) -> None:
    words = ["GGUF", "FiFu", "%PDF-1", "{", "[1", "<html>", "7z", "version", "0.5", "the"]
    for first in range(len(words)):
        path = tmp_path / f"file{first}"
        rotated = words[first:] + words[:first]
        path.write_text("".join(f"{word} 1 2\n" for word in rotated))
        assert read(path).words == rotated


# Directories.


def static_model(
    directory: Path, tokenizer: dict[str, Any], name: str = "embedding.weight"
) -> None:
    from safetensors.numpy import save_file

    directory.mkdir(parents=True)
    save_file({name: np.eye(4, 3, dtype=np.float32)}, directory / "model.safetensors")
    (directory / "tokenizer.json").write_text(json.dumps(tokenizer))


WORD_PIECE = {"model": {"type": "WordPiece", "vocab": {"[PAD]": 0, "[UNK]": 1, "cat": 2, "dog": 3}}}


def modules(path: Path, *listed: tuple[str, str]) -> None:
    described = [
        {"idx": n, "name": str(n), "path": where, "type": f"sentence_transformers.models.{kind}"}
        for n, (where, kind) in enumerate(listed)
    ]
    path.mkdir(exist_ok=True)
    (path / "modules.json").write_text(json.dumps(described))


@pytest.mark.parametrize("inner", ["0_StaticEmbedding", "0", "a/b", ".", ""])
def test_modules_say_where_the_vectors_are(tmp_path: Path, inner: str) -> None:
    path = tmp_path / "model"
    static_model(path / inner, WORD_PIECE)
    modules(path, (inner, "StaticEmbedding"), ("1_Normalize", "Normalize"))
    found = read(path)
    assert found.words == ["[PAD]", "[UNK]", "cat", "dog"]
    assert found.table.tolist() == np.eye(4, 3).tolist()


def test_tokens_that_were_added_to_a_tokenizer_have_rows(tmp_path: Path) -> None:
    vocabulary = {"model": {"type": "WordLevel", "vocab": {"cat": 0, "dog": 1}}}
    added = [{"id": 2, "content": "[UNK]"}, {"id": 3, "content": "[MASK]"}]
    static_model(tmp_path / "model", {**vocabulary, "added_tokens": added})
    assert read(tmp_path / "model").words == ["cat", "dog", "[UNK]", "[MASK]"]


@pytest.mark.parametrize(
    ("listed", "message"),
    [
        (
            [("", "Transformer"), ("1_Pooling", "Pooling")],
            r"its modules are Transformer, Pooling; ",
        ),
        ([], "its modules are none; "),
        ([("../elsewhere", "StaticEmbedding")], "names a directory outside of its own: '../else"),
        ([("/etc", "StaticEmbedding")], "names a directory outside of its own: '/etc'"),
        ([("absent", "StaticEmbedding")], "absent: there is no model.safetensors in it; a model"),
    ],
)
def test_modules_without_vectors_of_words_are_named(
    tmp_path: Path, listed: list[tuple[str, str]], message: str
) -> None:
    modules(tmp_path / "model", *listed)
    with pytest.raises(ModelError, match=message):
        read(tmp_path / "model")


@pytest.mark.parametrize("content", ["", "{}", "[1]", '[{"type": 1}]', "{", "null"])
def test_damaged_list_of_modules_is_one_error(tmp_path: Path, content: str) -> None:
    (tmp_path / "modules.json").write_text(content)
    assert not survives(tmp_path)


def test_pointer_inside_a_directory_is_named(tmp_path: Path) -> None:
    static_model(tmp_path / "model" / "0", WORD_PIECE)
    modules(tmp_path / "model", ("0", "StaticEmbedding"))
    (tmp_path / "model" / "0" / "model.safetensors").write_bytes(LFS)
    with pytest.raises(ModelError, match=r"0/model.safetensors: a Git LFS pointer"):
        read(tmp_path / "model")
    (tmp_path / "npy").mkdir()
    writer("npy")(tmp_path / "npy", Contents(["a"], np.ones((1, 2), np.float32)))
    (tmp_path / "npy" / "vectors.npy").write_bytes(LFS)
    with pytest.raises(ModelError, match=r"npy/vectors.npy: a Git LFS pointer"):
        read(tmp_path / "npy")


def test_other_directory_says_what_is_in_it(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"a directory without model.json .*: it is empty"):
        read(tmp_path)
    for name in ("vectors.vec", "readme.md"):
        (tmp_path / name).touch()
    with pytest.raises(
        ModelError, match=r"one of its files holds them, name that: readme\.md, vec"
    ):
        read(tmp_path)


def test_nothing_in_a_file_is_run(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "ran",)

    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        trap = pickle.dumps(Trap(), protocol)
        for content in (trap, gzip.compress(trap)):
            (tmp_path / "trap").write_bytes(content)
            for form in (None, "text", "binary", "npy", "npz", "safetensors"):
                assert not survives(tmp_path / "trap", form)
    assert not (tmp_path / "ran").exists()
