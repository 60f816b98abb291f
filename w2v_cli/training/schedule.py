"""The learning rate during a run."""

from dataclasses import dataclass
from typing import Protocol

from w2v_cli.config.sections import OptimizerConfig


class Schedule(Protocol):
    """Returns the learning rate at each point of a run."""

    def rate(self, progress: float) -> float:
        """Return the learning rate after `progress`, the share of the run's tokens from 0 to 1."""


@dataclass(frozen=True)
class LinearSchedule:
    """A linear decrease, as in word2vec.

    Attributes:
        start, end: the learning rates at the start and at the end of the run.

    >>> LinearSchedule(start=0.5, end=0.0).rate(0.25)
    0.375
    """

    start: float
    end: float

    def rate(self, progress: float) -> float:
        return self.start + (self.end - self.start) * progress


def make_schedule(config: OptimizerConfig) -> Schedule:
    """Return the schedule for a configuration."""
    start, end = config.rates
    return LinearSchedule(start, end)
