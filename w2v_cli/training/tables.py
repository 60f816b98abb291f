"""What is learned: center vectors, context vectors and context biases."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from w2v_cli.config.config import Config
from w2v_cli.training.devices import Placement
from w2v_cli.training.initial import InitialRows
from w2v_cli.training.optimizers import RowOptimizer, make_optimizer, replace_rows
from w2v_cli.training.randomness import Purpose, generator
from w2v_cli.training.untrained import starting_biases
from w2v_cli.training.variables import Change, row_blocks, write_variable

MASKED: dict[str | None, tuple[str, ...]] = {
    None: (),
    "centers": ("center",),
    "contexts": ("context",),
    "given": ("center", "context"),
}
"""Value of `freeze` -> tables some of whose rows may be frozen; biases belong to the contexts."""


class RowGradients(NamedTuple):
    """Gradients of a step's summed loss, for the rows of one table that have any.

    Attributes:
        rows: [n] int32, ids, each once.
        values: [n, D] or [n] float32, the rows as they were gathered.
        gradients: like `values`.
        n_pairs: [n] float32, how many pairs of the step hold each row; the sum of their weights
            where lines have weights.
        curvature: scalar float32, at most how much the loss of a pair curves along such a row, on
            average: `optimizers.pair_curvature`.
    """

    rows: tf.Tensor
    values: tf.Tensor
    gradients: tf.Tensor
    n_pairs: tf.Tensor
    curvature: tf.Tensor


class Gradients(NamedTuple):
    """Gradients of a step's summed loss for the three tables."""

    center: RowGradients
    context: RowGradients
    biases: RowGradients


class Table:
    """A variable and the optimizer of its rows.

    Attributes:
        is_trained: [n_words] bool variable, False for rows that no step may change; None if steps
            may change all.
    """

    def __init__(self, initial: Any, config: Config, is_trained: tf.Variable | None = None) -> None:
        self.variable, self.is_trained = tf.Variable(initial), is_trained
        self._optimizer: RowOptimizer = make_optimizer(config.optimizer, self.variable)

    @property
    def variables(self) -> dict[str, tf.Variable]:
        """The table, named "values", and its optimizer's state."""
        return {"values": self.variable, **self._optimizer.state}

    def gather(self, rows: tf.Tensor) -> tf.Tensor:
        return tf.gather(self.variable, rows)

    def update(self, gradients: "RowGradients", rate: tf.Tensor) -> None:
        """Take a step."""
        rows, values, sums, n_pairs, curvature = gradients
        if self.is_trained is not None:
            # Frozen rows are not written. A step of 0 would change the bits of some numbers.
            chosen = tf.gather(self.is_trained, rows)
            rows, values, sums, n_pairs = (
                tf.boolean_mask(part, chosen) for part in (rows, values, sums, n_pairs)
            )
        self._optimizer.apply(rows, values, sums, rate, n_pairs, curvature)


class Tables:
    """The three tables at the start of a run.

    Center vectors start uniform in +-1/(2D) and context vectors at zero, as in word2vec, and biases
    as `untrained` says.
    Rows that are given take the place of these.

    Attributes:
        learns_biases: whether biases are learned.
        masks: `is_trained` of the tables that have it, by the name of a table.
    """

    def __init__(
        self,
        counts: NDArray[np.int64],
        config: Config,
        placement: Placement,
        initial: InitialRows | None = None,
        context_counts: NDArray[np.int64] | None = None,
    ) -> None:
        """Make the tables.

        Args:
            counts: [n_words] int64, occurrences of each word.
            config: every setting of the run.
            placement: the devices.
            initial: rows that are given.
            context_counts: [n_contexts] int64, where contexts have a vocabulary of their own.
        """
        if context_counts is None:
            context_counts = counts
        shape = (len(counts), config.model.dimension)
        context_shape = (len(context_counts), config.model.dimension)
        self.learns_biases = config.model.biases == "learned"
        self._keeps_common_part = not self.learns_biases or config.run.init_vectors is not None
        biases = starting_biases(context_counts, config).astype(np.float32)
        with tf.device(placement.tables):
            # The other workers have no rows that are given, but they have these masks.
            self.masks = {
                name: tf.Variable(tf.fill(shape[:1], True)) for name in MASKED[config.run.freeze]
            }
            of_contexts = self.masks.get("context")
            self.context = Table(tf.zeros(context_shape), config, of_contexts)
            self.center = Table(tf.zeros(shape), config, self.masks.get("center"))
            _fill_with_small(self.center.variable, config.training.seed)
            self.biases = Table(biases, config, of_contexts)
            if initial is not None:
                for name, mask in self.masks.items():
                    if name in initial.frozen:
                        replace_rows(mask, initial.ids, tf.fill(initial.ids.shape, False))
                replace_rows(self.center.variable, initial.ids, initial.center)
                if initial.context is not None:
                    replace_rows(self.context.variable, initial.ids, initial.context)
                if initial.biases is not None and self.learns_biases:
                    replace_rows(self.biases.variable, initial.ids, initial.biases)

    def update(self, gradients: Gradients, rate: tf.Tensor) -> None:
        """Take a step with all that is learned."""
        self.center.update(gradients.center, rate)
        self.context.update(gradients.context, rate)
        if self.learns_biases:
            self.biases.update(gradients.biases, rate)

    @property
    def variables(self) -> dict[str, tf.Variable]:
        """Everything that training changes, by name, such as `center.accumulators`."""
        tables = {"center": self.center, "context": self.context, "biases": self.biases}
        return {
            f"{name}.{part}": variable
            for name, table in tables.items()
            for part, variable in table.variables.items()
        }

    def rows(self, name: str, ids: NDArray[np.signedinteger]) -> NDArray[np.float32]:
        """Return rows of `center`, `context` or `biases`, [n, D] or [n]."""
        found: NDArray[np.float32] = tf.gather(self.variables[f"{name}.values"], ids).numpy()
        return found

    def lengths(self, name: str) -> NDArray[np.float32]:
        """Return the length of each row of `center` or `context` as written, [n_words]."""
        values = self.center_vectors() if name == "center" else self.context.variable
        found: NDArray[np.float32] = tf.math.reduce_euclidean_norm(values, axis=1).numpy()
        return found

    def center_vectors(self) -> NDArray[np.float32]:
        """Return the center vectors as `write` writes them, [n_words, D]."""
        centers = np.empty(self.center.variable.shape.as_list(), np.float32)
        change = self._changes().get("center")
        for rows in row_blocks(len(centers)):
            block = self.rows("center", rows)
            centers[rows] = block if change is None else change(rows, block)
        return centers

    def write(self, paths: Mapping[str, Path]) -> None:
        """Write `center`, `context` and `biases` as `.npy`, each to its path.

        What all center vectors have in common is moved to the biases. With the mean m of the
        center vectors v_w, and context vectors u_c, v_w - m and b_c + m . u_c give every pair the
        logit that v_w and b_c give it. But cosines of v_w - m tell more: m says how frequent
        contexts are, and that is the same for all words (Mu and Viswanath 2018). Biases that stay
        at zero cannot take it, and a run that began with given vectors stays in their space. The
        mean is that of the words that were trained; a word that was not keeps its vector.

        Raises:
            DivergedError: a number is not finite.
        """
        changes = self._changes()
        for name, path in paths.items():
            write_variable(self.variables[f"{name}.values"], path, changes.get(name))

    def _changes(self) -> dict[str, Change]:
        """Return what becomes of the rows of each table on their way into a file."""
        common = self._common_part()
        if common is None:
            return {}
        # A product by BLAS may round by the number of threads, and einsum does not use BLAS here.
        return {
            "center": lambda rows, centers: centers - _are_trained(centers) * common,
            "biases": lambda rows, biases: (
                biases + np.einsum("ij,j->i", self.rows("context", rows), common)
            ),
        }

    def _common_part(self) -> NDArray[np.float32] | None:
        """Return the mean of the center vectors, [D], or None if it stays in them.

        It does if a number is not finite: then `write_variable` refuses the table.
        """
        if self._keeps_common_part:
            return None
        total, n_trained = np.zeros(self.center.variable.shape[1]), 0
        for rows in row_blocks(int(self.center.variable.shape[0])):
            centers = self.rows("center", rows)
            are_trained = _are_trained(centers)
            total += np.sum(centers, axis=0, dtype=np.float64, where=are_trained)
            n_trained += int(are_trained.sum())
        mean = np.asarray(total / max(n_trained, 1), dtype=np.float32)
        return mean if np.isfinite(mean).all() else None


def _are_trained(centers: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return which of [n, D] center vectors left the box that they start in, [n, 1]."""
    half_width = np.float32(0.5) / np.float32(centers.shape[1])
    found: NDArray[np.bool_] = np.abs(centers).max(axis=1, keepdims=True) > half_width
    return found


def _fill_with_small(table: tf.Variable, seed: int) -> None:
    """Fill a table of shape [n_words, D] with random numbers in +-1/(2D).

    A block of rows at a time: made as a whole, the numbers would be in memory three times.
    """
    random, (n_rows, width) = generator(seed, Purpose.INITIAL_TABLES), table.shape
    for rows in row_blocks(n_rows):
        values = random.random((len(rows), width), dtype=np.float32)
        replace_rows(table, rows, (values - np.float32(0.5)) / np.float32(width))
