"""Run the epochs and report what happens; others draw the bar and write the files."""

import logging
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from w2v_cli.config import Config
from w2v_cli.corpus.encoding import EncodedCorpus
from w2v_cli.corpus.vocabulary import Vocabulary
from w2v_cli.errors import DivergedError, TrainingError
from w2v_cli.training.block_engine import BlockEngine
from w2v_cli.training.devices import Placement
from w2v_cli.training.engine import Engine
from w2v_cli.training.initial import InitialRows
from w2v_cli.training.pair_engine import PairEngine
from w2v_cli.training.position import Position
from w2v_cli.training.randomness import Purpose, generator
from w2v_cli.training.tables import Tables, TrainedTables

log = logging.getLogger(__name__)

CHUNK_DISTANCES = 1 << 21
"""Tokens times window in a chunk: bounds its pairs, its memory and the time between reports.

A chunk's last step is part empty and the threads wait between chunks, so few large ones are faster.
"""


@dataclass(frozen=True)
class Report:
    """Where a run stands after a chunk.

    Attributes:
        epoch: from 1.
        tokens: in-vocabulary tokens passed so far in all epochs, counted before subsampling.
        total_tokens: the same at the end of the run.
        pairs: pairs trained since the last report.
        loss: mean loss of those pairs, in nats.
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


ENGINES = {"blocks": BlockEngine, "pairs": PairEngine}


class Trainer:
    """Trains tables on an encoded corpus.

    Attributes:
        position: where the run stands; set it, and the tables, to go on with a run.
    """

    def __init__(
        self,
        corpus: EncodedCorpus,
        vocabulary: Vocabulary,
        config: Config,
        placement: Placement,
        initial: InitialRows | None = None,
    ) -> None:
        config = _with_fewer_candidates(config, len(vocabulary))
        self.corpus, self.config, self.position = corpus, config, Position()
        # For learned_unigram, the only sampler with a state.
        tf.random.set_seed(config.training.seed)
        self.tables = Tables(vocabulary.counts, config, placement, initial)
        engine = ENGINES[config.training.engine]
        self.engine: Engine = engine(self.tables, vocabulary.counts, config, placement)

    def run(self) -> Iterator[Report]:
        """Train from `position` to the end of the last epoch, a chunk between two reports.

        Raises:
            DivergedError: the loss is not a finite number any more.
            TrainingError: there are no pairs to train.
        """
        corpus = self.corpus
        borders = corpus.chunks(max(1, CHUNK_DISTANCES // self.config.pairs.window))
        chunk_tokens = np.diff(corpus.starts[borders])
        total_tokens = corpus.n_tokens * self.config.training.epochs
        started = time.perf_counter() - self.position.elapsed_s
        visits = self._visits(len(chunk_tokens))
        dataset = self.engine.dataset(corpus, borders, visits).with_options(_without_autotune())
        for (epoch, chunk), element in zip(visits.tolist(), dataset, strict=True):
            before = self.position.tokens
            tokens = int(chunk_tokens[chunk])
            rates = [self._rate(n / total_tokens) for n in (before, before + tokens)]
            loss, pairs = (x.numpy().item() for x in self.engine.train_chunk(element, rates))
            self._check(loss, epoch)
            self.position = self.position.after(
                tokens=tokens,
                loss=loss,
                pairs=pairs,
                elapsed_s=time.perf_counter() - started,
                ends_epoch=self.position.chunks + 1 == len(chunk_tokens),
            )
            yield Report(
                epoch=epoch + 1,
                tokens=self.position.tokens,
                total_tokens=total_tokens,
                pairs=pairs,
                loss=loss / max(pairs, 1),
                learning_rate=rates[1],
                elapsed_s=self.position.elapsed_s,
            )
            if self.position.chunks == 0 and not sum(self.position.pairs):
                raise TrainingError(
                    "no sentence has two words left to make a pair; raise --subsample, or set it to"
                    " 0 to keep every word"
                )

    def _visits(self, n_chunks: int) -> NDArray[np.int64]:
        """Return epoch and chunk of what is left to visit, [n, 2]; an order for each epoch."""
        seed = self.config.training.seed
        visits = [
            (epoch, chunk)
            for epoch in range(self.position.epoch, self.config.training.epochs)
            for chunk in generator(seed, Purpose.CHUNK_ORDER, epoch).permutation(n_chunks)
        ]
        return np.array(visits[self.position.chunks :], dtype=np.int64).reshape(-1, 2)

    def _check(self, loss: float, epoch: int) -> None:
        if not math.isfinite(loss):
            raise DivergedError(
                f"the loss is no longer a finite number in epoch {epoch + 1}, after"
                f" {self.position.tokens:,} words; use a --learning-rate below"
                f" {self.config.optimizer.rates[0]:g}"
            )

    def _rate(self, progress: float) -> float:
        """Return the learning rate after this share of the run's tokens."""
        start, end = self.config.optimizer.rates
        return start + (end - start) * progress

    def result(self) -> TrainedTables:
        """Return the tables as they are now."""
        return self.tables.to_numpy()


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
