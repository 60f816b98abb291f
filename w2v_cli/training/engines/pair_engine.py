"""The `pairs` engine: TensorFlow's own losses on explicit pairs, many steps in one call.

A step gathers each row it needs once, computes the losses on these local rows, and so gets each
row's gradient already summed. Positions among the distinct rows stand for word ids: two positions
are equal exactly where the words are, so accidental hits are found as before.
"""

from typing import NamedTuple

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from w2v_cli.config.config import Config
from w2v_cli.corpus.encoding import EncodedCorpus
from w2v_cli.corpus.windows import Windows
from w2v_cli.training.devices import Placement
from w2v_cli.training.engines.engine import Engine
from w2v_cli.training.engines.pair_objectives import pair_losses
from w2v_cli.training.engines.pairs import chunk_pairs
from w2v_cli.training.optimizers import pair_curvature
from w2v_cli.training.randomness import Purpose, generator, stateless_seed
from w2v_cli.training.samplers import Candidates, make_sampler, merge_repeats
from w2v_cli.training.tables import Gradients, RowGradients, Tables


class PairChunk(NamedTuple):
    """All pairs of a chunk, shuffled.

    Attributes:
        centers, contexts: [n_pairs] int32.
        weights: [n_pairs] float32, by which the losses are multiplied; () if all are 1.
        seed: [2] int32, of the chunk's noise.
    """

    centers: tf.Tensor
    contexts: tf.Tensor
    weights: tf.Tensor
    seed: tf.Tensor


class PairEngine(Engine):
    """Trains tables on batches of pairs."""

    def __init__(
        self,
        tables: Tables,
        counts: NDArray[np.int64],
        config: Config,
        placement: Placement,
        weighted: bool = False,
    ) -> None:
        weighted = weighted or Windows.of(config).kind == "weighted"
        super().__init__(
            tables,
            counts,
            config,
            placement,
            PairChunk(
                tf.TensorSpec([None], tf.int32, name="centers"),
                tf.TensorSpec([None], tf.int32, name="contexts"),
                tf.TensorSpec([None], tf.float32, name="weights") if weighted else (),
                tf.TensorSpec([2], tf.int32, name="seed"),
            ),
            weighted,
        )
        self.batch_size = config.training.batch_size
        noise = config.objective
        self.sampler = make_sampler(
            config.sampler, counts, noise.num_sampled, noise.noise_exponent, config.training.seed
        )

    def dataset(
        self,
        corpus: EncodedCorpus,
        borders: NDArray[np.int64],
        visits: NDArray[np.int64],
    ) -> tf.data.Dataset:
        seed, windows = self.config.training.seed, Windows.of(self.config)

        def load(visit: NDArray[np.int64]) -> PairChunk:
            epoch, chunk = visit.tolist()
            random = generator(seed, Purpose.PAIRS, epoch, chunk)
            first, last = int(borders[chunk]), int(borders[chunk + 1])
            pairs = chunk_pairs(corpus, first, last, self.keep, windows, random)
            weights = () if pairs.weights is None else pairs.weights
            noise = stateless_seed(seed, Purpose.NOISE, epoch, chunk)
            return PairChunk(pairs.centers, pairs.contexts, weights, noise)

        chunks = tf.data.Dataset.from_tensor_slices(visits)
        return self.numpy_map(chunks, load, self.spec).prefetch(2)

    @property
    def n_threads(self) -> int:
        # TensorFlow cuts the operations themselves.
        return self.config.devices.n_threads

    def n_pairs(self, chunk: PairChunk) -> tf.Tensor:
        return tf.size(chunk.centers)

    def weight(self, chunk: PairChunk) -> tf.Tensor:
        if not self.weighted:
            return tf.cast(self.n_pairs(chunk), tf.float64)
        return tf.reduce_sum(tf.cast(chunk.weights, tf.float64))

    def n_steps(self, chunk: PairChunk) -> tf.Tensor:
        return -(-self.n_pairs(chunk) // self.batch_size)

    def step(self, chunk: PairChunk, index: tf.Tensor, rate: tf.Tensor) -> tf.Tensor:
        batch = slice(index * self.batch_size, (index + 1) * self.batch_size)
        contexts = chunk.contexts[batch]
        with tf.device(self.placement.cpu):
            seed = tf.random.experimental.stateless_fold_in(chunk.seed, index)
            candidates = self.sampler(contexts, seed)
        weights = chunk.weights[batch] if self.weighted else None
        loss, gradients = self.loss_and_gradients(
            chunk.centers[batch], contexts, candidates, weights
        )
        with tf.device(self.placement.tables):
            self.tables.update(gradients, rate)
        return loss

    def loss_and_gradients(
        self,
        centers: tf.Tensor,
        contexts: tf.Tensor,
        candidates: Candidates,
        weights: tf.Tensor | None = None,
    ) -> tuple[tf.Tensor, Gradients]:
        """Return the summed loss of a batch, scalar float64, and its gradients.

        Args:
            centers, contexts: [n_pairs] int32.
            candidates: noise shared by these pairs.
            weights: [n_pairs] float32, by which their losses are multiplied; None if all are 1.
        """
        n_pairs = tf.size(contexts)
        with tf.device(self.placement.cpu):
            if self.config.objective.objective == "sampled_softmax":
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
                    self.config.objective.objective,
                    weights=context,
                    biases=biases,
                    inputs=tf.gather(center, inputs_at),
                    labels=words_at[:n_pairs],
                    candidates=candidates._replace(ids=tf.cast(words_at[n_pairs:], tf.int64)),
                    negatives=self.config.objective.negatives,
                )
                if weights is not None:
                    losses *= weights
            by_pair = tape.gradient(losses, [center, context, biases])
            center_sums, context_sums, bias_sums = (
                tf.math.unsorted_segment_sum(slices.values, slices.indices, tf.size(rows))
                for slices, rows in zip(
                    by_pair, (center_rows, context_rows, context_rows), strict=True
                )
            )
            loss = tf.reduce_sum(tf.cast(losses, tf.float64))
            # Of contexts, pairs alone count, as in the engine `blocks`. The loss of a pair curves
            # in proportion to its weight.
            each = tf.ones([n_pairs]) if weights is None else weights
            center_pairs, context_pairs = (
                tf.math.unsorted_segment_sum(each, at, tf.size(rows))
                for at, rows in ((inputs_at, center_rows), (words_at[:n_pairs], context_rows))
            )
            of_pair = [pair_curvature(self.config.optimizer, rows) for rows in (context, center)]
        return loss, Gradients(
            RowGradients(center_rows, center, center_sums, center_pairs, of_pair[0]),
            RowGradients(context_rows, context, context_sums, context_pairs, of_pair[1]),
            RowGradients(context_rows, biases, bias_sums, context_pairs, tf.constant(1.0)),
        )
