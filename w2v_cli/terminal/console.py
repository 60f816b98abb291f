"""Show a run on stderr: a progress bar on a terminal, else a plain line from time to time.

There is a line at 1, 2, 4, ... % of the run, when an epoch begins, every 30 seconds, and at the
end, but no two of them within a second. Every evaluation has lines of its own.
"""

import sys
import time
from typing import TYPE_CHECKING, NoReturn

from w2v_cli.runs.observers import Observer
from w2v_cli.terminal.streams import discard

if TYPE_CHECKING:
    from tqdm import tqdm

    from w2v_cli.runs.evaluation import Evaluation
    from w2v_cli.training.loop import Report

LINE_EVERY_S, LEAST_BETWEEN_S = 30.0, 1.0
FIRST_MARK = 0.01
"""Share of the run at the first line. Each mark is twice the one before."""


class ConsoleObserver(Observer):
    """Shows stages as lines, and training as a tqdm bar where stderr is a terminal."""

    def __init__(self) -> None:
        self._bar: tqdm[NoReturn] | None = None
        self._shown_at = time.monotonic()
        self._loss_sum = 0.0
        self._pairs = 0
        self._mark, self._epoch = FIRST_MARK, 0
        self._held_out = ""

    def stage(self, text: str) -> None:
        try:
            print(text, file=sys.stderr, flush=True)
        except OSError:
            # The reader of stderr is gone. The run must go on without it.
            discard(sys.stderr)

    def begin(self, tokens: int, total_tokens: int) -> None:
        self._pass_marks(tokens / total_tokens)
        if not sys.stderr.isatty():
            return
        from tqdm import tqdm

        # `initial` keeps the tokens of the earlier part out of the speed.
        self._bar = tqdm(
            total=total_tokens,
            initial=tokens,
            unit=" words",
            unit_scale=True,
            dynamic_ncols=True,
        )

    def report(self, report: "Report") -> None:
        self._loss_sum += report.loss * report.pairs
        self._pairs += report.pairs
        if self._bar is not None:
            self._update_bar(self._bar, report)
        elif self._due(report):
            seconds_left = report.elapsed_s * (report.total_tokens / report.tokens - 1)
            self.stage(
                f"epoch {report.epoch}, {report.tokens / report.total_tokens:.0%}:"
                f" {report.tokens / report.elapsed_s:,.0f} words/s,"
                f" loss {self._mean_loss():.4f}{self._held_out},"
                f" learning rate {report.learning_rate:.4f},"
                f" {seconds_left:.0f} s left"
            )

    def evaluation(self, evaluation: "Evaluation") -> None:
        if evaluation.held_out is not None:
            self._held_out = f", held-out {evaluation.held_out.softmax.cross_entropy:.4f}"
        for line in evaluation.in_words():
            if self._bar is not None:
                self._bar.write(line, file=sys.stderr)
            else:
                self.stage(line)

    def end(self) -> None:
        if self._bar is not None:
            self._bar.close()

    def _update_bar(self, bar: "tqdm[NoReturn]", report: "Report") -> None:
        bar.set_description(f"epoch {report.epoch}", refresh=False)
        bar.set_postfix_str(
            f"loss {self._mean_loss():.4f}{self._held_out}, rate {report.learning_rate:.4f}",
            refresh=False,
        )
        bar.total = report.total_tokens  # a run with a time budget decides it as it goes
        bar.update(report.tokens - bar.n)

    def _due(self, report: "Report") -> bool:
        now, share = time.monotonic(), report.tokens / report.total_tokens
        passed = now - self._shown_at
        due = share >= self._mark or report.epoch > (self._epoch or report.epoch)
        due = (due and passed >= LEAST_BETWEEN_S) or passed >= LINE_EVERY_S or share == 1
        self._epoch = report.epoch
        self._pass_marks(share)
        if due:
            self._shown_at = now
        return due

    def _pass_marks(self, share: float) -> None:
        while self._mark <= share:
            self._mark *= 2

    def _mean_loss(self) -> float:
        """Return the mean loss of a pair since the last call, in nats."""
        mean = self._loss_sum / max(self._pairs, 1)
        self._loss_sum, self._pairs = 0.0, 0
        return mean


class BarObserver(ConsoleObserver):
    """Shows training as a bar where stderr is a terminal, and nothing else."""

    def stage(self, text: str) -> None:
        """Say nothing."""

    def evaluation(self, evaluation: "Evaluation") -> None:
        """Say nothing."""
