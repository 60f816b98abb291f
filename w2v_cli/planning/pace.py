"""How fast all workers of a run train, with the time in which they combine their tables."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from w2v_cli.config.config import Config
from w2v_cli.config.run_lengths import read_decisions
from w2v_cli.planning.speed import Trial
from w2v_cli.planning.text_size import TextSize
from w2v_cli.training.chunks import chunks_of_a_round, cut_tokens
from w2v_cli.workers.cost import (
    BETWEEN_MACHINES,
    ON_A_MACHINE,
    PROCESSOR,
    combination_seconds,
    row_bytes,
    rows_of_a_run,
)
from w2v_cli.workers.team import Team

LONGER_CHUNKS = 0.01
"""A last chunk of so small a share of the others is not expected."""


@dataclass(frozen=True, kw_only=True)
class Pace:
    """The speed of a run.

    Attributes:
        tokens_per_s: words of the vocabulary a second, counted before subsampling.
        lowest, highest: the same in the slowest and in the fastest stretch of the trial.
        combinations: how often the workers combine their tables in the run; 0 for one worker.
        combining_s: seconds of the run that this takes.
        waiting: for each second of training, the seconds that workers wait for the slowest one.
    """

    tokens_per_s: float
    lowest: float
    highest: float
    combinations: int
    combining_s: float
    waiting: float


def pace_of_a_run(config: Config, size: TextSize, trial: Trial, team: Team) -> Pace:
    """Return the speed of a run.

    Args:
        config: every setting of the run.
        size: of its text.
        trial: of steps on one worker, with as many others beside it as there are on this machine.
        team: the workers. All machines of a cluster count as fast as this one.
    """
    n = team.n_workers
    tokens = _total_tokens(config, size)
    n_combinations = number_of_rounds(config, size, team, tokens / size.tokens) if n > 1 else 0
    n_bytes = rows_of_a_run(n_combinations, size.words) * row_bytes(config.model.dimension)
    network = ON_A_MACHINE if team.n_here == n else BETWEEN_MACHINES
    mean_bytes = n_bytes / max(n_combinations, 1)
    combining_s = n_combinations * combination_seconds(n, mean_bytes, network, PROCESSOR)
    of_a_worker = _chunks_of_a_round(config, size, team) // n
    # The mean of several chunks varies less than one of them.
    waiting = (slowest(trial.chunk_s, n) / mean(trial.chunk_s) - 1) / math.sqrt(of_a_worker)

    def together(speed: float) -> float:
        return tokens / (tokens / (n * speed) * (1 + waiting) + combining_s)

    return Pace(
        tokens_per_s=together(trial.tokens_per_s),
        lowest=together(trial.lowest),
        highest=together(trial.highest),
        combinations=n_combinations,
        combining_s=combining_s,
        waiting=waiting,
    )


def slowest(seconds: Sequence[float], n: int) -> float:
    """Return how long the slowest of n workers takes on average, given samples of one worker.

    >>> slowest([1.0, 2.0], n=1), slowest([1.0, 2.0], n=2)  # of two, three times in four 2.0
    (1.5, 1.75)
    """
    m = len(seconds)
    return sum(x * (((i + 1) / m) ** n - (i / m) ** n) for i, x in enumerate(sorted(seconds)))


def number_of_rounds(config: Config, size: TextSize, team: Team, epochs: float) -> int:
    """Return the number of rounds of a run, which is that of its reports."""
    chunk, _ = cut_tokens(config, size.words, size.tokens, team.n_workers)
    # Chunks are a little longer than that, because they have whole sentences.
    n_chunks = max(1, math.ceil(size.tokens / chunk - LONGER_CHUNKS))
    in_epoch = math.ceil(n_chunks / _chunks_of_a_round(config, size, team))
    return math.ceil(in_epoch * epochs)


def _chunks_of_a_round(config: Config, size: TextSize, team: Team) -> int:
    chunk, of_round = cut_tokens(config, size.words, size.tokens, team.n_workers)
    return chunks_of_a_round(of_round, chunk, team.n_workers)


def _total_tokens(config: Config, size: TextSize) -> int:
    """Return the tokens of a run; of one with a time budget, those of an epoch."""
    if config.training.total_words is not None:
        return read_decisions(config.training.total_words)[-1][1]
    return size.tokens * (config.training.n_epochs or 1)
