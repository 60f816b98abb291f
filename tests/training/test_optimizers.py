"""Optimizers change the rows of a step as stated and leave the others alone."""

import numpy as np
import pytest
import tensorflow as tf

from w2v_cli.config.sections import OptimizerConfig
from w2v_cli.training.optimizers import INITIAL_ACCUMULATOR, RowAdagrad, make_optimizer

START = np.arange(8, dtype=np.float32).reshape(4, 2)
ROWS = tf.constant([2, 0])
GRADIENTS = np.array([[1.0, -3.0], [0.5, 0.5]], dtype=np.float32)
RATE = tf.constant(0.1)


def test_sgd_steps_against_the_gradient() -> None:
    table = tf.Variable(START)
    optimizer = make_optimizer(OptimizerConfig(optimizer="sgd"), table)
    optimizer.apply(ROWS, tf.gather(table, ROWS), GRADIENTS, RATE)
    # 4 - 0.1 * 1, 5 + 0.1 * 3; 0 - 0.1 * 0.5, 1 - 0.1 * 0.5.
    np.testing.assert_allclose(
        table, [[-0.05, 0.95], [2.0, 3.0], [3.9, 5.3], [6.0, 7.0]], rtol=1e-6
    )


def test_adagrad_divides_by_a_power_of_the_row_s_summed_mean_squares() -> None:
    table = tf.Variable(START)
    optimizer = RowAdagrad(table, exponent=0.25)
    optimizer.apply(ROWS, tf.gather(table, ROWS), GRADIENTS, RATE)
    # Mean squares: (1 + 9) / 2 = 5 and 0.25.
    sums = np.array([5.0, 0.25]) + INITIAL_ACCUMULATOR
    expected = START.copy()
    expected[[2, 0]] -= 0.1 * GRADIENTS / sums[:, np.newaxis] ** 0.25
    np.testing.assert_allclose(table, expected, rtol=1e-6)

    optimizer.apply(ROWS, tf.gather(table, ROWS), GRADIENTS, RATE)
    expected[[2, 0]] -= 0.1 * GRADIENTS / (sums + np.array([5.0, 0.25]))[:, np.newaxis] ** 0.25
    np.testing.assert_allclose(table, expected, rtol=1e-5)


def test_adagrad_with_exponent_half_makes_first_steps_of_the_learning_rate_s_size() -> None:
    table = tf.Variable(tf.zeros([3]))
    rows, gradients = tf.constant([0, 1]), tf.constant([40.0, -0.3])
    RowAdagrad(table, exponent=0.5).apply(rows, tf.gather(table, rows), gradients, RATE)
    np.testing.assert_allclose(table, [-0.1, 0.1, 0.0], rtol=1e-4)


def test_adagrad_with_exponent_zero_is_sgd() -> None:
    tables = [tf.Variable(START), tf.Variable(START)]
    for table, config in zip(
        tables,
        [OptimizerConfig(optimizer="sgd"), OptimizerConfig(accumulator_exponent=0.0)],
        strict=True,
    ):
        make_optimizer(config, table).apply(ROWS, tf.gather(table, ROWS), GRADIENTS, RATE)
    np.testing.assert_allclose(tables[0], tables[1], rtol=1e-6)


@pytest.mark.parametrize("name", ["sgd", "adagrad"])
def test_rows_that_a_step_does_not_name_stay_bit_equal(name: str) -> None:
    table = tf.Variable(START)
    config = OptimizerConfig(optimizer="sgd" if name == "sgd" else "adagrad")
    make_optimizer(config, table).apply(ROWS, tf.gather(table, ROWS), GRADIENTS, RATE)
    np.testing.assert_array_equal(table.numpy()[[1, 3]], START[[1, 3]])
