"""What tables become in a model's files: the same logits, and center vectors of mean zero."""

from pathlib import Path

import numpy as np
import pytest

from w2v_cli.config.config import Config
from w2v_cli.errors import DivergedError
from w2v_cli.training.devices import Placement
from w2v_cli.training.optimizers import replace_rows
from w2v_cli.training.tables import Tables

NAMES = ("center", "context", "biases")
N_WORDS = 5_000
"""More than a block of rows, so that files are written in two parts."""


def filled(**settings: object) -> Tables:
    """Return tables of random numbers whose center vectors have a mean."""
    config = Config.of(dimension=3, **settings)
    tables = Tables(np.full(N_WORDS, 7), config, Placement())
    random, rows = np.random.default_rng(2), np.arange(N_WORDS)
    for name in NAMES:
        variable = tables.variables[f"{name}.values"]
        values = random.normal(loc=9, size=variable.shape).astype(np.float32)
        replace_rows(variable, rows, values)
    return tables


def written(tables: Tables, directory: Path) -> dict[str, np.ndarray]:
    paths = {name: directory / f"{name}.npy" for name in NAMES}
    tables.write(paths)
    return {name: np.load(path) for name, path in paths.items()}


def test_every_pair_keeps_its_logit_and_center_vectors_have_the_mean_zero(tmp_path: Path) -> None:
    tables = filled()
    before = {name: tables.rows(name, np.arange(N_WORDS)).astype(np.float64) for name in NAMES}
    after = written(tables, tmp_path)
    assert np.abs(before["center"].mean(axis=0)).min() > 8.9
    assert np.abs(after["center"].mean(axis=0, dtype=np.float64)).max() < 1e-6
    np.testing.assert_array_equal(after["context"], before["context"])
    for words in (slice(0, 50), slice(-50, None)):
        logits = [
            found["center"][words] @ found["context"].T + found["biases"]
            for found in (before, after)
        ]
        np.testing.assert_allclose(logits[1], logits[0], rtol=1e-5)


def test_a_word_that_was_not_trained_keeps_its_vector(tmp_path: Path) -> None:
    tables = filled()
    whole = written(tables, tmp_path)["center"]
    start = np.full((2, 3), 0.5 / 3, np.float32) * np.array([[1, -1, 0.3], [-1, 0, 0]], np.float32)
    replace_rows(tables.center.variable, [0, N_WORDS - 1], start)
    centers = written(tables, tmp_path)["center"]
    np.testing.assert_array_equal(centers[[0, -1]], start)
    assert np.abs(centers[1:-1].mean(axis=0, dtype=np.float64)).max() < 1e-6
    assert np.abs(whole[1:-1].mean(axis=0, dtype=np.float64)).max() > 1e-6


def test_tables_that_were_not_trained_are_written_as_they_are(tmp_path: Path) -> None:
    tables = Tables(np.full(N_WORDS, 7), Config.of(dimension=3), Placement())
    for name, values in written(tables, tmp_path).items():
        np.testing.assert_array_equal(values, tables.rows(name, np.arange(N_WORDS)))


def test_evaluations_during_training_see_the_vectors_that_are_written(tmp_path: Path) -> None:
    tables = filled()
    centers = written(tables, tmp_path)["center"]
    np.testing.assert_array_equal(tables.center_vectors(), centers)
    np.testing.assert_allclose(tables.lengths("center"), np.linalg.norm(centers, axis=1), 1e-6)


@pytest.mark.parametrize("settings", [{"biases": "zero"}, {"init_vectors": "given"}])
def test_without_learned_biases_and_with_given_vectors_nothing_is_moved(
    settings: dict[str, str], tmp_path: Path
) -> None:
    tables = filled(**settings)
    for name, values in written(tables, tmp_path).items():
        np.testing.assert_array_equal(values, tables.rows(name, np.arange(N_WORDS)))


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_a_number_that_is_not_finite_is_refused(number: float, tmp_path: Path) -> None:
    tables = filled()
    replace_rows(tables.center.variable, [N_WORDS - 1], np.array([[0, number, 0]], np.float32))
    with pytest.raises(DivergedError, match="no longer finite"):
        written(tables, tmp_path)
