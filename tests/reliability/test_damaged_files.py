"""Damage to a model directory, a configuration or a state is found, or one clean error.

`tests/vectors/test_damaged_files.py` does this for the forms of vectors.
"""

import contextlib
import io
import json
import shutil
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vectors.test_damaged_files import LIES, MOST_BYTES, damaged
from w2v_cli.commands.info import info
from w2v_cli.config.config import Config
from w2v_cli.config.sources import read_yaml, to_yaml
from w2v_cli.errors import UnknownWordError, W2VError
from w2v_cli.storage import read_sealed, write_sealed
from w2v_cli.vectors.loading import load_vectors
from w2v_cli.vectors.store import TABLES, manifest_text
from w2v_cli.vectors.verification import faults_of

FLIPS = (1, 0x20, 0x80, 0xFF)
ALL_FLIPS = (1, 2, 4, 8, 16, 32, 64, 128, 255)


@pytest.fixture
def model(tiny_model: Path, tmp_path: Path) -> Path:
    """Return a copy of the tiny model."""
    return Path(shutil.copytree(tiny_model, tmp_path / "model"))


def use(model: Path) -> None:
    """Ask a model all that a command asks it; anything but a W2VError is raised."""
    try:
        vectors = load_vectors(model)
        vectors.neighbors(vectors.vocabulary.words[0])
        assert vectors.model is not None
        assert all(vectors.model.table(name).flags.c_contiguous for name in TABLES)
        with contextlib.redirect_stdout(io.StringIO()):
            info.__wrapped__(model)  # type: ignore[attr-defined]
        with contextlib.suppress(UnknownWordError):
            vectors.neighbors("quince")
    except W2VError as error:
        assert "\n" not in str(error)


def damage(model: Path, flips: tuple[int, ...], every: int = 1) -> tuple[int, int]:
    """Damage each file of a model; return how many cases were tried and how many not detected."""
    tried = missed = 0
    for path in sorted(model.iterdir()):
        good = path.read_bytes()
        for content in damaged(good, every, flips):
            path.unlink()  # a new file, because the old one may be mapped
            path.write_bytes(content)
            tried += 1
            missed += not faults_of(model)
            use(model)
        path.write_bytes(good)
    assert faults_of(model) == []
    return tried, missed


@pytest.mark.long
def test_every_changed_byte_of_a_model_is_detected(model: Path) -> None:
    tried, missed = damage(model, (1,), every=3)
    assert tried > 2000
    assert missed == 0


@pytest.mark.torture
def test_every_change_of_every_byte_of_a_model_is_detected(model: Path) -> None:
    tried, missed = damage(model, ALL_FLIPS)
    print(f"model directory: {tried:,} damaged, {missed} not detected")
    assert missed == 0


def config_survives(path: Path) -> bool:
    try:
        Config.of(**{key: value for key, (value, _) in read_yaml(path).items()})
    except W2VError as error:
        assert "\n" not in str(error)
        return False
    return True


def sealed_survives(path: Path) -> bool:
    try:
        read_sealed(path)
    except ValueError as error:
        assert str(error) == f"{path}: its content is not what was written"
        return False
    return True


READERS: dict[str, Callable[[Path], bool]] = {"yaml": config_survives, "json": sealed_survives}


def write_small(path: Path) -> None:
    """Write a file of some 1 KB that the reader of its suffix reads."""
    if path.suffix == ".yaml":
        path.write_text(to_yaml(Config.of(corpus=("text.txt", "a b.gz"), output="größe")))
    else:
        write_sealed(path, {"position": {"tokens": 2**40, "loss_sums": [1.5] * 30}, "é": [None]})


@pytest.mark.parametrize("kind", READERS)
def test_damaged_settings_and_states_give_one_clean_error(kind: str, tmp_path: Path) -> None:
    tried, survived = damage_small(kind, tmp_path, FLIPS, every=3)
    assert tried > 400
    if kind == "json":
        assert survived == 0


def damage_small(kind: str, directory: Path, flips: tuple[int, ...], every: int) -> tuple[int, int]:
    path = directory / f"small.{kind}"
    write_small(path)
    assert READERS[kind](path)
    tried = survived = 0
    for content in damaged(path.read_bytes(), every, flips):
        path.write_bytes(content)
        tried += 1
        survived += READERS[kind](path)
    return tried, survived


@pytest.mark.torture
@pytest.mark.parametrize("kind", READERS)
def test_every_change_of_settings_and_states_gives_one_clean_error(
    kind: str, tmp_path: Path
) -> None:
    tried, survived = damage_small(kind, tmp_path, ALL_FLIPS, every=1)
    print(f"{kind}: {tried:,} damaged, {survived:,} read")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(max_examples=60, deadline=None)
@given(content=ANYTHING, other=ANYTHING)
def test_sealed_file_gives_back_what_it_was_given(
    tmp_path_factory: pytest.TempPathFactory, content: Any, other: Any
) -> None:
    path = tmp_path_factory.getbasetemp() / "sealed.json"
    write_sealed(path, content)
    assert read_sealed(path) == content
    path.write_text(json.dumps(other))
    with pytest.raises(ValueError, match="not what was written"):
        read_sealed(path)


@settings(max_examples=300, deadline=None)
@given(text=st.text(alphabet="window: 5\n-[]{}&*!|>'\"#%@`,?\tépochs", max_size=60))
def test_any_text_as_configuration_gives_settings_or_one_clean_error(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_text(text, encoding="utf-8")
    config_survives(path)


@pytest.mark.parametrize("field", ["n_words", "dimension"])
@pytest.mark.parametrize("lie", [*LIES, None])
def test_manifest_that_lies_is_found_without_taking_memory(
    model: Path, lie: str | None, field: str
) -> None:
    manifest = json.loads((model / "model.json").read_text(encoding="utf-8"))
    del manifest["sha256"], manifest[field]
    if lie is not None:
        manifest[field] = int(lie) if lie.lstrip("-").isdigit() else lie
    (model / "model.json").write_text(manifest_text(manifest), encoding="utf-8")
    tracemalloc.start()
    try:
        assert faults_of(model)
        use(model)
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    finally:
        tracemalloc.stop()


def test_faults_are_all_named(model: Path) -> None:
    table = np.load(model / "vectors.npy")
    table[2, 1] = np.inf
    np.save(model / "vectors.npy", table)
    np.save(model / "context_vectors.npy", table.astype(np.float64))
    (model / "vocab.tsv").write_text("the\t10\nking\t6\nqueen\t5\napple\t3\nabc\t3\n")
    (model / "rare.tsv").write_text("king\t2\n")
    (model / "config.yaml").write_text("windw: 5\n")
    (model / "metrics.jsonl").unlink()
    manifest = json.loads((model / "model.json").read_text(encoding="utf-8"))
    del manifest["sha256"]
    manifest["files"]["vocab.tsv"]["bytes"] = (model / "vocab.tsv").stat().st_size
    (model / "model.json").write_text(manifest_text(manifest), encoding="utf-8")
    found = [fault.removeprefix(f"{model}/") for fault in faults_of(model)]
    sizes = [manifest["files"][name]["bytes"] for name in ("config.yaml", "context_vectors.npy")]
    size = (model / "context_vectors.npy").stat().st_size
    assert found == [
        f"config.yaml: 9 bytes, not {sizes[0]:,}",
        f"context_vectors.npy: {size} bytes, not {sizes[1]:,}",
        "metrics.jsonl: missing",
        "rare.tsv: 7 bytes, not 15",
        "vectors.npy: its content is not what was written",
        "vocab.tsv: its content is not what was written",
        "vocab.tsv:5: 'abc' after 'apple', of the same count",
        "vectors.npy: row 2 holds a number that is not finite",
        "context_vectors.npy: expected float32 (5, 2), found float64 (5, 2)",
        "config.yaml:1: unknown option windw, did you mean window?",
        "metrics.jsonl: No such file or directory",
    ]
