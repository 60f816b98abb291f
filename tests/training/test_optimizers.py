"""Optimizers change the rows of a step as stated and leave the others alone."""

import numpy as np
import pytest
import tensorflow as tf

from w2v_cli.config.sections import OptimizerConfig
from w2v_cli.training.optimizers import (
    INITIAL_ACCUMULATOR,
    RowAdagrad,
    curvatures,
    make_optimizer,
    pair_curvature,
)

START = np.arange(8, dtype=np.float32).reshape(4, 2)
ROWS = tf.constant([2, 0])
GRADIENTS = np.array([[1.0, -3.0], [0.5, 0.5]], dtype=np.float32)
RATE = tf.constant(0.1)
FREE = (tf.zeros([2]), tf.constant(0.0))
"""No pairs and no curvature: steps that nothing bounds."""


def bend(*curves: float) -> tuple[tf.Tensor, tf.Tensor]:
    """Return pairs and curvature of rows whose losses curve so much, beyond the free pairs."""
    return tf.constant([16.0 + curve for curve in curves]), tf.constant(1.0)


def test_sgd_steps_against_the_gradient() -> None:
    table = tf.Variable(START)
    optimizer = make_optimizer(OptimizerConfig(optimizer="sgd"), table)
    optimizer.apply(ROWS, tf.gather(table, ROWS), GRADIENTS, RATE, *FREE)
    # 4 - 0.1 * 1, 5 + 0.1 * 3; 0 - 0.1 * 0.5, 1 - 0.1 * 0.5.
    np.testing.assert_allclose(
        table, [[-0.05, 0.95], [2.0, 3.0], [3.9, 5.3], [6.0, 7.0]], rtol=1e-6
    )


def test_adagrad_divides_by_a_power_of_the_row_s_summed_mean_squares() -> None:
    table = tf.Variable(START)
    optimizer = RowAdagrad(table, exponent=0.25)
    optimizer.apply(ROWS, tf.gather(table, ROWS), GRADIENTS, RATE, *FREE)
    # Mean squares: (1 + 9) / 2 = 5 and 0.25.
    sums = np.array([5.0, 0.25]) + INITIAL_ACCUMULATOR
    expected = START.copy()
    expected[[2, 0]] -= 0.1 * GRADIENTS / sums[:, np.newaxis] ** 0.25
    np.testing.assert_allclose(table, expected, rtol=1e-6)

    optimizer.apply(ROWS, tf.gather(table, ROWS), GRADIENTS, RATE, *FREE)
    expected[[2, 0]] -= 0.1 * GRADIENTS / (sums + np.array([5.0, 0.25]))[:, np.newaxis] ** 0.25
    np.testing.assert_allclose(table, expected, rtol=1e-5)


def test_adagrad_with_exponent_half_makes_first_steps_of_the_learning_rate_s_size() -> None:
    table = tf.Variable(tf.zeros([3]))
    rows, gradients = tf.constant([0, 1]), tf.constant([40.0, -0.3])
    RowAdagrad(table, exponent=0.5).apply(rows, tf.gather(table, rows), gradients, RATE, *FREE)
    np.testing.assert_allclose(table, [-0.1, 0.1, 0.0], rtol=1e-4)


def test_adagrad_with_exponent_zero_is_sgd() -> None:
    tables = [tf.Variable(START), tf.Variable(START)]
    for table, config in zip(
        tables,
        [OptimizerConfig(optimizer="sgd"), OptimizerConfig(accumulator_exponent=0.0)],
        strict=True,
    ):
        make_optimizer(config, table).apply(ROWS, tf.gather(table, ROWS), GRADIENTS, RATE, *FREE)
    np.testing.assert_allclose(tables[0], tables[1], rtol=1e-6)


@pytest.mark.parametrize("name", ["sgd", "adagrad"])
def test_rows_that_a_step_does_not_name_stay_bit_equal(name: str) -> None:
    table = tf.Variable(START)
    config = OptimizerConfig(optimizer="sgd" if name == "sgd" else "adagrad")
    make_optimizer(config, table).apply(ROWS, tf.gather(table, ROWS), GRADIENTS, RATE, *FREE)
    np.testing.assert_array_equal(table.numpy()[[1, 3]], START[[1, 3]])


def test_pairs_beyond_the_first_16_add_their_curvature() -> None:
    # 16 pairs are free; 100 leave 84, each of curvature 0.5.
    np.testing.assert_allclose(
        curvatures(tf.constant([3.0, 16.0, 17.0, 100.0]), tf.constant(0.5)), [0.0, 0.0, 0.5, 42.0]
    )


def test_the_curvature_of_a_pair_is_a_trace_for_adagrad_and_a_frobenius_norm_for_sgd() -> None:
    # The mean of y y' is diag(3^2, 4^2) / 2 = diag(4.5, 8).
    rows = tf.constant([[3.0, 0.0], [0.0, 4.0]])
    assert pair_curvature(OptimizerConfig(), rows).numpy() == pytest.approx(12.5)
    sgd = OptimizerConfig(optimizer="sgd")
    assert pair_curvature(sgd, rows).numpy() == pytest.approx((4.5**2 + 8**2) ** 0.5)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("n_rows", [1, 3, 200])
def test_no_direction_curves_more_than_either_bound(n_rows: int, seed: int) -> None:
    rows = np.random.default_rng(seed).normal(size=(n_rows, 20)).astype(np.float32)
    greatest = np.linalg.eigvalsh(rows.T @ rows / n_rows)[-1]
    trace, norm = (
        float(pair_curvature(config, tf.constant(rows)))
        for config in (OptimizerConfig(), OptimizerConfig(optimizer="sgd"))
    )
    assert greatest <= norm * (1 + 1e-5)
    assert norm <= trace * (1 + 1e-5)


def test_curvature_makes_sgd_s_step_smaller() -> None:
    table = tf.Variable(START)
    optimizer = make_optimizer(OptimizerConfig(optimizer="sgd"), table)
    optimizer.apply(ROWS, tf.gather(table, ROWS), GRADIENTS, RATE, *bend(30.0, 0.0))
    # 0.1 / (1 + 0.1 * 30) = 0.025 for the first row: 4 - 0.025 * 1, 5 + 0.025 * 3.
    np.testing.assert_allclose(
        table, [[-0.05, 0.95], [2.0, 3.0], [3.975, 5.075], [6.0, 7.0]], rtol=1e-6
    )


@pytest.mark.parametrize("scale", [0.1, 1.0, 30.0])
def test_a_plain_step_changes_logits_by_one_nat_at_most(scale: float) -> None:
    rng = np.random.default_rng(0)
    others = rng.normal(scale=scale, size=(200, 8)).astype(np.float32)
    config = OptimizerConfig(optimizer="sgd")
    curvature = pair_curvature(config, tf.constant(others))
    table = tf.Variable(tf.zeros([2, 8]))
    # What noise does to a row that 500 words push the same way, and to a row that one pushes.
    gradients = np.stack([500 * others[0], 1e-3 * others[0] / scale**2])
    rows = tf.constant([0, 1])
    make_optimizer(config, table).apply(
        rows, tf.gather(table, rows), tf.constant(gradients), RATE, tf.zeros([2]), curvature
    )
    changes = np.sqrt(np.mean((others @ table.numpy().T) ** 2, axis=0))
    assert changes[0] <= 1.0
    np.testing.assert_allclose(
        table[0] / np.linalg.norm(table[0]), -gradients[0] / np.linalg.norm(gradients[0]), rtol=1e-5
    )
    np.testing.assert_allclose(table[1], -0.1 * gradients[1], rtol=1e-6)


def test_curvature_makes_adagrad_s_step_smaller_and_its_accumulator_not() -> None:
    table = tf.Variable([2.0, 5.0])
    optimizer = RowAdagrad(table, exponent=0.5)
    gradients, curved = tf.constant([4.0, 4.0]), bend(0.0, 120.0)
    optimizer.apply(tf.constant([0, 1]), table.read_value(), gradients, RATE, *curved)
    # 0.1 / 16^0.5 = 0.025; bounded, 0.025 / (1 + 0.025 * 120) = 0.00625.
    np.testing.assert_allclose(table, [2.0 - 0.025 * 4, 5.0 - 0.00625 * 4], rtol=1e-6)
    np.testing.assert_allclose(optimizer.accumulators, [16.0, 16.0], rtol=1e-6)


@pytest.mark.parametrize("name", ["sgd", "adagrad"])
def test_a_step_never_passes_the_minimum_of_a_parabola_that_curves_so(name: str) -> None:
    # The parabola 120/2 * x^2, from x = 2: its gradient is 240, its minimum 0.
    table = tf.Variable([2.0])
    config = OptimizerConfig(optimizer="sgd" if name == "sgd" else "adagrad")
    for rate in (0.1, 1e3, 1e9):
        table.assign([2.0])
        optimizer = make_optimizer(config, table)
        optimizer.apply(
            tf.constant([0]),
            table.read_value(),
            tf.constant([240.0]),
            tf.constant(rate),
            *bend(120.0),
        )
        assert -1e-5 <= table.numpy()[0] < 2.0
