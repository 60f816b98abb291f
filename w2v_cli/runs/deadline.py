"""End a run in a given time.

After the first seconds of training the speed is known, and with it how many words fit into the time
that is left. This number is the length of the run; the learning rate ends there. As the speed
changes, the length is corrected: each time when half of the rest of the time or of the words has
passed, and after each saved state. The decisions are saved with the run. So its configuration
repeats it without a clock.
"""

import hashlib
import logging
import math
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from w2v_cli.config.config import Config
from w2v_cli.config.quantities import read_seconds, seconds_in_words
from w2v_cli.config.run_lengths import write_decisions
from w2v_cli.errors import TrainingError
from w2v_cli.storage import flush

if TYPE_CHECKING:
    from w2v_cli.training.loop import Report, Trainer

log = logging.getLogger(__name__)

FIRST_S = 3.0
"""Seconds of training before the first decision, or a tenth of the budget if that is less."""

LAST_S = 1.0
"""The length is not corrected any more when no more than this is left."""

END_S = 0.6
"""Seconds of computing that a program with TensorFlow takes to end."""

SLOWEST = 4.0
"""Seconds for a second of computing that are allowed for, where others use the cores as well."""

PROBE_BYTES = 8 << 20


class Deadline:
    """The time by which a run ends.

    It is made when the run begins, so that counting and starting TensorFlow count.
    """

    def __init__(self, seconds: float, used_s: float) -> None:
        self._budget, self._began = seconds, time.monotonic() - used_s
        self._computed = time.process_time()
        self._end = self._began + seconds
        self._first_s = min(FIRST_S, seconds / 10)
        self._measured_from = self._began, 0
        self._next, self._next_tokens = 0.0, math.inf
        self._chunks_heard = 0
        self._decided = self._is_final = False

    @classmethod
    def of(cls, config: Config, used_s: float) -> "Deadline | None":
        """Return the deadline of a run, or None if it has none.

        Args:
            config: every setting of the run.
            used_s: seconds of the budget that have passed before.
        """
        budget = config.training.time_budget
        return None if budget is None else cls(read_seconds(budget), used_s)

    def begin(self, trainer: "Trainer", directory: Path, evaluation_s: float) -> None:
        """Training begins: find out how much time the end of the run will take.

        A resumed run keeps the length that was decided before it stopped.

        Args:
            trainer: at its position.
            directory: where the model will be written.
            evaluation_s: seconds of the evaluation at the end of the run.

        Raises:
            TrainingError: no time is left to train.
        """
        if trainer.position.decisions:
            self._is_final = True
            return
        assert trainer.untrained_loss  # the end of the run needs it, so it is computed before
        n_bytes = sum(
            variable.shape.num_elements() * 4
            for name, variable in trainer.tables.variables.items()
            if name.endswith(".values")
        )
        end_s = evaluation_s + _seconds_to_save(n_bytes, directory)
        self._end -= end_s + END_S * self._slowness()
        if (left := self._end - time.monotonic()) <= 0:
            used = time.monotonic() - self._began
            raise TrainingError(
                f"the time budget of {seconds_in_words(self._budget)} leaves no time to train:"
                f" {seconds_in_words(used)} have passed, and saving takes"
                f" {seconds_in_words(max(self._budget - used - left, 0.0))}; raise --time-budget"
            )
        self._measured_from = time.monotonic(), trainer.position.tokens

    def hear(self, trainer: "Trainer", report: "Report") -> None:
        """Decide how long the run is, or correct it, if it is time to; call it after each chunk."""
        if self._is_final or (self._decided and report.tokens >= trainer.total_tokens):
            return
        now = time.monotonic()
        measured_s = now - self._measured_from[0]
        if self._chunks_heard == 0 and self._end - now > measured_s:
            # The first chunk compiles the step: it is no measure where there is time for a second.
            self._measured_from = now, report.tokens
            self._next = now + self._first_s
        self._chunks_heard += 1
        is_last = not self._decided and report.tokens >= trainer.total_tokens
        if now >= self._next or report.tokens >= self._next_tokens or is_last:
            self._decide(trainer, now)

    def correct(self) -> None:
        """Correct the length after the next chunk: time has passed without training."""
        now = time.monotonic()
        if self._decided and now - self._measured_from[0] >= self._first_s:
            self._next = min(self._next, now)

    def _slowness(self) -> float:
        """Return how many seconds pass for a second of computing, from 1, if the cores are free."""
        passed, computed = time.monotonic() - self._began, time.process_time() - self._computed
        return min(max(passed / max(computed, 1e-3), 1.0), SLOWEST)

    def _decide(self, trainer: "Trainer", now: float) -> None:
        since, before = self._measured_from
        tokens, left = trainer.position.tokens, max(self._end - now, 0.0)
        speed = (tokens - before) / max(now - since, 1e-6)
        trainer.decide_length(tokens + speed * left)
        self._is_final = left <= LAST_S
        self._next, self._next_tokens = now + left / 2, (tokens + trainer.total_tokens) / 2
        self._measured_from = now, tokens
        if not self._decided:
            self._decided = True
            _tell(trainer, self._budget)


def _tell(trainer: "Trainer", budget: float) -> None:
    """Warn where less than an epoch fits."""
    share = trainer.length.total / trainer.corpus.n_tokens
    if share < 1:
        log.warning(
            "%s are enough for %.0f %% of the text: the other words of it are never trained",
            seconds_in_words(budget),
            100 * share,
        )


def repeatable(config: Config, trainer: "Trainer") -> Config:
    """Return the configuration that repeats a run without a clock."""
    if config.training.time_budget is None:
        return config
    decisions = write_decisions(trainer.length.decisions)
    training = replace(config.training, time_budget=None, total_words=decisions)
    return replace(config, training=training)


def _seconds_to_save(n_bytes: int, directory: Path) -> float:
    """Return about how long it takes to write so many bytes to the disk and to read them again."""
    path, block = directory / "probe", os.urandom(1 << 20)
    started = time.monotonic()
    with path.open("wb") as file:
        for _ in range(PROBE_BYTES // len(block)):
            file.write(block)
            hashlib.sha256(block).digest()
    flush(path)
    seconds = time.monotonic() - started
    path.unlink()
    return seconds * n_bytes / PROBE_BYTES
