"""Steps of tables whose rows are partly frozen, against NumPy."""

import numpy as np
import pytest
import tensorflow as tf

from w2v_cli.config.config import Config
from w2v_cli.training.devices import Placement
from w2v_cli.training.initial import InitialRows
from w2v_cli.training.tables import Gradients, RowGradients, Tables

COUNTS = np.array([9, 7, 5, 4, 2])
NAMES = ("center", "context", "biases")
FROZEN: dict[str, tuple[str, ...]] = {
    "centers": ("center",),
    "contexts": ("context", "biases"),
    "given": NAMES,
}


def tables_with(freeze: str | None) -> Tables:
    """Return tables in which words 1 and 3 have rows that are given."""
    random = np.random.default_rng(0)
    center, context = random.normal(size=(2, 2, 3)).astype(np.float32)
    biases = random.normal(size=2).astype(np.float32)
    frozen = () if freeze is None else FROZEN[freeze]
    initial = InitialRows(np.array([1, 3]), center, context, biases, frozen)
    settings = {"dimension": 3, "optimizer": "sgd", "init_vectors": "given", "freeze": freeze}
    return Tables(COUNTS, Config.of(**settings), Placement(), initial)


def step(tables: Tables, words: list[int]) -> dict[str, np.ndarray]:
    """Take a step with random gradients of some words; return NumPy's tables after it."""
    random, rate, expected, parts = np.random.default_rng(1), 0.25, {}, []
    for name in NAMES:
        variable = tables.variables[f"{name}.values"]
        values = variable.numpy()
        gradients = random.normal(size=values[words].shape).astype(np.float32)
        n_pairs = np.full(len(words), 3, np.float32)
        parts.append(
            RowGradients(
                tf.constant(words, tf.int32),
                tf.gather(variable, words),
                tf.constant(gradients),
                tf.constant(n_pairs),
                tf.constant(1.0),
            )
        )
        values[words] -= rate * gradients
        expected[name] = values
    tables.update(Gradients(*parts), tf.constant(rate))
    return expected


@pytest.mark.parametrize("words", [[4, 1, 0, 3], [0, 2], [3, 1]])
@pytest.mark.parametrize("freeze", [None, *FROZEN])
def test_a_step_changes_no_frozen_row_and_all_others(freeze: str | None, words: list[int]) -> None:
    tables = tables_with(freeze)
    before = {name: tables.rows(name, np.arange(5)) for name in NAMES}
    expected = step(tables, words)
    for name in NAMES:
        if freeze is not None and name in FROZEN[freeze]:
            expected[name][[1, 3]] = before[name][[1, 3]]
        np.testing.assert_allclose(tables.rows(name, np.arange(5)), expected[name], rtol=1e-6)


def test_a_row_that_differs_in_one_bit_has_changed() -> None:
    given = np.array([[1, -0.0], [2, 3]], np.float32)
    initial = InitialRows(np.array([4, 7]), given)
    assert initial.n_changed("center", given.copy()) == 0
    assert initial.n_changed("center", np.array([[1, 0.0], [2, 3]], np.float32)) == 1
    assert initial.n_changed("center", np.nextafter(given, np.float32(9))) == 2
