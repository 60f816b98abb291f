"""Decide when a run saves a checkpoint."""

import time


class CheckpointTimes:
    """Says when a checkpoint is due: after a number of minutes, and at the end of an epoch.

    At the end of an epoch, a checkpoint is due only if the last one is older than a tenth of these
    minutes. More frequent checkpoints would cost too much time.
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
