"""When a run saves a state."""

import time


class CheckpointTimes:
    """Says when a checkpoint is due: every so many minutes, and at the end of an epoch.

    Not at the end of an epoch that took less than a tenth of that: that would cost too much.
    """

    def __init__(self, minutes: float) -> None:
        self._seconds = 60 * minutes
        self._last = time.monotonic()

    def __call__(self, *, ends_epoch: bool) -> bool:
        now = time.monotonic()
        due = now - self._last >= self._seconds / (10 if ends_epoch else 1)
        if due:
            self._last = now
        return due
