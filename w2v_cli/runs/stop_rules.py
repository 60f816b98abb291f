"""Rules that can stop a run. They are asked before training and after every report."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from w2v_cli.errors import StoppedError

if TYPE_CHECKING:
    from w2v_cli.training.loop import Report


class Stop(NamedTuple):
    """The reason to stop a run.

    Attributes:
        signal: number of the signal that stops it.
    """

    signal: int


class StopRule:
    """A rule that never stops a run. Subclasses override `ask`."""

    def wait_to_be_asked(self) -> None:
        """From now on the run calls `ask`, and saves its state before it stops."""

    def ask(self) -> Stop | None:
        """Return the reason to stop the run now, or None to continue."""
        return None


class StopRules:
    """All rules of a run. The first rule with a reason to stop decides."""

    def __init__(self, rules: Sequence[StopRule]) -> None:
        self._rules = rules

    def wait_to_be_asked(self) -> None:
        for rule in self._rules:
            rule.wait_to_be_asked()

    def ask(self) -> Stop | None:
        return next((stop for rule in self._rules if (stop := rule.ask()) is not None), None)

    def check(self, where: str) -> None:
        """Raise StoppedError if a rule stops the run. The caller must have saved the state."""
        if (stop := self.ask()) is not None:
            raise StoppedError(f"stopped {where}", stop.signal)


def place_of(report: "Report") -> str:
    """Return the progress of a run as text: `in epoch 2, 37%`."""
    return f"in epoch {report.epoch}, {report.tokens / report.total_tokens:.0%}"
