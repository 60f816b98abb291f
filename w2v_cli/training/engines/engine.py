"""The base class of engines, which train on a chunk of the corpus in one TensorFlow call."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from w2v_cli.config.config import Config
from w2v_cli.corpus.encoding import EncodedCorpus
from w2v_cli.corpus.subsampling import keep_probabilities
from w2v_cli.training.devices import Placement
from w2v_cli.training.tables import Tables


class Engine(ABC):
    """Trains tables, chunk by chunk.

    A chunk is a sequence of whole sentences. Each engine decides what an element of its dataset
    holds; `spec` describes it.

    Attributes:
        weighted: whether chunks have weights, by which losses are multiplied.
        failure: the exception of a function of the dataset, or None. It is kept here because
            TensorFlow passes on only its text.
    """

    def __init__(
        self,
        tables: Tables,
        counts: NDArray[np.int64],
        config: Config,
        placement: Placement,
        spec: Any,
        weighted: bool,
    ) -> None:
        """Store what every engine needs.

        Args:
            tables: the tables to train.
            counts: [n_contexts] int64, occurrences of each context word in the corpus.
            config: every setting of the run.
            placement: the devices.
            spec: named tuple with the `tf.TensorSpec` of each part of a chunk. Its `weights` are ()
                where all weights are 1.
            weighted: whether chunks have weights.
        """
        self.weighted = weighted
        self.tables, self.config, self.placement, self.spec = tables, config, placement, spec
        self.failure: Exception | None = None
        self._compiled: Future[None] | None = None
        self.keep = keep_probabilities(counts, config.threshold)
        if config.run.pairs:
            # Ids of centers and of contexts both index it.
            n_ids = max(table.variable.shape[0] for table in (tables.center, tables.context))
            self.keep = np.ones(n_ids)

    @abstractmethod
    def dataset(
        self,
        corpus: EncodedCorpus,
        borders: NDArray[np.int64],
        visits: NDArray[np.int64],
    ) -> tf.data.Dataset:
        """Return a dataset of chunks, in the order of `visits`.

        Args:
            corpus: the text to train on.
            borders: [n_chunks + 1] int64, as `EncodedCorpus.chunks` returns them.
            visits: [n, 2] int64, epoch (from 0) and chunk. Subsampling, windows and noise are drawn
                again in each epoch.
        """

    def numpy_map(
        self, dataset: tf.data.Dataset, function: Callable[..., Any], spec: Any
    ) -> tf.data.Dataset:
        """Apply a NumPy function to each element of a dataset.

        Args:
            dataset: the parts of its elements are the arguments of the function.
            function: returns nested tuples of arrays.
            spec: `tf.TensorSpec`s with the same nesting. Named tuples are kept.
        """
        specs = tf.nest.flatten(spec)

        def flat(*arguments: Any) -> Any:
            try:
                return tf.nest.flatten(function(*arguments))
            except Exception as error:
                self.failure = error
                raise

        @tf.autograph.experimental.do_not_convert
        def in_graph(*arguments: Any) -> Any:
            parts = tf.numpy_function(
                flat, tf.nest.flatten(arguments), [part.dtype for part in specs], stateful=False
            )
            shaped = [tf.ensure_shape(part, s.shape) for part, s in zip(parts, specs, strict=True)]
            return tf.nest.pack_sequence_as(spec, shaped)

        return dataset.map(in_graph)

    @property
    @abstractmethod
    def n_threads(self) -> int:
        """Number of the configured threads that can compute a step in parallel."""

    @abstractmethod
    def n_steps(self, chunk: Any) -> tf.Tensor:
        """Return the number of steps of a chunk, scalar int32."""

    @abstractmethod
    def n_pairs(self, chunk: Any) -> tf.Tensor:
        """Return the number of pairs of a chunk, scalar int32."""

    @abstractmethod
    def weight(self, chunk: Any) -> tf.Tensor:
        """Return the sum of the weights of the pairs of a chunk, scalar float64."""

    @abstractmethod
    def step(self, chunk: Any, index: tf.Tensor, rate: tf.Tensor) -> tf.Tensor:
        """Take a step of a chunk; return the sum of its losses before it, scalar float64."""

    def compile_ahead(self) -> None:  # noqa: B027 - not every engine has something to compile
        """Compile what `step` calls, before it is traced."""

    def begin_compiling(self) -> Future[None]:
        """Let `compile_ahead` run in a thread of its own, beside what comes before the first step.

        Every call returns the same future.
        """
        if self._compiled is None:
            thread = ThreadPoolExecutor(1)
            self._compiled = thread.submit(self.compile_ahead)
            thread.shutdown(wait=False)
        return self._compiled

    @cached_property
    def chunk_function(self) -> Any:
        """What `train_chunk` calls, a concrete function."""
        traced = tf.function(
            self._train_chunk,
            # AutoGraph would parse the source again, and does not know the newest Python syntax.
            autograph=False,
            input_signature=[self.spec, tf.TensorSpec([2], tf.float32, name="rates")],
        )
        # Tracing is Python's work and compiling is XLA's, so they go on side by side.
        compiled = self.begin_compiling()
        function = traced.get_concrete_function()
        compiled.result()
        return function

    def train_chunk(self, chunk: Any, rates: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Take all steps of a chunk.

        Args:
            chunk: an element of the dataset.
            rates: [2] float32, learning rate at the chunk's first step and after its last.

        Returns:
            The sum of the losses of all pairs, scalar float64, each computed before its step, the
            number of pairs, scalar int32, and the sum of their weights, scalar float64.
        """
        found: tuple[tf.Tensor, tf.Tensor, tf.Tensor] = self.chunk_function(chunk, rates)
        return found

    def _train_chunk(self, chunk: Any, rates: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        n_steps = self.n_steps(chunk)

        def take(index: tf.Tensor, total: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            done = tf.cast(index / n_steps, tf.float32)
            rate = rates[0] + done * (rates[1] - rates[0])
            return index + 1, total + self.step(chunk, index, rate)

        _, total = tf.while_loop(
            lambda index, total: index < n_steps,
            take,
            (tf.constant(0), tf.constant(0.0, tf.float64)),
            parallel_iterations=1,
        )
        return total, self.n_pairs(chunk), self.weight(chunk)
