"""Runs with weights of lines: what they change, and what they leave alone."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import numpy as np
import pytest

from tests.long import long_after
from tests.reliability.runs import run_here
from w2v_cli import Config, train
from w2v_cli.training.devices import Placement
from w2v_cli.training.tables import Tables

Run = Callable[..., CompletedProcess[str]]
OBJECTIVES = ("sampled_softmax", "negative_sampling", "nce", "sampled_logistic")
N_LINES = 3_000


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return lines of 8 words: those of even lines and of odd lines share no word."""
    random = np.random.default_rng(6)
    path = tmp_path_factory.mktemp("weights") / "corpus.txt"
    lines = [
        " ".join(f"{'eo'[number % 2]}{id}" for id in random.integers(0, 40, 8))
        for number in range(N_LINES)
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


def weights_of(directory: Path, *weights: float) -> str:
    """Write a file in which the weights take turns; return its path."""
    path = directory / "weights.txt"
    path.write_text("".join(f"{weights[n % len(weights)]}\n" for n in range(N_LINES)))
    return str(path)


@pytest.mark.parametrize("engine", ["blocks", "pairs"])
@pytest.mark.parametrize("objective", long_after(2, OBJECTIVES))
def test_weights_of_one_give_the_bytes_of_a_run_without_weights(
    text: Path, tmp_path: Path, objective: str, engine: str
) -> None:
    settings: dict[str, Any] = {"objective": objective, "engine": engine, "num_sampled": 16}
    settings["epochs"] = 1
    plain = run_here(text, tmp_path / "plain", **settings)
    weights = weights_of(tmp_path, 1)
    assert run_here(text, tmp_path / "weighted", weights=weights, **settings) == plain


@pytest.mark.parametrize("engine", ["blocks", "pairs"])
@pytest.mark.parametrize("objective", long_after(2, OBJECTIVES))
def test_lines_without_weight_do_not_move_their_center_words(
    text: Path, tmp_path: Path, objective: str, engine: str
) -> None:
    config = Config.of(
        corpus=text, output=tmp_path / "model", weights=weights_of(tmp_path, 1, 0),
        objective=objective, engine=engine, dimension=8, epochs=2, num_sampled=8, min_count=1,
        biases="zero",  # so that center vectors are written with their mean
    )  # fmt: skip
    model = train(config).model
    assert model is not None
    vocabulary = model.vocabulary
    started = Tables(vocabulary.counts, config, Placement()).center.variable.numpy()
    is_even = np.array([word[0] == "e" for word in vocabulary.words])
    moved = (model.table("center") != started).any(axis=1)
    np.testing.assert_array_equal(moved, is_even)
    # Counts are those of the whole text: each of 80 words occurs in its half of 24,000 words.
    assert vocabulary.counts.sum() == 8 * N_LINES
    assert vocabulary.counts.min() > 200
    lines = model.manifest["corpus"]["lines"]
    assert lines == {"read": N_LINES, "cut": 0, "weight": N_LINES / 2}


@pytest.mark.long
@pytest.mark.parametrize("engine", ["blocks", "pairs"])
def test_the_loss_of_a_run_is_the_mean_weighted_by_lines(
    text: Path, tmp_path: Path, engine: str
) -> None:
    """At a rate near 0 all pairs have the loss of an untrained model, whatever their weights."""
    losses = []
    for number, weights in enumerate([(1,), (0.5, 3), (100, 0)]):
        config = Config.of(
            corpus=text, output=tmp_path / str(number), weights=weights_of(tmp_path, *weights),
            objective="negative_sampling", engine=engine, dimension=4, epochs=1, min_count=1,
            biases="zero", learning_rate=1e-30, min_learning_rate=0.0,
        )  # fmt: skip
        model = train(config).model
        assert model is not None
        losses += model.manifest["training"]["loss_by_epoch"]
    np.testing.assert_allclose(losses, 6 * np.log(2), rtol=1e-4)


class EndError(Exception):
    """Ends a run in this process."""


def _end_at_third(number: int) -> None:
    if number == 3:
        raise EndError


@pytest.mark.long
@pytest.mark.parametrize("engine", ["blocks", "pairs"])
def test_a_weighted_run_that_was_stopped_goes_on_to_the_same_bytes(
    text: Path, tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("w2v_cli.training.chunks.CHUNK_DISTANCES", 1 << 18)
    settings: dict[str, Any] = {"engine": engine, "learning_rate": 0.01, "epochs": 2}
    settings["weights"] = weights_of(tmp_path, 0.3, 2, 1, 0)
    unbroken = run_here(text, tmp_path / "unbroken", **settings)
    with pytest.raises(EndError):
        run_here(text, tmp_path / "model", heard=_end_at_third, **settings)
    assert run_here(text, tmp_path / "model", resume=True, **settings) == unbroken
    cached = {**settings, "cache": str(tmp_path / "cache")}
    for name in ("first", "second"):
        assert run_here(text, tmp_path / name, **cached) == unbroken


def test_other_weights_are_not_those_of_the_cache(text: Path, tmp_path: Path) -> None:
    cache = str(tmp_path / "cache")
    first = run_here(text, tmp_path / "a", cache=cache, weights=weights_of(tmp_path, 1, 2))
    second = run_here(text, tmp_path / "b", cache=cache, weights=weights_of(tmp_path, 2, 1))
    assert first != second


@pytest.mark.long
def test_the_program_shows_the_sum_of_the_weights(text: Path, tmp_path: Path, run_w2v: Run) -> None:
    weights_of(tmp_path, 0.5, 1)
    flags = ["--weights", "weights.txt", "--dimension", "4", "--epochs", "1", "-o", "model"]
    done = run_w2v("train", text, *flags, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "3,000 lines read, 0 of them cut, with a weight of 2,250 in all; " in done.stderr
    manifest = json.loads((tmp_path / "model" / "model.json").read_text())
    assert manifest["corpus"]["lines"]["weight"] == 2250


def test_weights_that_do_not_fit_end_the_run_before_tensorflow(
    text: Path, tmp_path: Path, run_and_list_modules: Callable[..., Any]
) -> None:
    (tmp_path / "weights.txt").write_text("1\n-2\n")
    flags = ["--weights", "weights.txt", "-o", "model"]
    done, modules = run_and_list_modules("train", text, *flags, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("error: weights.txt:2: expected a weight")
    assert "tensorflow" not in modules
    assert not (tmp_path / "model").exists()
