"""Whether a run goes on: its rules are asked before training and after every report."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from w2v_cli.errors import StoppedError

if TYPE_CHECKING:
    from w2v_cli.training.loop import Report


class Stop(NamedTuple):
    """Why a run is to end.

    Attributes:
        signal: number of the signal that asks for it.
    """

    signal: int


class StopRule:
    """Never stops a run; subclasses do."""

    def wait_to_be_asked(self) -> None:
        """Hear that from now on the run ends in good order, where a rule that is asked says so."""

    def ask(self) -> Stop | None:
        """Return why the run is to end here, or None."""
        return None


class StopRules:
    """All rules of a run; the first that stops it decides."""

    def __init__(self, rules: Sequence[StopRule]) -> None:
        self._rules = rules

    def wait_to_be_asked(self) -> None:
        for rule in self._rules:
            rule.wait_to_be_asked()

    def ask(self) -> Stop | None:
        return next((stop for rule in self._rules if (stop := rule.ask()) is not None), None)

    def check(self, where: str) -> None:
        """Raise StoppedError if the run is to end; what was done so far must be saved."""
        if (stop := self.ask()) is not None:
            raise StoppedError(f"stopped {where}", stop.signal)


def place_of(report: "Report") -> str:
    """Return where a run stands, in words: `in epoch 2, 37%`."""
    return f"in epoch {report.epoch}, {report.tokens / report.total_tokens:.0%}"
