"""Who hears what happens during a run: the console, the file of metrics, a caller from Python."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from w2v_cli.training.loop import Report


class Observer:
    """Hears the facts of a run and ignores them; subclasses override what they want to hear."""

    def stage(self, text: str) -> None:
        """Hear that a new part of the run begins, in words."""

    def begin(self, tokens: int, total_tokens: int) -> None:
        """Hear that training begins.

        Args:
            tokens: passed already, by the part of the run that was stopped; else 0.
            total_tokens: passed at the end of the run.
        """

    def report(self, report: "Report") -> None:
        """Hear that a chunk was trained."""

    def end(self) -> None:
        """Hear that training has ended, also where it failed or was stopped after `begin`."""


class Observers(Observer):
    """Passes every fact on to several observers, in their order."""

    def __init__(self, observers: Sequence[Observer]) -> None:
        self._observers = observers

    def stage(self, text: str) -> None:
        for observer in self._observers:
            observer.stage(text)

    def begin(self, tokens: int, total_tokens: int) -> None:
        for observer in self._observers:
            observer.begin(tokens, total_tokens)

    def report(self, report: "Report") -> None:
        for observer in self._observers:
            observer.report(report)

    def end(self) -> None:
        for observer in self._observers:
            observer.end()
