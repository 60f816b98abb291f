"""Change the rows of a table that a step has touched, and no others.

An optimizer gets each touched row once, with the sum of its gradients. Keras's optimizers walk the
whole table in every step; these cost the same however large the vocabulary is.

A step size that suits a row with a few pairs is too large for a row with thousands: in a vocabulary
of 20 words every row has as many. So the step size s of a row that n pairs of the step hold becomes

    s / (1 + s c max(0, n - 16)),    c how much the loss of a pair curves along the row, at most.

The loss of n pairs then curves by about n c at most. However large s and n are, the row goes no
further than to the minimum of a parabola that curves so. The loss of a pair of weight w curves w
times as much, so n is the sum of the weights. `pair_curvature` has c.

Noise is not in n, because a bound that depends on which words are drawn would err all one way. So
plain steps have a second limit, `MOST_CHANGE`; Adagrad's steps shrink where gradients are large.
"""

from typing import Protocol

import tensorflow as tf

from w2v_cli.config.sections import OptimizerConfig

INITIAL_ACCUMULATOR = 1e-6
"""What Adagrad's sums start at: small against the first gradient."""

FREE_PAIRS = 16.0
"""Pairs of a row that do not bound its step: three occurrences, with a window of 5.

They pull in different directions, and the step size suits them. Without them the rare words of a
text learn too little.
"""


MOST_CHANGE = 1.0
"""How far a plain step may change the logits of a row, in root mean square and in nats."""

CURVATURE_ROWS = 256
"""How many rows the curvature of plain steps is taken from; more of them change it little."""


class RowOptimizer(Protocol):
    """Applies gradients to the rows of one table.

    Attributes:
        state: what it remembers from step to step, by name.
    """

    state: dict[str, tf.Variable]

    def apply(
        self,
        rows: tf.Tensor,
        values: tf.Tensor,
        gradients: tf.Tensor,
        rate: tf.Tensor,
        n_pairs: tf.Tensor,
        curvature: tf.Tensor,
    ) -> None:
        """Change the table.

        Args:
            rows: [n] ids, each at most once.
            values: [n, D] or [n] float32, these rows of the table as they are.
            gradients: like `values`, summed over the step.
            rate: scalar float32, learning rate.
            n_pairs: [n] float32, how many pairs of the step hold each row.
            curvature: scalar float32, of one pair, as `pair_curvature` returns it.
        """


def pair_curvature(config: OptimizerConfig, rows: tf.Tensor) -> tf.Tensor:
    """Return how much the loss of a pair curves along a row, at most and on average, float32.

    The Hessian of the losses of a row is at most the mean M of y y', y being the rows that it is
    multiplied with. The trace of M is a bound for its greatest eigenvalue, and its Frobenius norm
    a closer one. Plain steps learn more with the closer one. Adagrad's steps are smaller for
    frequent rows in any case, and its vectors score higher with the trace: `benchmarks/README.md`.

    Args:
        config: names the optimizer.
        rows: [n, D] float32, what the rows of a step are multiplied with; n is not 0.
    """
    if config.optimizer == "adagrad":
        # TensorFlow takes the sum of squares of a whole tensor in one pass.
        return 2.0 * tf.nn.l2_loss(rows) / tf.cast(tf.shape(rows)[0], tf.float32)
    rows = rows[:CURVATURE_ROWS]
    return tf.norm(tf.matmul(rows, rows, transpose_a=True)) / tf.cast(tf.shape(rows)[0], tf.float32)


def curvatures(n_pairs: tf.Tensor, curvature: tf.Tensor) -> tf.Tensor:
    """Return how much the loss of a step may curve along each row, [n] float32.

    Args:
        n_pairs: [n] float32, how many pairs of the step hold each row.
        curvature: scalar float32, of one pair.
    """
    return curvature * tf.maximum(n_pairs - FREE_PAIRS, 0.0)


def bounded(rates: tf.Tensor, n_pairs: tf.Tensor, curvature: tf.Tensor) -> tf.Tensor:
    """Return step sizes, [n] float32, that are never above 1 / `curvatures`."""
    return rates / (1.0 + rates * curvatures(n_pairs, curvature))


def make_optimizer(config: OptimizerConfig, table: tf.Variable) -> RowOptimizer:
    """Return the optimizer of one table, with state of its own."""
    if config.optimizer == "sgd":
        return RowSgd(table)
    return RowAdagrad(table, config.accumulator_exponent)


def replace_rows(table: tf.Variable, rows: tf.Tensor, values: tf.Tensor) -> None:
    """Write distinct rows; TensorFlow's kernel that subtracts takes four times as long."""
    table.scatter_update(tf.IndexedSlices(values, rows))


class RowSgd:
    """Plain gradient steps, each of which changes the logits of its row by `MOST_CHANGE` at most.

    The root mean square of y d over the rows y that a row is multiplied with is at most c^0.5 |d|,
    where d is the row's step and c the curvature of a pair. A word that was drawn as noise for 512
    words gets the gradients of all of them at once. While the vectors are new, these point the same
    way, and plain steps would grow from step to step until the loss overflows.
    """

    def __init__(self, table: tf.Variable) -> None:
        self.table = table
        self.state: dict[str, tf.Variable] = {}

    def apply(
        self,
        rows: tf.Tensor,
        values: tf.Tensor,
        gradients: tf.Tensor,
        rate: tf.Tensor,
        n_pairs: tf.Tensor,
        curvature: tf.Tensor,
    ) -> None:
        by_row = tf.reshape(gradients, [-1, self.table.shape[1:].num_elements()])
        rates = bounded(rate, n_pairs, curvature)
        changes = rates * tf.sqrt(curvature) * tf.math.reduce_euclidean_norm(by_row, axis=1)
        steps = by_row * (rates / tf.maximum(1.0, changes / MOST_CHANGE))[:, tf.newaxis]
        replace_rows(self.table, rows, values - tf.reshape(steps, tf.shape(values)))


class RowAdagrad:
    """Adagrad with one accumulator for each row: step = rate * gradient / accumulator^exponent.

    The accumulator sums the mean square of the row's gradients. Exponent 0.5 is Adagrad (Duchi et
    al. 2011) by rows, 0 is plain gradient steps; between the two lies the partially adaptive family
    of Chen et al. 2018 (Padam).
    """

    def __init__(self, table: tf.Variable, exponent: float) -> None:
        self.table, self.exponent = table, exponent
        self.accumulators = tf.Variable(tf.fill(table.shape[:1], INITIAL_ACCUMULATOR))
        self.state = {"accumulators": self.accumulators}

    def apply(
        self,
        rows: tf.Tensor,
        values: tf.Tensor,
        gradients: tf.Tensor,
        rate: tf.Tensor,
        n_pairs: tf.Tensor,
        curvature: tf.Tensor,
    ) -> None:
        width = self.table.shape[1:].num_elements()
        by_row = tf.reshape(gradients, [-1, width])
        # TensorFlow takes a norm in one pass, and a mean of squares in two.
        mean_squares = tf.square(tf.math.reduce_euclidean_norm(by_row, axis=1)) / width
        sums = tf.gather(self.accumulators, rows) + mean_squares
        replace_rows(self.accumulators, rows, sums)
        # exp and log have vector instructions, pow has none.
        rates = rate * tf.exp(-self.exponent * tf.math.log(sums))
        steps = by_row * bounded(rates, n_pairs, curvature)[:, tf.newaxis]
        replace_rows(self.table, rows, values - tf.reshape(steps, tf.shape(values)))
