"""The `blocks` engine: the losses of all pairs of a step from three matrix products.

Every pair lies on a band along the text. A step of T words is cut into G blocks of b; a block's
contexts are its own words and the `window` words on either side, H = b + 2 * window in all. The
words of g blocks in a row share S candidates; a step has Q such groups:

    X [G, b, D]   rows of a block's words as centers
    Y [G, H, D]   rows of its frame as contexts
    N [Q, S, D]   rows of a group's candidates
    P = X Y' + bias_y - log Q_y        R = X N' + bias_n - log Q_n

`block_objectives` turns P and R into the loss and its derivatives dP and dR, and the gradients are
products again: dX = dP Y + dR N, dY = dP' X, dN = dR' X. Loss and gradients are those of the `pairs`
engine for the same pairs and candidates; `tests/training/test_engines_agree.py` holds that.

A row is gathered once a step, and written once with the sum of its gradients.
"""

from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from w2v_cli.config import Config
from w2v_cli.corpus.encoding import EncodedCorpus
from w2v_cli.training.block_objectives import LogitGradients, logit_gradients
from w2v_cli.training.blocks import (
    RowPlan,
    Text,
    cut_into_steps,
    frames,
    plan_rows,
    shuffle_sentences,
)
from w2v_cli.training.devices import Placement
from w2v_cli.training.engine import Engine, numpy_map
from w2v_cli.training.pairs import Ids, keep_probabilities, kept_tokens
from w2v_cli.training.randomness import Purpose, generator, stateless_seed
from w2v_cli.training.samplers import make_noise
from w2v_cli.training.tables import Gradients, RowGradients, Table, Tables


class BlockChunk(NamedTuple):
    """The steps of a chunk.

    Attributes:
        left, right: [n_steps, T] int32, see `Text`.
        centers: plan for [n_steps, T], the words of each step.
        contexts: plan for [n_steps, G * H + Q * S], the frames of the blocks, then the candidates.
    """

    left: tf.Tensor
    right: tf.Tensor
    centers: RowPlan
    contexts: RowPlan


class BlockEngine(Engine):
    """Trains tables on blocks of text."""

    def __init__(
        self, tables: Tables, counts: NDArray[np.int64], config: Config, placement: Placement
    ) -> None:
        self.tables, self.config, self.placement = tables, config, placement
        training, objective = config.training, config.objective
        self.keep = keep_probabilities(counts, config.pairs.subsample)
        self.noise = make_noise(objective.sampler, counts, objective.noise_exponent)
        self.n_groups = training.step_tokens // training.noise_tokens
        self.frames = frames(training.step_tokens, training.block_length, config.pairs.window)
        n_candidates = self.n_groups * objective.num_sampled
        windows = tf.TensorSpec([None, training.step_tokens], tf.int32)
        super().__init__(
            BlockChunk(
                windows,
                windows,
                _plan_spec(training.step_tokens),
                _plan_spec(self.frames.size + n_candidates),
            )
        )
        # Its shapes never change, so XLA compiles it once and fuses it into a few passes.
        self.logit_gradients = tf.function(self._logit_gradients, autograph=False, jit_compile=True)

    def dataset(
        self,
        corpus: EncodedCorpus,
        borders: NDArray[np.int64],
        order: NDArray[np.int64],
        epoch: int,
    ) -> tf.data.Dataset:
        training, window = self.config.training, self.config.pairs.window

        def load(chunk: NDArray[np.int64]) -> tuple[Text, Ids]:
            random = generator(training.seed, Purpose.PAIRS, epoch, int(chunk))
            first, last = int(borders[chunk]), int(borders[chunk + 1])
            kept = kept_tokens(corpus, first, last, self.keep, random)
            shuffled = shuffle_sentences(*kept, random)
            text = cut_into_steps(*shuffled, window, training.step_tokens, random)
            return text, stateless_seed(training.seed, Purpose.NOISE, epoch, int(chunk))

        @tf.autograph.experimental.do_not_convert
        def add_noise(text: Text, seed: tf.Tensor) -> tuple[Text, tf.Tensor]:
            n_candidates = self.n_groups * self.config.objective.num_sampled
            return text, self.noise.draw([tf.shape(text.left)[0], n_candidates], seed)

        def plan(ids: Ids, left: Ids, right: Ids, noise: NDArray[np.int64]) -> BlockChunk:
            return self.chunk(Text(ids, left, right), noise)

        matrix, vector = tf.TensorSpec([None, None], tf.int32), tf.TensorSpec([2], tf.int32)
        texts = numpy_map(
            tf.data.Dataset.from_tensor_slices(order), load, (Text(matrix, matrix, matrix), vector)
        )
        return numpy_map(texts.map(add_noise), plan, self.spec).prefetch(2)

    def chunk(self, text: Text, noise: NDArray[np.int64]) -> BlockChunk:
        """Return the steps of a text with its candidates, [n_steps, Q * S]."""
        window, length = self.config.pairs.window, self.config.training.step_tokens
        framed = text.ids[:, self.frames.reshape(-1)]
        return BlockChunk(
            left=text.left,
            right=text.right,
            centers=plan_rows(text.ids[:, window : window + length]),
            contexts=plan_rows(np.concatenate([framed, noise.astype(np.int32)], axis=1)),
        )

    def n_steps(self, chunk: BlockChunk) -> tf.Tensor:
        return tf.shape(chunk.left)[0]

    def n_pairs(self, chunk: BlockChunk) -> tf.Tensor:
        return tf.reduce_sum(chunk.left) + tf.reduce_sum(chunk.right)

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
            centers = _Rows(self.tables.center, chunk.centers, index)
            contexts = _Rows(self.tables.context, chunk.contexts, index)
            biases = _Rows(self.tables.biases, chunk.contexts, index)
        with tf.device(self.placement.loss):
            framed, drawn = contexts.at[: self.frames.size], contexts.at[self.frames.size :]
            framed = tf.reshape(framed, self.frames.shape)
            drawn = tf.reshape(drawn, [self.n_groups, -1])
            x = tf.gather(centers.values, centers.at)
            y, n = tf.gather(contexts.values, framed), tf.gather(contexts.values, drawn)
            dimension = x.shape[-1]
            x_by_block = tf.reshape(x, [len(self.frames), -1, dimension])
            x_by_group = tf.reshape(x, [self.n_groups, -1, dimension])
            offsets = biases.values - self._log_expected(contexts.words)
            found = self.logit_gradients(
                band=tf.matmul(x_by_block, y, transpose_b=True),
                noise=tf.matmul(x_by_group, n, transpose_b=True),
                band_offsets=tf.gather(offsets, framed),
                noise_offsets=tf.gather(offsets, drawn),
                hits=self._hits(framed, drawn, tf.size(contexts.words)),
                left=chunk.left[index],
                right=chunk.right[index],
            )
            dx_band, dx_noise = tf.matmul(found.band, y), tf.matmul(found.noise, n)
            dx = tf.reshape(dx_band, [-1, dimension]) + tf.reshape(dx_noise, [-1, dimension])
            dy = tf.matmul(found.band, x_by_block, transpose_a=True)
            dn = tf.matmul(found.noise, x_by_group, transpose_a=True)
            gradients = Gradients(
                center=centers.summed(dx),
                context=contexts.summed(_rows(dy, dn, [-1, dimension])),
                biases=biases.summed(_rows(found.band_sums, found.noise_sums, [-1])),
            )
        return found.loss, gradients

    def _log_expected(self, words: tf.Tensor) -> tf.Tensor:
        """Return log Q of each word, zero for the objective that does not subtract it."""
        if self.config.objective.objective == "negative_sampling":
            return tf.zeros([])
        n_draws = self.config.objective.num_sampled
        return tf.math.log(n_draws * self.noise.probabilities(words))

    def _hits(self, framed: tf.Tensor, drawn: tf.Tensor, n_words: tf.Tensor) -> tf.Tensor:
        """Return how often each context was drawn for its group, [G, H], zero if hits are kept."""
        if self.config.objective.objective not in ("sampled_softmax", "sampled_logistic"):
            return tf.zeros(self.frames.shape)
        group = tf.range(self.n_groups)[:, tf.newaxis] * n_words
        draws = tf.math.unsorted_segment_sum(
            tf.ones(tf.shape(drawn)), drawn + group, self.n_groups * n_words
        )
        return tf.gather(
            draws, framed + tf.repeat(group, len(self.frames) // self.n_groups, axis=0)
        )

    def _logit_gradients(
        self,
        band: tf.Tensor,
        noise: tf.Tensor,
        band_offsets: tf.Tensor,
        noise_offsets: tf.Tensor,
        hits: tf.Tensor,
        left: tf.Tensor,
        right: tf.Tensor,
    ) -> "StepGradients":
        """Return loss and gradients of the logits of a step, and the sums that biases get."""
        n_blocks, width = self.frames.shape
        length = self.config.training.block_length
        # How far to the right of center i context j stands.
        distance = np.arange(width) - self.config.pairs.window - np.arange(length)[:, np.newaxis]
        mask = (
            (distance != 0)
            & (distance >= -tf.reshape(left, [n_blocks, length, 1]))
            & (distance <= tf.reshape(right, [n_blocks, length, 1]))
        )
        found: LogitGradients = logit_gradients(
            self.config.objective,
            band=band + band_offsets[:, tf.newaxis],
            noise=tf.reshape(noise + noise_offsets[:, tf.newaxis], [n_blocks, length, -1]),
            mask=tf.cast(mask, tf.float32),
            hits=hits[:, tf.newaxis],
        )
        by_group = tf.reshape(found.noise, tf.shape(noise))
        return StepGradients(
            loss=found.loss,
            band=found.band,
            noise=by_group,
            band_sums=tf.reduce_sum(found.band, axis=1),
            noise_sums=tf.reduce_sum(by_group, axis=1),
        )


class StepGradients(NamedTuple):
    """A step's loss, its derivatives by the logits, and these summed over the centers.

    Attributes:
        loss: scalar float32.
        band: [G, b, H] float32.
        noise: [Q, T / Q, S] float32.
        band_sums: [G, H] float32.
        noise_sums: [Q, S] float32.
    """

    loss: tf.Tensor
    band: tf.Tensor
    noise: tf.Tensor
    band_sums: tf.Tensor
    noise_sums: tf.Tensor


class _Rows:
    """The rows of a table that a step uses."""

    def __init__(self, table: Table, plan: RowPlan, index: tf.Tensor) -> None:
        self.words = plan.words[plan.starts[index] : plan.starts[index + 1]]
        self.at, self._order, self._segments = (
            places[index] for places in (plan.at, plan.order, plan.segments)
        )
        self.values = table.gather(self.words)

    def summed(self, gradients: tf.Tensor) -> RowGradients:
        """Sum the gradients of the places, [P, D] or [P], by row."""
        in_order = tf.gather(gradients, self._order)
        sums = tf.math.segment_sum(in_order, self._segments)
        return RowGradients(self.words, self.values, tf.ensure_shape(sums, self.values.shape))


def _rows(framed: tf.Tensor, drawn: tf.Tensor, shape: list[Any]) -> tf.Tensor:
    return tf.concat([tf.reshape(framed, shape), tf.reshape(drawn, shape)], axis=0)


def _plan_spec(n_places: int) -> RowPlan:
    vector, matrix = tf.TensorSpec([None], tf.int32), tf.TensorSpec([None, n_places], tf.int32)
    return RowPlan(vector, vector, matrix, matrix, matrix)
