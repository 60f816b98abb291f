"""Stop a run when the user or the system asks: Ctrl-C and SIGTERM."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from w2v_cli.errors import StoppedError

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopRequest:
    """Hears signals.

    Attributes:
        can_wait: whether work is under way that ends in good order when it is told to; without,
            a signal raises StoppedError wherever the program is.
        signal: the first signal that came while it could wait, or None.
    """

    def __init__(self) -> None:
        self.can_wait = False
        self.signal: int | None = None

    def hear(self, number: int, frame: FrameType | None) -> None:
        """Take a signal; the second ends the process at once."""
        if self.signal is not None:
            os._exit(128 + number)
        if not self.can_wait:
            raise StoppedError("stopped before there was anything to save", number)
        self.signal = number
        print("stopping; once more to stop without saving", file=sys.stderr, flush=True)

    def check(self, where: str) -> None:
        """Raise StoppedError if a signal has come; what was done so far must be saved."""
        if self.signal is not None:
            raise StoppedError(f"stopped {where}", self.signal)


@contextmanager
def stop_requests() -> Iterator[StopRequest]:
    """Hear signals while the block runs, if this is the main thread, which alone can."""
    request = StopRequest()
    if threading.current_thread() is not threading.main_thread():
        yield request
        return
    before = {number: signal.signal(number, request.hear) for number in SIGNALS}
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
