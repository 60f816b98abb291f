"""Decide after which chunks a run is evaluated. Only the number of trained words matters."""

from dataclasses import dataclass

from w2v_cli.config.sections import EvaluationConfig

ROUNDING = 1e-9


@dataclass(frozen=True)
class EvaluationTimes:
    """Says when an evaluation is due.

    Attributes:
        is_on: whether there is anything to evaluate.
        every: share of the run between two evaluations, beside those at the ends of epochs.
    """

    is_on: bool
    every: float | None

    @classmethod
    def of(cls, config: EvaluationConfig) -> "EvaluationTimes":
        """Return the times that the settings ask for."""
        return cls(config.is_on, config.evaluate_every)

    def is_due(self, before: int, after: int, total: int, *, ends_epoch: bool) -> bool:
        """Return whether an evaluation is due after some chunks.

        Args:
            before: tokens of the run before these chunks.
            after: tokens of the run after them.
            total: tokens of the whole run.
            ends_epoch: whether they are the last ones of an epoch.

        >>> times = EvaluationTimes(is_on=True, every=0.1)
        >>> [times.is_due(n, n + 60, 1000, ends_epoch=False) for n in (0, 60, 120, 180)]
        [False, True, False, True]
        """
        if not self.is_on:
            return False
        if ends_epoch or after == total:
            return True
        return self.every is not None and self._passed(after, total) > self._passed(before, total)

    def _passed(self, tokens: int, total: int) -> int:
        assert self.every is not None
        return int(tokens / (self.every * total) + ROUNDING)
