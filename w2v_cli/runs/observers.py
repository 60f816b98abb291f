"""Observers receive the events of a run: the console, the metrics file, or a caller's own."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from w2v_cli.runs.evaluation import Evaluation
    from w2v_cli.training.loop import Report
    from w2v_cli.training.tables import Tables


class Observer:
    """Receives the events of a run and ignores them. Subclasses override the methods they need."""

    def stage(self, text: str) -> None:
        """Receive a line of text: a new part of the run begins, or a fact about it."""

    def begin(self, tokens: int, total_tokens: int) -> None:
        """Training begins.

        Args:
            tokens: tokens that are already trained, 0 unless the run is resumed.
            total_tokens: tokens that are trained at the end of the run, over all epochs.
        """

    def report(self, report: "Report") -> None:
        """Receive the report of a trained chunk."""

    def evaluation(self, evaluation: "Evaluation") -> None:
        """Receive an evaluation. It comes after the report of the same tokens."""

    def tables(self, tables: "Tables", tokens: int) -> None:
        """Receive the tables at each evaluation and at the end of each epoch. Do not change them.

        Args:
            tables: with several workers, those of the chief.
            tokens: tokens that are trained, as in the report before.
        """

    def end(self) -> None:
        """Training has ended. Also called if it fails or is stopped after `begin`."""


class Observers(Observer):
    """Passes every event to several observers, in their order."""

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

    def evaluation(self, evaluation: "Evaluation") -> None:
        for observer in self._observers:
            observer.evaluation(evaluation)

    def tables(self, tables: "Tables", tokens: int) -> None:
        for observer in self._observers:
            observer.tables(tables, tokens)

    def end(self) -> None:
        for observer in self._observers:
            observer.end()
