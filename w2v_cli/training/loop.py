"""Run the epochs and report what happens; others draw the bar and write the files."""

import logging
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from w2v_cli.config.config import Config
from w2v_cli.config.run_lengths import read_decisions
from w2v_cli.corpus.encoding import EncodedCorpus
from w2v_cli.errors import DivergedError, TrainingError
from w2v_cli.training.chunks import chunks_of_a_round, cut_tokens
from w2v_cli.training.devices import Placement
from w2v_cli.training.engines.block_engine import BlockEngine
from w2v_cli.training.engines.engine import Engine
from w2v_cli.training.engines.pair_engine import PairEngine
from w2v_cli.training.evaluation_times import EvaluationTimes
from w2v_cli.training.initial import InitialRows
from w2v_cli.training.peers import Alone, Peers, Trained
from w2v_cli.training.position import Position, mean_loss
from w2v_cli.training.precision import with_precision
from w2v_cli.training.randomness import Purpose, generator
from w2v_cli.training.run_length import RunLength
from w2v_cli.training.schedule import make_schedule
from w2v_cli.training.tables import Tables
from w2v_cli.training.untrained import untrained_loss
from w2v_cli.vocabulary import Vocabulary

log = logging.getLogger(__name__)

UNDECIDED_EPOCHS = 1000
"""Epochs of a run whose length is not decided yet; it is decided after some seconds."""

MARGIN = 1.25
"""Chunks are prepared for so many times the length of a run that may still become longer."""


@dataclass(frozen=True)
class Report:
    """Where a run stands after a chunk.

    Attributes:
        epoch: from 1.
        tokens: in-vocabulary tokens passed so far in all epochs, counted before subsampling.
        total_tokens: the same at the end of the run.
        pairs: pairs trained since the last report.
        loss: mean loss of those pairs, in nats; each counts by its weight.
        learning_rate: of the next step.
        elapsed_s: seconds since the first chunk was asked for.
    """

    epoch: int
    tokens: int
    total_tokens: int
    pairs: int
    loss: float
    learning_rate: float
    elapsed_s: float


ENGINES: dict[str, Callable[..., Engine]] = {"blocks": BlockEngine, "pairs": PairEngine}


class Trainer:
    """Trains tables on an encoded corpus.

    Attributes:
        position: where the run stands; `go_on_from` sets it.
        is_between_chunks: whether the tables are those of `position`. False while a chunk is
            trained: what an exception leaves then is not a state to go on from.
        is_evaluation_due: whether the run is to be evaluated at `position`.
    """

    def __init__(
        self,
        corpus: EncodedCorpus,
        vocabulary: Vocabulary,
        config: Config,
        placement: Placement,
        initial: InitialRows | None = None,
        peers: Peers | None = None,
        chunk_tokens: int | None = None,
        contexts: Vocabulary | None = None,
    ) -> None:
        """Make the tables and the engine.

        Args:
            corpus: the text.
            vocabulary: its words.
            config: every setting of the run.
            placement: the devices.
            initial: rows that are given.
            peers: the other workers; by default there are none.
            contexts: the context words, where they have a vocabulary of their own.
            chunk_tokens: about how many tokens a chunk has; by default as the settings say.
        """
        contexts = contexts or vocabulary
        config = _with_fewer_candidates(with_precision(config, placement), len(contexts))
        self.corpus, self.config, self.position = corpus, config, Position()
        self.is_between_chunks, self.is_evaluation_due = True, False
        self._evaluation_times = EvaluationTimes.of(config.evaluation)
        if config.sampler == "learned_unigram" or config.devices.deterministic:
            # That sampler has a state, which depends on the global seed too; and determinism
            # refuses operations that could draw without one, whether they do or not.
            tf.random.set_seed(config.training.seed)
        self._counts = contexts.counts
        self.peers: Peers = peers or Alone()
        usual, self.round_tokens = cut_tokens(
            config, len(vocabulary), corpus.n_tokens, self.peers.n_workers
        )
        self.chunk_tokens = chunk_tokens or usual
        self.tables = Tables(vocabulary.counts, config, placement, initial, contexts.counts)
        engine = ENGINES[config.engine]
        weighted = corpus.weights is not None
        self.engine = engine(self.tables, contexts.counts, config, placement, weighted)
        self.schedule = make_schedule(config.optimizer)
        self._borders = corpus.chunks(self.chunk_tokens)
        self._tokens_by_chunk = np.diff(corpus.starts[self._borders])
        self.length = self._planned_length()

    @cached_property
    def untrained_loss(self) -> float:
        """Mean loss of a pair for a model that knows nothing, in nats."""
        return untrained_loss(self._counts, self.config)

    @property
    def total_tokens(self) -> int:
        """Tokens of the whole run. Until its length is decided, far more than it can reach."""
        if not self.length.decisions:
            return self.corpus.n_tokens * UNDECIDED_EPOCHS
        return self.length.total

    def _planned_length(self) -> RunLength:
        training = self.config.training
        if training.total_words is not None:
            decisions = read_decisions(training.total_words)
            return RunLength(tuple((start, self._chunk_end(total)) for start, total in decisions))
        if training.n_epochs is not None:
            return RunLength(((0, self.corpus.n_tokens * training.n_epochs),))
        return RunLength()

    def decide_length(self, total: float) -> None:
        """Decide how many tokens the run has in all; at least a chunk is still to come.

        The position remembers it, and so does every state that is saved.

        Args:
            total: the run ends with the chunk whose end is nearest.
        """
        tokens = self.position.tokens
        total = self._chunk_end(max(round(total) - self.chunk_tokens // 2, tokens + 1))
        if self.length.decisions and total == self.length.total:
            return
        self.length = self.length.after(tokens, total)
        self.position = replace(self.position, decisions=self.length.decisions)

    def _chunk_end(self, tokens: int) -> int:
        """Return the tokens at the end of the first chunk that ends after `tokens` or there."""
        epoch = (tokens - 1) // self.corpus.n_tokens
        before = epoch * self.corpus.n_tokens
        ends = before + np.cumsum(self._tokens_by_chunk[self._order_of_epoch(epoch)])
        return int(ends[np.searchsorted(ends, tokens)])

    def go_on_from(self, position: Position) -> None:
        """Take the run to a position that it has reached before; the tables must be those of it.

        Raises:
            TrainingError: no run on this corpus comes by this position.
        """
        visited = self._order_of_epoch(position.epoch)[: position.chunks]
        tokens = position.epoch * self.corpus.n_tokens + int(self._tokens_by_chunk[visited].sum())
        if position.chunks > len(self._tokens_by_chunk) or tokens != position.tokens:
            raise TrainingError(
                f"the state of the run is after {position.tokens:,} words, in epoch"
                f" {position.epoch + 1} after {position.chunks:,} chunks, where this text has"
                f" {tokens:,}; start again with --overwrite"
            )
        self.position = position
        if position.decisions:
            self.length = RunLength(position.decisions)

    def run(self) -> Iterator[Report]:
        """Train from `position` to the end of the run, a chunk between two reports.

        The length of the run may be decided and changed between reports. If it becomes longer than
        `MARGIN` allows for, the iterator ends early, and `run` has to be called again.

        Raises:
            DivergedError: the loss is not a finite number any more.
            TrainingError: there are no pairs to train.
            OSError: a file of the text has gone.
        """
        self.engine.begin_compiling()
        self.peers.begin(self.tables)
        started = time.perf_counter() - self.position.elapsed_s
        rounds = self._rounds()
        visits = np.concatenate([np.empty((0, 2), np.int64), *map(self._own, rounds)])
        dataset = self.engine.dataset(self.corpus, self._borders, visits)
        elements = iter(dataset.with_options(_without_autotune()))
        for visits in rounds:
            if self.position.tokens >= self.total_tokens:
                return
            epoch, n_chunks = int(visits[0, 0]), len(visits)
            before = self.position.tokens
            tokens = int(self._tokens_by_chunk[visits[:, 1]].sum())
            self.is_between_chunks = False
            trained = self._train(elements, len(self._own(visits)), before, tokens)
            ends_epoch = self.position.chunks + n_chunks == len(self._tokens_by_chunk)
            is_due = self._evaluation_times.is_due(
                before, before + tokens, self.total_tokens, ends_epoch=ends_epoch
            )
            loss, pairs, weight = self.peers.combine(
                trained,
                number=self.position.rounds + 1,
                whole=is_due or before + tokens >= self.total_tokens,
                elapsed_s=time.perf_counter() - started,
            )
            self._check(loss, epoch)
            self.position = self.position.after(
                chunks=n_chunks,
                tokens=tokens,
                loss=loss,
                pairs=pairs,
                weight=weight,
                elapsed_s=time.perf_counter() - started,
                ends_epoch=ends_epoch,
            )
            self.is_between_chunks, self.is_evaluation_due = True, is_due
            yield Report(
                epoch=epoch + 1,
                tokens=self.position.tokens,
                total_tokens=self.total_tokens,
                pairs=pairs,
                loss=mean_loss(loss, weight),
                learning_rate=self._rate(self.position.tokens),
                elapsed_s=self.position.elapsed_s,
            )
            if self.position.chunks == 0 and not sum(self.position.pairs):
                raise TrainingError(
                    "no sentence has two words left to make a pair; raise --subsample, or set it to"
                    " 0 to keep every word"
                )

    def _train(self, elements: Iterator[Any], n_chunks: int, before: int, tokens: int) -> Trained:
        """Train this worker's chunks of a round.

        Args:
            elements: the chunks.
            n_chunks: how many of them belong to the round.
            before: tokens that were passed before the round, by all workers.
            tokens: tokens of the round, of all workers.
        """
        loss, pairs, weight = 0.0, 0, 0.0
        # The workers pass the round side by side, so each goes through all of its learning rates.
        passed = [before + tokens * i // max(n_chunks, 1) for i in range(n_chunks + 1)]
        for first, last in pairwise(passed):
            rates = tf.constant([self._rate(first), self._rate(last)])
            of_chunk = self.engine.train_chunk(self._next(elements), rates)
            found = [x.numpy().item() for x in of_chunk]
            loss, pairs, weight = loss + found[0], pairs + found[1], weight + found[2]
        return Trained(loss, pairs, weight)

    def _rate(self, tokens: int) -> float:
        return self.schedule.rate(self.length.progress(tokens))

    def _next(self, elements: Iterator[Any]) -> Any:
        """Return the next chunk, or raise what its function has raised."""
        try:
            return next(elements)
        except tf.errors.OpError:
            if (failure := self.engine.failure) is not None:
                raise failure from None
            raise

    def _rounds(self) -> list[NDArray[np.int64]]:
        """Return what is left to visit: for each round epochs and chunks, [n, 2].

        A round does not cross the end of an epoch.
        """
        n_chunks = chunks_of_a_round(self.round_tokens, self.chunk_tokens, self.peers.n_workers)
        visits = self._visits()
        epochs = np.split(visits, np.flatnonzero(np.diff(visits[:, 0])) + 1)
        return [
            of_epoch[i : i + n_chunks]
            for of_epoch in epochs
            for i in range(0, len(of_epoch), n_chunks)
        ]

    def _own(self, visits: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return this worker's visits of a round. It has none if there are too few for all."""
        return visits[self.peers.rank :: self.peers.n_workers]

    def _visits(self) -> NDArray[np.int64]:
        """Return epoch and chunk of what is left to visit, [n, 2]; an order for each epoch."""
        tokens = self.total_tokens
        if self.config.training.time_budget is not None:
            tokens = round(MARGIN * tokens)
        epochs = range(self.position.epoch, -(-tokens // self.corpus.n_tokens))
        orders = [self._order_of_epoch(epoch) for epoch in epochs]
        visits = [
            np.stack([np.full_like(o, e), o], axis=1) for e, o in zip(epochs, orders, strict=True)
        ]
        left = np.concatenate([np.empty((0, 2), np.int64), *visits])[self.position.chunks :]
        passed = self.position.tokens + np.cumsum(self._tokens_by_chunk[left[:, 1]])
        return left[: np.searchsorted(passed, tokens) + 1]

    def _order_of_epoch(self, epoch: int) -> NDArray[np.int64]:
        random = generator(self.config.training.seed, Purpose.CHUNK_ORDER, epoch)
        return random.permutation(len(self._tokens_by_chunk))

    def _check(self, loss: float, epoch: int) -> None:
        if not math.isfinite(loss):
            raise DivergedError(
                f"the loss is no longer a finite number in epoch {epoch + 1}, after"
                f" {self.position.tokens:,} words; use a --learning-rate below"
                f" {self.config.optimizer.rates[0]:g}"
            )


def _without_autotune() -> tf.data.Options:
    """Return options that leave a dataset as it was built.

    Nothing in it is for `tf.data` to tune, and the thread that would do so may sleep through the
    end of its iterator, which waits for it: 2 to 15 s were lost.
    """
    options = tf.data.Options()
    options.autotune.enabled = False
    return options


def _with_fewer_candidates(config: Config, n_words: int) -> Config:
    """Return `config` with no more candidates than there are words."""
    objective = config.objective
    if objective.num_sampled <= n_words:
        return config
    log.warning(
        "num_sampled is %d but the vocabulary has %d words; drawing %d",
        objective.num_sampled,
        n_words,
        n_words,
    )
    return replace(config, objective=replace(objective, num_sampled=n_words))
