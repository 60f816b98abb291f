"""Run the epochs and report what happens; others draw the bar and write the files."""

import logging
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from w2v_cli.config import Config
from w2v_cli.corpus.encoding import EncodedCorpus
from w2v_cli.corpus.vocabulary import Vocabulary
from w2v_cli.errors import TrainingError
from w2v_cli.training.devices import Placement
from w2v_cli.training.pair_engine import PairEngine
from w2v_cli.training.pairs import keep_probabilities, pairs_dataset
from w2v_cli.training.randomness import Purpose, generator, stateless_seed
from w2v_cli.training.samplers import make_sampler
from w2v_cli.training.tables import Tables, TrainedTables

log = logging.getLogger(__name__)

CHUNK_DISTANCES = 1 << 19
"""Tokens times window in a chunk: bounds its pairs, its memory and the time between reports."""


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


class Trainer:
    """Trains tables on an encoded corpus."""

    def __init__(
        self, corpus: EncodedCorpus, vocabulary: Vocabulary, config: Config, placement: Placement
    ) -> None:
        self.corpus, self.config = corpus, config
        objective, training = config.objective, config.training
        # For learned_unigram, the only sampler with a state.
        tf.random.set_seed(training.seed)
        self.keep = keep_probabilities(vocabulary.counts, config.pairs.subsample)
        self.tables = Tables(vocabulary.counts, config, placement)
        num_sampled = min(objective.num_sampled, len(vocabulary))
        if num_sampled < objective.num_sampled:
            log.warning(
                "num_sampled is %d but the vocabulary has %d words; drawing %d",
                objective.num_sampled,
                len(vocabulary),
                num_sampled,
            )
        sampler = make_sampler(
            objective.sampler,
            vocabulary.counts,
            num_sampled,
            objective.noise_exponent,
            training.seed,
        )
        self.engine = PairEngine(self.tables, sampler, config, placement)

    def run(self) -> Iterator[Report]:
        """Train all epochs, a chunk between two reports.

        Raises:
            TrainingError: the loss is not a finite number any more.
        """
        config, corpus = self.config, self.corpus
        seed, epochs = config.training.seed, config.training.epochs
        borders = corpus.chunks(max(1, CHUNK_DISTANCES // config.pairs.window))
        chunk_tokens = np.diff(corpus.starts[borders])
        tokens, total_tokens, pairs_in_all = 0, corpus.n_tokens * epochs, 0
        started = time.perf_counter()
        for epoch in range(epochs):
            order = generator(seed, Purpose.CHUNK_ORDER, epoch).permutation(len(chunk_tokens))
            dataset = pairs_dataset(
                corpus, borders, order, self.keep, config.pairs.window, seed, epoch
            )
            for chunk, (centers, contexts) in zip(order.tolist(), dataset, strict=True):
                rates = [self._rate(tokens / total_tokens)]
                tokens += int(chunk_tokens[chunk])
                rates.append(self._rate(tokens / total_tokens))
                noise = stateless_seed(seed, Purpose.NOISE, epoch, chunk)
                loss = float(self.engine.train_chunk(centers, contexts, noise, rates))
                if not math.isfinite(loss):
                    raise TrainingError(
                        f"the loss is no longer a finite number after {tokens:,} words of epoch"
                        f" {epoch + 1}; try a --learning-rate below {config.optimizer.rates[0]:g}"
                    )
                n_pairs = len(centers)
                pairs_in_all += n_pairs
                yield Report(
                    epoch=epoch + 1,
                    tokens=tokens,
                    total_tokens=total_tokens,
                    pairs=n_pairs,
                    loss=loss / max(n_pairs, 1),
                    learning_rate=rates[1],
                    elapsed_s=time.perf_counter() - started,
                )
            if not pairs_in_all:
                raise TrainingError(
                    "no sentence has two words left to make a pair; raise --subsample, or set it to"
                    " 0 to keep every word"
                )

    def _rate(self, progress: float) -> float:
        """Return the learning rate after this share of the run's tokens."""
        start, end = self.config.optimizer.rates
        return start + (end - start) * progress

    def result(self) -> TrainedTables:
        """Return the tables as they are now."""
        return self.tables.to_numpy()
