"""Stop a run when the user or the system asks: Ctrl-C, SIGTERM, a terminal that closes."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from w2v_cli.errors import StoppedError

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STDERR = 2
MESSAGE = b"stopping; once more to stop without saving\n"


class StopRequest:
    """Hears signals.

    Attributes:
        can_wait: whether work is under way that ends in good order when it is told to; without,
            a signal raises StoppedError wherever the program is.
        signal: the first signal that came, or None.
    """

    def __init__(self) -> None:
        self.can_wait = False
        self.signal: int | None = None

    def hear(self, number: int, frame: FrameType | None) -> None:
        """Take a signal; the second ends the process at once."""
        if self.signal is not None:
            os._exit(128 + number)
        self.signal = number
        if not self.can_wait:
            raise StoppedError("stopped before there was anything to save", number)
        with suppress(OSError):
            # Not `print`: this may be in the middle of one.
            os.write(STDERR, MESSAGE)

    def check(self, where: str) -> None:
        """Raise StoppedError if a signal has come; what was done so far must be saved."""
        if self.signal is not None:
            raise StoppedError(f"stopped {where}", self.signal)


@contextmanager
def stop_requests() -> Iterator[StopRequest]:
    """Hear signals while the block runs, if this is the main thread, which alone can.

    A signal that is ignored, as `nohup` has it, stays ignored.
    """
    request = StopRequest()
    if threading.current_thread() is not threading.main_thread():
        yield request
        return
    heard = [number for number in SIGNALS if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, request.hear) for number in heard}
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
