"""Combine the tables of several workers.

Each worker keeps a copy of the tables as they were after the last combination: the base. A
combination adds up over the workers, row by row,

    T = sum of the workers' changes of the row since the base,
    S = sum of the squared lengths of these changes,

and every worker goes on with  new = base + T / clip(|T|^2 / S, 1, n).  |T|^2 / S is 1 where the
changes of n workers are orthogonal and n where they are equal. So independent changes are added and
equal ones are averaged, as in Adasum (Maleki et al. 2020). A row that one worker has changed keeps
its change. Adagrad's accumulators are sums already, so their increments are added.
"""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from w2v_cli.training.optimizers import replace_rows
from w2v_cli.training.tables import Table, Tables
from w2v_cli.workers.slices import slices

Sum = Callable[[tf.Tensor], tf.Tensor]
"""Adds up a tensor over the workers, element by element."""


class Combiner:
    """Combines the tables of one worker with those of the others.

    Attributes:
        n_rows: number of rows of a table, which is the number of words.
    """

    def __init__(self, tables: Tables, n_workers: int, add_up: Sum) -> None:
        """Keep a copy of the tables as the base.

        Args:
            tables: the tables of this worker. All workers have the same.
            n_workers: number of workers.
            add_up: adds up over the workers.
        """
        learned = [tables.center, tables.context] + [tables.biases] * tables.learns_biases
        self._tables = [_CombinedTable(table, n_workers) for table in learned]
        self._width = sum(table.width for table in self._tables)
        self._add_up = add_up
        self.n_rows = int(tables.center.variable.shape[0])
        self._changes = tf.function(self._changes_of, autograph=False, reduce_retracing=True)
        self._apply = tf.function(self._apply_sums, autograph=False, reduce_retracing=True)

    def combine(self, n_rows: int) -> None:
        """Combine the first rows of all tables."""
        for first, last in slices(n_rows, 4 * self._width):
            rows = tf.range(first, last)
            self._apply(rows, self._add_up(self._changes(rows)))

    def _changes_of(self, rows: tf.Tensor) -> tf.Tensor:
        """Return T, S and the increments of the accumulators, [n, width]."""
        columns = [column for table in self._tables for column in table.changes(rows)]
        return tf.concat(columns, axis=1)

    def _apply_sums(self, rows: tf.Tensor, sums: tf.Tensor) -> None:
        parts = tf.split(sums, [table.width for table in self._tables], axis=1)
        for table, part in zip(self._tables, parts, strict=True):
            table.apply(rows, part)


class _CombinedTable:
    """A table, its base, and how a row of both becomes a row of numbers to add up.

    Attributes:
        width: length of such a row: T, S, and the increment of the accumulator if there is one.
    """

    def __init__(self, table: Table, n_workers: int) -> None:
        self._n_workers = float(n_workers)
        self._is_trained = table.is_trained
        variables = dict(table.variables)
        self._values = variables.pop("values")
        self._others = list(variables.values())  # one number for each row
        with tf.device(self._values.device):
            self._base = tf.Variable(self._values)
            self._bases = [tf.Variable(other) for other in self._others]
        self._dimension = int(np.prod(self._values.shape[1:]))
        self.width = self._dimension + 1 + len(self._others)

    def changes(self, rows: tf.Tensor) -> list[tf.Tensor]:
        """Return the row's change, its squared length and the increments, `width` columns."""
        change = tf.gather(self._values, rows) - tf.gather(self._base, rows)
        change = tf.reshape(change, [-1, self._dimension])
        columns = [change, _squared_lengths(change)]
        for other, base in zip(self._others, self._bases, strict=True):
            columns.append((tf.gather(other, rows) - tf.gather(base, rows))[:, tf.newaxis])
        return columns

    def apply(self, rows: tf.Tensor, sums: tf.Tensor) -> None:
        """Write the combined rows, given the sums of `changes` over all workers."""
        n_columns = [self._dimension, 1] + [1] * len(self._others)
        total, squares, *increments = tf.split(sums, n_columns, axis=1)
        agreement = tf.math.divide_no_nan(_squared_lengths(total), squares)
        total *= 1.0 / tf.clip_by_value(agreement, 1.0, self._n_workers)
        base = tf.gather(self._base, rows)
        combined = base + tf.reshape(total, tf.shape(base))
        if self._is_trained is not None:
            # Adding 0 would change the bits of some numbers of frozen rows.
            chosen = tf.reshape(
                tf.gather(self._is_trained, rows), [-1] + [1] * (len(base.shape) - 1)
            )
            combined = tf.where(chosen, combined, base)
        replace_rows(self._values, rows, combined)
        replace_rows(self._base, rows, combined)
        for other, base, increment in zip(self._others, self._bases, increments, strict=True):
            combined = tf.gather(base, rows) + increment[:, 0]
            replace_rows(other, rows, combined)
            replace_rows(base, rows, combined)


def _squared_lengths(rows: tf.Tensor) -> tf.Tensor:
    """Return the squared length of each row, [n, 1]."""
    # TensorFlow takes a norm in one pass, and a sum of squares in two.
    return tf.square(tf.math.reduce_euclidean_norm(rows, axis=1, keepdims=True))


def send_tables(tables: Tables, add_up: Sum, *, is_chief: bool) -> None:
    """Give the tables of the chief, and which rows are frozen, to every worker."""
    for variable in [*tables.variables.values(), *tables.masks.values()]:
        row_bytes = 4 * int(np.prod(variable.shape[1:]))
        for first, last in slices(int(variable.shape[0]), row_bytes):
            rows = tf.range(first, last)
            values = tf.gather(variable, rows)
            numbers = tf.cast(values, tf.int32) if values.dtype == tf.bool else values
            received = add_up(numbers if is_chief else tf.zeros_like(numbers))
            if not is_chief:
                replace_rows(variable, rows, tf.cast(received, values.dtype))
