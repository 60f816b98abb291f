"""Gather each row that a step uses once, and sum what its places contribute to the row's gradient.

A step names P places, such as its words as centers; several may hold one word. Which rows they
share, and in which order their gradients are to be summed, is planned in NumPy for a whole chunk.
TensorFlow then sums in order and writes each row once: a fifth of the time of adding every place's
gradient to the table, and the same bits whatever the number of threads.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from w2v_cli.training.engines.pairs import Ids
from w2v_cli.training.tables import Table


class RowPlan(NamedTuple):
    """The rows of each step of a chunk.

    Attributes:
        words: [total] int32, the distinct words of one step after the other, rising in each.
        starts: [n_steps + 1] int32, where each step's words begin.
        at: [n_steps, P] int32, which of the step's words stands at a place.
        order: [n_steps, P] int32, the places sorted by word.
        segments: [n_steps, P] int32, `at` in that order.
    """

    words: Ids
    starts: Ids
    at: Ids
    order: Ids
    segments: Ids


def plan_rows(words: Ids) -> RowPlan:
    """Plan for the words at the places of each step, [n_steps, P] int32.

    >>> plan = plan_rows(np.array([[7, 5, 7]], dtype=np.int32))
    >>> plan.words.tolist(), plan.at.tolist(), plan.order.tolist(), plan.segments.tolist()
    ([5, 7], [[1, 0, 1]], [[1, 0, 2]], [[0, 1, 1]])
    """
    # Sorting (word, place) packed in one number is many times as fast as a stable argsort.
    # Numbers of 32 bits are sorted faster than those of 64, and suffice for most vocabularies.
    n_bits = words.shape[1].bit_length()
    fits = int(words.max(initial=0)).bit_length() + n_bits <= 32
    packed = np.left_shift(words, n_bits, dtype=np.uint32 if fits else np.uint64, casting="unsafe")
    packed |= np.arange(words.shape[1], dtype=packed.dtype)
    packed.sort(axis=1)
    ranked, order = (packed >> n_bits).astype(np.int32), packed.astype(np.int32)
    order &= (1 << n_bits) - 1
    is_new = np.ones(words.shape, dtype=bool)
    np.not_equal(ranked[:, 1:], ranked[:, :-1], out=is_new[:, 1:])
    segments = np.cumsum(is_new, axis=1, dtype=np.int32) - np.int32(1)
    at = np.empty_like(segments)
    np.put_along_axis(at, order, segments, axis=1)
    starts = np.append(0, np.cumsum(is_new.sum(axis=1))).astype(np.int32)
    return RowPlan(ranked[is_new], starts, at, order, segments)


def plan_spec(n_places: int) -> RowPlan:
    """Return the `tf.TensorSpec`s of a plan for `n_places` places a step."""
    vector, matrix = tf.TensorSpec([None], tf.int32), tf.TensorSpec([None, n_places], tf.int32)
    return RowPlan(vector, vector, matrix, matrix, matrix)


class StepRows:
    """The rows of a table that one step uses.

    Attributes:
        words: [n] int32.
        values: [n, D] or [n] float32, their rows.
        at: [P] int32, which row each place has.
    """

    def __init__(self, table: Table, plan: RowPlan, step: tf.Tensor) -> None:
        first, end = tf.gather(plan.starts, step), tf.gather(plan.starts, step + 1)
        self.words = plan.words[first:end]
        self.values = table.gather(self.words)
        # A gather is traced in a fraction of the time that a slice is.
        self.at = tf.gather(plan.at, step)
        self._order, self._segments = tf.gather(plan.order, step), tf.gather(plan.segments, step)

    def summed(self, parts: Sequence[tf.Tensor]) -> tf.Tensor:
        """Sum what the places have, [P, D] or [P] in all, by row; return float32."""
        in_order = tf.gather(tf.concat(parts, axis=0), self._order)
        return tf.math.segment_sum(tf.cast(in_order, tf.float32), self._segments)
