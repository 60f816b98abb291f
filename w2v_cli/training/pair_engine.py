"""The `pairs` engine: TensorFlow's own losses on explicit pairs, many steps in one call.

A step gathers each row it needs once, computes the losses on these local rows, and so gets each
row's gradient already summed. Positions among the distinct rows stand for word ids: two positions
are equal exactly where the words are, so accidental hits are found as before.
"""

from typing import NamedTuple

import tensorflow as tf

from w2v_cli.config import Config
from w2v_cli.training.devices import Placement
from w2v_cli.training.objectives import pair_losses
from w2v_cli.training.samplers import Candidates, CandidateSampler, merge_repeats
from w2v_cli.training.tables import Tables


class PairEngine:
    """Trains tables on batches of pairs."""

    def __init__(
        self, tables: Tables, sampler: CandidateSampler, config: Config, placement: Placement
    ) -> None:
        self.tables, self.sampler, self.placement = tables, sampler, placement
        self.objective, self.negatives = config.objective.objective, config.objective.negatives
        self.batch_size = config.training.batch_size
        self.train_chunk = tf.function(
            self._train_chunk,
            # AutoGraph would read the source again, and lags behind new versions of Python.
            autograph=False,
            input_signature=[
                tf.TensorSpec([None], tf.int32, name="centers"),
                tf.TensorSpec([None], tf.int32, name="contexts"),
                tf.TensorSpec([2], tf.int32, name="seed"),
                tf.TensorSpec([2], tf.float32, name="rates"),
            ],
        )

    def _train_chunk(
        self, centers: tf.Tensor, contexts: tf.Tensor, seed: tf.Tensor, rates: tf.Tensor
    ) -> tf.Tensor:
        """Train on all pairs of a chunk, the last batch as large as what is left.

        Args:
            centers, contexts: [n_pairs] int32.
            seed: [2] int32, the chunk's noise.
            rates: [2] float32, learning rate at the chunk's first pair and after its last.

        Returns:
            Scalar float64, the sum of the pairs' losses, each taken before its step.
        """
        n_pairs = tf.size(centers)

        def train_batch(start: tf.Tensor, total: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            end = start + self.batch_size
            done = tf.cast(start / n_pairs, tf.float32)
            rate = rates[0] + done * (rates[1] - rates[0])
            step_seed = tf.random.experimental.stateless_fold_in(seed, start)
            return end, total + self.step(centers[start:end], contexts[start:end], step_seed, rate)

        _, total = tf.while_loop(
            lambda start, total: start < n_pairs,
            train_batch,
            (tf.constant(0), tf.constant(0.0, tf.float64)),
            parallel_iterations=1,
        )
        return total

    def step(
        self, centers: tf.Tensor, contexts: tf.Tensor, seed: tf.Tensor, rate: tf.Tensor
    ) -> tf.Tensor:
        """Take one step with fresh noise; return the batch's summed loss, scalar float64."""
        with tf.device(self.placement.cpu):
            candidates = self.sampler(contexts, seed)
        loss, gradients = self.loss_and_gradients(centers, contexts, candidates)
        tables = self.tables
        with tf.device(self.placement.tables):
            tables.center.update(gradients.center_rows, gradients.center, rate)
            tables.context.update(gradients.context_rows, gradients.context, rate)
            if tables.learns_biases:
                tables.biases.update(gradients.context_rows, gradients.biases, rate)
        return loss

    def loss_and_gradients(
        self, centers: tf.Tensor, contexts: tf.Tensor, candidates: Candidates
    ) -> tuple[tf.Tensor, "RowGradients"]:
        """Return the summed loss of a batch, scalar float64, and its gradients.

        Args:
            centers, contexts: [n_pairs] int32.
            candidates: noise shared by these pairs.
        """
        n_pairs = tf.size(contexts)
        with tf.device(self.placement.cpu):
            if self.objective == "sampled_softmax":
                candidates = merge_repeats(candidates)
            center_rows, inputs_at = tf.unique(centers)
            words = tf.concat([contexts, tf.cast(candidates.ids, tf.int32)], axis=0)
            context_rows, words_at = tf.unique(words)
        with tf.device(self.placement.tables):
            center = self.tables.center.gather(center_rows)
            context = self.tables.context.gather(context_rows)
            biases = self.tables.biases.gather(context_rows)
        with self.placement.for_loss():
            with tf.GradientTape() as tape:
                tape.watch([center, context, biases])
                losses = pair_losses(
                    self.objective,
                    weights=context,
                    biases=biases,
                    inputs=tf.gather(center, inputs_at),
                    labels=words_at[:n_pairs],
                    candidates=candidates._replace(ids=tf.cast(words_at[n_pairs:], tf.int64)),
                    negatives=self.negatives,
                )
            by_pair = tape.gradient(losses, [center, context, biases])
            summed = [
                tf.math.unsorted_segment_sum(slices.values, slices.indices, tf.size(rows))
                for slices, rows in zip(
                    by_pair, (center_rows, context_rows, context_rows), strict=True
                )
            ]
            loss = tf.reduce_sum(tf.cast(losses, tf.float64))
        return loss, RowGradients(center_rows, summed[0], context_rows, summed[1], summed[2])


class RowGradients(NamedTuple):
    """Gradients of a batch's summed loss, for the rows that have any.

    Attributes:
        center_rows: [n] int32, distinct.
        center: [n, D] float32.
        context_rows: [m] int32, distinct.
        context: [m, D] float32.
        biases: [m] float32.
    """

    center_rows: tf.Tensor
    center: tf.Tensor
    context_rows: tf.Tensor
    context: tf.Tensor
    biases: tf.Tensor
