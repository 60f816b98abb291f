"""How the learning rate goes from the start of a run to its end."""

from dataclasses import dataclass
from typing import Protocol

from w2v_cli.config.sections import OptimizerConfig


class Schedule(Protocol):
    """Gives the learning rate at each point of a run."""

    def rate(self, progress: float) -> float:
        """Return the learning rate after this share of the run's tokens, from 0 to 1."""


@dataclass(frozen=True)
class LinearSchedule:
    """A straight fall, as in word2vec.

    Attributes:
        start, end: the learning rates of the first and the last step.

    >>> LinearSchedule(start=0.5, end=0.0).rate(0.25)
    0.375
    """

    start: float
    end: float

    def rate(self, progress: float) -> float:
        return self.start + (self.end - self.start) * progress


def make_schedule(config: OptimizerConfig) -> Schedule:
    """Return the schedule that a configuration asks for."""
    start, end = config.rates
    return LinearSchedule(start, end)
