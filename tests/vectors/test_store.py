"""The model directory: whole or not at all, and refused when it is not as it was written."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from w2v_cli.errors import InputMissingError, ModelError, OutputError, OutputExistsError
from w2v_cli.vectors.store import check_writable, manifest_text, new_directory, open_model


@pytest.fixture
def model(tiny_model: Path, tmp_path: Path) -> Path:
    """Return a copy of the tiny model that a test may damage, alone in its directory."""
    return Path(shutil.copytree(tiny_model, tmp_path / "model"))


def change_manifest(model: Path, **changes: Any) -> None:
    manifest = json.loads((model / "model.json").read_text(encoding="utf-8")) | changes
    del manifest["sha256"]
    (model / "model.json").write_text(manifest_text(manifest), encoding="utf-8")


def replace_table(model: Path, table: np.ndarray, file_name: str = "vectors.npy") -> None:
    """Put another table in the model, and its size in the manifest."""
    np.save(model / file_name, table, allow_pickle=table.dtype == object)
    files = json.loads((model / "model.json").read_text(encoding="utf-8"))["files"]
    files[file_name]["bytes"] = (model / file_name).stat().st_size
    change_manifest(model, files=files)


def test_directory_appears_when_the_block_ends(tmp_path: Path) -> None:
    target = tmp_path / "new" / "vectors"
    with new_directory(target) as directory:
        (directory / "notes.txt").write_text("new")
        assert not target.exists()
    assert (target / "notes.txt").read_text() == "new"
    assert list(target.parent.iterdir()) == [target]


def test_failing_block_leaves_no_directory_behind(tmp_path: Path) -> None:
    with (  # noqa: PT012
        pytest.raises(KeyboardInterrupt),
        new_directory(tmp_path / "vectors") as directory,
    ):
        (directory / "notes.txt").write_text("new")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_existing_model_is_kept_without_overwrite(model: Path) -> None:
    message = "already holds a model; choose another --output or pass"
    with pytest.raises(OutputExistsError, match=message):
        check_writable(model, overwrite=False)
    check_writable(model, overwrite=True)


def test_target_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        check_writable(tmp_path / "file" / "model", overwrite=False)


def test_manifest_names_size_and_sha256_of_every_other_file(tiny_model: Path) -> None:
    files = open_model(tiny_model).manifest["files"]
    assert files.keys() == {path.name for path in tiny_model.iterdir()} - {"model.json"}
    for name, entry in files.items():
        content = (tiny_model / name).read_bytes()
        assert entry == {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def test_open_model_gives_back_words_counts_and_tables(tiny_model: Path) -> None:
    opened = open_model(tiny_model)
    assert opened.vocabulary.words == ["the", "king", "queen", "café", "apple"]
    assert opened.vocabulary.counts.tolist() == [10, 6, 5, 4, 3]
    assert opened.table("center").tolist() == [[1, 0], [3, 4], [4, 3], [-1, 0], [0, 1]]
    assert opened.table("context")[1].tolist() == [0, 0.25]
    assert opened.table("biases").tolist() == [0] * 5


def test_tables_are_memory_mapped(tiny_model: Path) -> None:
    assert isinstance(open_model(tiny_model).table("center"), np.memmap)


def test_missing_model_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "absent", tmp_path / "file"):
        with pytest.raises(InputMissingError, match=r"no model at .*w2v train CORPUS.*-m"):
            open_model(path)


def test_model_of_another_version_is_refused(model: Path) -> None:
    change_manifest(model, format_version=2)
    with pytest.raises(ModelError, match="format version 2, this program reads 3"):
        open_model(model)


def test_version_is_named_even_if_its_fields_are_others(model: Path) -> None:
    (model / "model.json").write_text('{"format_version": 4, "tables": {}}')
    with pytest.raises(ModelError, match="format version 4, this program reads 3"):
        open_model(model)


@pytest.mark.parametrize(
    "name", ["config.yaml", "context_vectors.npy", "metrics.jsonl", "rare.tsv", "vocab.tsv"]
)
def test_file_that_is_cut_short_longer_or_gone_is_named(model: Path, name: str) -> None:
    content = (model / name).read_bytes()
    for damaged in (content[:-1], content + b"\n", None):
        if damaged is None:
            (model / name).unlink()
        else:
            (model / name).write_bytes(damaged)
        with pytest.raises(ModelError, match=rf"{name}: missing or not {len(content):,} bytes"):
            open_model(model)


@pytest.mark.parametrize("text", [b"", b"{", b"\xff\xfe", b"model"])
def test_description_that_is_not_json_is_refused(model: Path, text: bytes) -> None:
    (model / "model.json").write_bytes(text)
    with pytest.raises(ModelError, match=r"model\.json: cannot be read"):
        open_model(model)


@pytest.mark.parametrize("text", ["null", "[]", "1", "{}", '{"format_version": 3, "files": []}'])
def test_json_that_describes_no_model_is_refused(model: Path, text: str) -> None:
    (model / "model.json").write_text(text)
    with pytest.raises(ModelError, match="is not the description of a model"):
        open_model(model)


@pytest.mark.parametrize("size", [{"n_words": 0}, {"dimension": 0}, {"n_words": -5}])
def test_model_without_words_or_numbers_is_refused(model: Path, size: dict[str, int]) -> None:
    change_manifest(model, **size)
    with pytest.raises(ModelError, match="is not usable"):
        open_model(model)


@pytest.mark.parametrize(
    "table",
    [
        np.zeros((4, 2), dtype=np.float32),
        np.zeros((5, 3), dtype=np.float32),
        np.zeros(10, dtype=np.float32),
        np.zeros((5, 2), dtype=np.float64),
        np.zeros((5, 2), dtype=np.int32),
        np.zeros((5, 2), dtype=">f4"),
    ],
    ids=lambda table: f"{table.dtype}{table.shape}",
)
def test_table_of_another_shape_or_type_is_refused(model: Path, table: np.ndarray) -> None:
    replace_table(model, table)
    with pytest.raises(ModelError, match=r"expected float32 \(5, 2\), found"):
        open_model(model).table("center")


def test_table_of_python_objects_is_never_unpickled(model: Path) -> None:
    replace_table(model, np.full((5, 2), None, dtype=object))
    with pytest.raises(ModelError, match="cannot be read as a NumPy file"):
        open_model(model).table("center")


def test_vocabulary_of_another_length_is_refused(model: Path) -> None:
    change_manifest(model, n_words=6)
    with pytest.raises(ModelError, match=r"vocab\.tsv and model\.json differ"):
        _ = open_model(model).vocabulary


def test_rare_count_finds_whole_words_only(make_model: Callable[..., Path]) -> None:
    rare = [("unkind", 4), ("kind", 31), ("kin", 2), ("ki", 100), ("né", 3), ("mankind", 1)]
    opened = open_model(make_model(["a", "b"], [200, 150], [[1], [2]], rare=rare, min_count=120))
    assert {word: opened.rare_count(word) for word, _ in rare} == dict(rare)
    for absent in ("k", "ind", "man", "unk", "kinds", "n", "é", "31", "", "a"):
        assert opened.rare_count(absent) == 0, absent


def test_rare_count_is_zero_where_no_word_was_left_out(make_model: Callable[..., Path]) -> None:
    assert open_model(make_model(["a", "b"], [2, 1], [[1], [2]])).rare_count("c") == 0
