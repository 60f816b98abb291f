"""The `blocks` engine: the losses of all pairs of a step from three matrix products.

Every pair lies on a band along the text. Text is cut into G blocks of b words; a block's contexts
are its own words and those around it that a window can reach, H in all: its frame. The words of a
group of blocks share S candidates; there are Q groups:

    X [G, b, D]   rows of a block's words as centers
    Y [G, H, D]   rows of its frame as contexts
    N [Q, S, D]   rows of a group's candidates
    P = X Y' + bias_y - log Q_y        R = X N' + bias_n - log Q_n

`block_objectives` turns P and R into the loss and its derivatives dP and dR, and the gradients are
products again: dX = dP Y + dR N, dY = dP' X, dN = dR' X. Loss and gradients are those of the
`pairs` engine for the same pairs and candidates; `tests/training/test_engines_agree.py` holds that.
"""

from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from w2v_cli.config.config import Config
from w2v_cli.corpus.encoding import EncodedCorpus
from w2v_cli.corpus.windows import Windows
from w2v_cli.training.devices import Placement
from w2v_cli.training.engines.block_chunks import BlockChunk, chunk_spec, plan_chunk
from w2v_cli.training.engines.block_objectives import LogitGradients, logit_gradients
from w2v_cli.training.engines.blocks import Blocks, Layout, cut_into_blocks, shuffle_into_steps
from w2v_cli.training.engines.engine import Engine
from w2v_cli.training.engines.pairs import Ids, kept_tokens, weights_of_tokens
from w2v_cli.training.engines.rows import StepRows
from w2v_cli.training.optimizers import pair_curvature
from w2v_cli.training.randomness import Purpose, generator, stateless_seed
from w2v_cli.training.samplers import make_noise
from w2v_cli.training.tables import Gradients, RowGradients, Tables


class PlaceGradients(NamedTuple):
    """The summed loss of a part of a step, and its gradient at each place.

    Attributes:
        loss: scalar float32.
        center: [n_words, D] in the type of products.
        framed, drawn: the same, [n_places, D], of the contexts in frames and of the candidates.
        framed_biases, drawn_biases: [n_places] float32.
        framed_pairs: [n_places] float32, how many pairs have the context at each place of a frame,
            or the sum of their weights.
    """

    loss: tf.Tensor
    center: tf.Tensor
    framed: tf.Tensor
    drawn: tf.Tensor
    framed_biases: tf.Tensor
    drawn_biases: tf.Tensor
    framed_pairs: tf.Tensor


class BlockEngine(Engine):
    """Trains tables on blocks of text."""

    def __init__(
        self,
        tables: Tables,
        counts: NDArray[np.int64],
        config: Config,
        placement: Placement,
        weighted: bool = False,
    ) -> None:
        objective = config.objective
        self.layout = Layout.of(config)
        self.n_parts = self.layout.n_parts(config.devices.n_threads)
        self.windows = Windows.of(config)
        self.noise = make_noise(config.sampler, counts, objective.noise_exponent)
        with tf.device(placement.loss):
            # log Q of every word, which negative_sampling does not subtract.
            self._log_expected = tf.math.log(
                objective.num_sampled * self.noise.probabilities(tf.range(len(counts)))
            )
        # A run always has a precision; an engine without one computes as `pairs` does.
        self.products = tf.as_dtype(config.devices.precision or "float32")
        spec = chunk_spec(self.layout, weighted)
        super().__init__(tables, counts, config, placement, spec, weighted)
        # Its shapes never change, so XLA compiles it once, into a few passes over P and R.
        self._fused = tf.function(self._logit_gradients, autograph=False, jit_compile=True)

    def dataset(
        self,
        corpus: EncodedCorpus,
        borders: NDArray[np.int64],
        visits: NDArray[np.int64],
    ) -> tf.data.Dataset:
        seed, layout, windows = self.config.training.seed, self.layout, self.windows

        def load(visit: NDArray[np.int64]) -> tuple[Blocks, Ids]:
            epoch, chunk = visit.tolist()
            random = generator(seed, Purpose.PAIRS, epoch, chunk)
            first, last = int(borders[chunk]), int(borders[chunk + 1])
            kept = kept_tokens(corpus, first, last, self.keep, random)
            weights = weights_of_tokens(corpus, kept[1])
            blocks = cut_into_blocks(*kept, windows, layout.block_length, random, weights)
            blocks = shuffle_into_steps(blocks, layout.n_blocks, random)
            return blocks, stateless_seed(seed, Purpose.NOISE, epoch, chunk)

        @tf.autograph.experimental.do_not_convert
        def add_noise(blocks: Blocks, seed: tf.Tensor) -> tuple[Blocks, tf.Tensor]:
            n_steps = tf.shape(blocks.left)[0] // layout.n_blocks
            return blocks, self.noise.draw([n_steps, layout.n_candidates], seed)

        def plan(*parts: NDArray[Any]) -> BlockChunk:
            *blocks, noise = parts
            return self.chunk(Blocks(*blocks), noise)

        matrix, vector = tf.TensorSpec([None, None], tf.int32), tf.TensorSpec([2], tf.int32)
        spec = (Blocks(matrix, matrix, matrix, tf.TensorSpec([None, None], tf.float32)), vector)
        loaded = self.numpy_map(tf.data.Dataset.from_tensor_slices(visits), load, spec)
        return self.numpy_map(loaded.map(add_noise), plan, self.spec).prefetch(1)

    def chunk(self, blocks: Blocks, noise: NDArray[np.int64]) -> BlockChunk:
        """Return the steps of blocks with candidates, [n_steps, n_candidates]."""
        return plan_chunk(blocks, noise, self.layout, self.weighted)

    @property
    def n_threads(self) -> int:
        return self.n_parts

    def compile_ahead(self) -> None:
        """Let XLA compile the logits' loss and gradients, and run them once.

        XLA of TensorFlow 2.21 prepares some maxima in the first run, without a lock. It crashes
        where two threads do so, so one thread runs them before the parts of a step do.

        The shapes must be those in `_part`, or XLA compiles again.
        """
        layout = self.layout
        n_blocks, n_groups = (n // self.n_parts for n in (layout.n_blocks, layout.n_groups))
        n_words = layout.step_tokens // self.n_parts
        # What XLA has compiled for a call from Python it does not use in a graph. So a graph calls.
        in_graph = tf.function(self._fused, autograph=False)
        with tf.device(self.placement.loss):
            in_graph(
                band=tf.zeros([n_blocks, layout.block_length, layout.frame_length], self.products),
                noise=tf.zeros([n_groups, layout.noise_tokens, layout.num_sampled], self.products),
                band_offsets=tf.zeros([n_blocks, layout.frame_length]),
                noise_offsets=tf.zeros([n_groups, layout.num_sampled]),
                hits=tf.zeros([n_blocks, 1, layout.frame_length]) if self._drops_hits else None,
                left=tf.zeros([n_words], tf.int32),
                right=tf.zeros([n_words], tf.int32),
                n_contexts=tf.zeros([n_words]),
                weights=tf.zeros([n_words]) if self.weighted else None,
            )

    def n_steps(self, chunk: BlockChunk) -> tf.Tensor:
        return tf.shape(chunk.left)[0]

    def n_pairs(self, chunk: BlockChunk) -> tf.Tensor:
        return tf.reduce_sum(chunk.left) + tf.reduce_sum(chunk.right)

    def weight(self, chunk: BlockChunk) -> tf.Tensor:
        n_contexts = tf.cast(self._n_contexts(chunk.left, chunk.right), tf.float64)
        if self.weighted:
            n_contexts *= tf.cast(chunk.weights, tf.float64)
        return tf.reduce_sum(n_contexts)

    def step(self, chunk: BlockChunk, index: tf.Tensor, rate: tf.Tensor) -> tf.Tensor:
        loss, gradients = self.loss_and_gradients(chunk, index)
        with tf.device(self.placement.tables):
            self.tables.update(gradients, rate)
        return tf.cast(loss, tf.float64)

    def loss_and_gradients(
        self, chunk: BlockChunk, index: tf.Tensor
    ) -> tuple[tf.Tensor, Gradients]:
        """Return the summed loss of a step of `chunk`, scalar float32, and its gradients."""
        with tf.device(self.placement.tables):
            centers = StepRows(self.tables.center, chunk.centers, index)
            contexts = StepRows(self.tables.context, chunk.contexts, index)
            biases = self.tables.biases.gather(contexts.words)
        with tf.device(self.placement.loss):
            offsets = biases
            if self.config.objective.objective != "negative_sampling":
                offsets -= tf.gather(self._log_expected, contexts.words)
            framed, drawn = contexts.at[: self.layout.n_framed], contexts.at[self.layout.n_framed :]
            left, right = tf.gather(chunk.left, index), tf.gather(chunk.right, index)
            n_contexts, weights = self._n_contexts(left, right), None
            if self.weighted:
                weights = tf.gather(chunk.weights, index)
                n_contexts *= weights
            by_part = [
                [None] * self.n_parts if values is None else tf.split(values, self.n_parts)
                for values in (centers.at, framed, drawn, left, right, n_contexts, weights)
            ]
            center_rows, context_rows = (
                tf.cast(rows.values, self.products) for rows in (centers, contexts)
            )
            # Operations of different parts do not wait for each other, so each thread takes one.
            parts = [
                self._part(center_rows, context_rows, offsets, *places)
                for places in zip(*by_part, strict=True)
            ]
            loss = tf.add_n([part.loss for part in parts])
            # Noise is left out of the pairs of a context. How often a word happens to be drawn
            # says which way its gradient errs, and steps that depend on it would err all one way.
            drawn_pairs = tf.zeros([self.layout.n_candidates])
            context_pairs = contexts.summed([p.framed_pairs for p in parts] + [drawn_pairs])
            gradients = Gradients(
                center=RowGradients(
                    centers.words,
                    centers.values,
                    centers.summed([part.center for part in parts]),
                    centers.summed([n_contexts]),
                    pair_curvature(self.config.optimizer, contexts.values),
                ),
                context=RowGradients(
                    contexts.words,
                    contexts.values,
                    contexts.summed([p.framed for p in parts] + [p.drawn for p in parts]),
                    context_pairs,
                    pair_curvature(self.config.optimizer, centers.values),
                ),
                biases=RowGradients(
                    contexts.words,
                    biases,
                    contexts.summed(
                        [p.framed_biases for p in parts] + [p.drawn_biases for p in parts]
                    ),
                    context_pairs,
                    tf.constant(1.0),
                ),
            )
        return loss, gradients

    def _part(
        self,
        center_rows: tf.Tensor,
        context_rows: tf.Tensor,
        offsets: tf.Tensor,
        centers_at: tf.Tensor,
        framed: tf.Tensor,
        drawn: tf.Tensor,
        left: tf.Tensor,
        right: tf.Tensor,
        n_contexts: tf.Tensor,
        weights: tf.Tensor | None,
    ) -> PlaceGradients:
        """Return loss and gradients of a part of a step.

        Args:
            center_rows, context_rows: [n, D], rows of the step, in the type of products.
            offsets: [n] float32, bias less log Q of the context rows.
            centers_at: [n_words] int32, the center row of each word.
            framed, drawn: [n_places] int32, the context row of each place.
            left, right: [n_words] int32.
            n_contexts: [n_words] float32, the sum of the weights of each word's pairs.
            weights: [n_words] float32, of the words as centers, or None if all are 1.
        """
        layout, dimension = self.layout, self.config.model.dimension
        framed = tf.reshape(framed, [-1, layout.frame_length])
        drawn = tf.reshape(drawn, [-1, layout.num_sampled])
        x = tf.gather(center_rows, centers_at)
        x_by_block = tf.reshape(x, [-1, layout.block_length, dimension])
        x_by_group = tf.reshape(x, [-1, layout.noise_tokens, dimension])
        y, n = tf.gather(context_rows, framed), tf.gather(context_rows, drawn)
        found, framed_biases, drawn_biases, framed_pairs = self._fused(
            band=tf.matmul(x_by_block, y, transpose_b=True),
            noise=tf.matmul(x_by_group, n, transpose_b=True),
            band_offsets=tf.gather(offsets, framed),
            noise_offsets=tf.gather(offsets, drawn),
            hits=self._hits(framed, drawn, tf.size(offsets)),
            left=left,
            right=right,
            n_contexts=n_contexts,
            weights=weights,
        )
        dx = tf.reshape(tf.matmul(found.band, y), tf.shape(x))
        dx += tf.reshape(tf.matmul(found.noise, n), tf.shape(x))
        dy = tf.matmul(found.band, x_by_block, transpose_a=True)
        dn = tf.matmul(found.noise, x_by_group, transpose_a=True)
        return PlaceGradients(
            loss=found.loss,
            center=dx,
            framed=tf.reshape(dy, [-1, dimension]),
            drawn=tf.reshape(dn, [-1, dimension]),
            framed_biases=tf.reshape(framed_biases, [-1]),
            drawn_biases=tf.reshape(drawn_biases, [-1]),
            framed_pairs=tf.reshape(framed_pairs, [-1]),
        )

    @property
    def _drops_hits(self) -> bool:
        return self.config.objective.objective in ("sampled_softmax", "sampled_logistic")

    def _hits(self, framed: tf.Tensor, drawn: tf.Tensor, n_words: tf.Tensor) -> tf.Tensor | None:
        """Return how often each context was drawn for its group, [G, 1, H]; None if hits stay."""
        if not self._drops_hits:
            return None
        n_groups = drawn.shape[0]
        groups = n_words * tf.range(n_groups)[:, tf.newaxis]
        draws = tf.math.unsorted_segment_sum(
            tf.ones(drawn.shape), drawn + groups, n_groups * n_words
        )
        n_blocks = framed.shape[0] // n_groups
        return tf.gather(draws, framed + tf.repeat(groups, n_blocks, axis=0))[:, tf.newaxis]

    def _logit_gradients(
        self,
        band: tf.Tensor,
        noise: tf.Tensor,
        band_offsets: tf.Tensor,
        noise_offsets: tf.Tensor,
        hits: tf.Tensor | None,
        left: tf.Tensor,
        right: tf.Tensor,
        n_contexts: tf.Tensor,
        weights: tf.Tensor | None,
    ) -> tuple[LogitGradients, tf.Tensor, tf.Tensor, tf.Tensor]:
        """Return loss and gradients of the logits of a part, R and its gradient by group.

        And [G, H] and [Q, S] float32, the gradients of the biases; and [G, H] float32, how many
        pairs have the context at each place of a frame, or the sum of their weights.
        """
        layout, distances = self.layout, self.layout.distances
        left, right, n_contexts = (
            tf.reshape(of_words, [-1, layout.block_length, 1])
            for of_words in (left, right, n_contexts)
        )
        in_window = (distances >= -left) & (distances <= right)
        mask = tf.where(in_window, self.windows.weights(distances), 0.0)
        if weights is not None:
            mask *= tf.reshape(weights, [-1, layout.block_length, 1])
        band, noise = tf.cast(band, tf.float32), tf.cast(noise, tf.float32)
        noise_logits = noise + noise_offsets[:, tf.newaxis]
        found = logit_gradients(
            self.config.objective,
            band=band + band_offsets[:, tf.newaxis],
            noise=tf.reshape(noise_logits, [-1, layout.block_length, noise.shape[-1]]),
            mask=mask,
            n_folds=layout.n_folds,
            n_contexts=n_contexts,
            hits=hits,
        )
        by_group = tf.reshape(found.noise, tf.shape(noise))
        # A bias adds to the logits of its place for every center.
        biases = tf.reduce_sum(found.band, axis=1), tf.reduce_sum(by_group, axis=1)
        found = found._replace(
            band=tf.cast(found.band, self.products), noise=tf.cast(by_group, self.products)
        )
        return found, *biases, tf.reduce_sum(mask, axis=1)

    def _n_contexts(self, left: tf.Tensor, right: tf.Tensor) -> tf.Tensor:
        """Return the sum of the weights of each word's contexts, float32 in the shape of `left`."""
        sums = [
            np.append(0, np.cumsum(self.windows.weights(side * np.arange(1, radius + 1))))
            for side, radius in ((-1, self.windows.left), (1, self.windows.right))
        ]
        of_left, of_right = (tf.constant(of_side, tf.float32) for of_side in sums)
        return tf.gather(of_left, left) + tf.gather(of_right, right)
