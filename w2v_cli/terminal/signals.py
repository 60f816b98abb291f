"""Stop a run on a signal: Ctrl-C (SIGINT), SIGTERM, or a closed terminal (SIGHUP)."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from w2v_cli.errors import StoppedError
from w2v_cli.runs.stop_rules import Stop, StopRule
from w2v_cli.terminal.quiet import visible_stderr

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
MESSAGE = b"stopping after saving; repeat to stop at once, without saving\n"


class SignalRule(StopRule):
    """Stops a run after a signal.

    Before `wait_to_be_asked` is called, a signal raises StoppedError at once.
    """

    def __init__(self) -> None:
        self._is_asked = False
        self._signal: int | None = None

    def hear(self, number: int, frame: FrameType | None) -> None:
        """Handle a signal. The second signal ends the process at once."""
        if self._signal is not None:
            os._exit(128 + number)
        self._signal = number
        if not self._is_asked:
            raise StoppedError("stopped before there was anything to save", number)
        with suppress(OSError):
            # Not `print`: the signal may have interrupted a `print`.
            os.write(visible_stderr(), MESSAGE)

    def wait_to_be_asked(self) -> None:
        self._is_asked = True

    def ask(self) -> Stop | None:
        return None if self._signal is None else Stop(self._signal)


@contextmanager
def stop_on_signals() -> Iterator[SignalRule]:
    """Handle signals during the block. Outside the main thread nothing changes.

    Only the main thread can handle signals. A signal that is ignored, such as SIGHUP under `nohup`,
    stays ignored.
    """
    rule = SignalRule()
    if threading.current_thread() is not threading.main_thread():
        yield rule
        return
    heard = [number for number in SIGNALS if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, rule.hear) for number in heard}
    try:
        yield rule
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
