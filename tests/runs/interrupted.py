"""Train in a process of its own, as a script or a notebook would, and interrupt it.

Signals reach the main thread of a process; where tests run side by side, that is not theirs.
The arguments are a directory and the names of `WAYS` to interrupt a run. Prints JSON: what was
raised, and whether the run that went on ended in the unbroken run's bytes.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.reliability.runs import run_here, write_text
from w2v_cli.runs.directory import can_resume
from w2v_cli.runs.interrupts import defer_interrupt

EPOCHS = 5
"""Twenty chunks: enough that the run still goes on when an interrupt comes late."""

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def interrupt_later(delay_s: float) -> None:
    threading.Timer(delay_s, interrupt).start()


def interrupted(text: Path, output: Path, how: Callable[[], None]) -> dict[str, object]:
    """Interrupt a run after its second chunk, and let it go on."""

    def heard(number: int) -> None:
        if number == 2:
            how()

    raised = None
    try:
        run_here(text, output, epochs=EPOCHS, checkpoint_minutes=60, heard=heard)
    except KeyboardInterrupt as error:
        raised = type(error).__name__
    saved = can_resume(output)
    learned = run_here(text, output, epochs=EPOCHS, resume=saved)
    return {"raised": raised, "saved": saved, "learned": learned}


def second_ctrl_c() -> dict[str, object]:
    """Press Ctrl-C twice while it is to wait."""
    n_done = 0
    try:
        with defer_interrupt():
            interrupt()
            n_done += 1
            interrupt()
            n_done += 1
    except KeyboardInterrupt:
        restored = signal.getsignal(signal.SIGINT) is signal.default_int_handler
        return {"n_done": n_done, "restored": restored}
    return {}


def own_handler() -> list[int]:
    """Press Ctrl-C where the program hears it itself."""
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    with defer_interrupt():
        interrupt()
        heard.append(0)
    signal.signal(signal.SIGINT, before)
    return heard


def handlers(text: Path, output: Path) -> list[bool]:
    """Return whether the handlers of signals are the same after each report of a run."""
    before = [signal.getsignal(number) for number in SIGNALS]
    during: list[bool] = []

    def heard(number: int) -> None:
        during.append([signal.getsignal(number) for number in SIGNALS] == before)

    run_here(text, output, epochs=1, heard=heard)
    return [*during, [signal.getsignal(number) for number in SIGNALS] == before]


WAYS: dict[str, Callable[[], None]] = {
    "between chunks": interrupt,
    "in a chunk": partial(interrupt_later, 0.05),
    "at once": partial(interrupt_later, 0.0),
    "soon": partial(interrupt_later, 0.01),
}


def main() -> None:
    """Try everything in a directory."""
    directory, ways = Path(sys.argv[1]), sys.argv[2:]
    text = write_text(directory / "corpus.txt")
    found = {
        "unbroken": run_here(text, directory / "unbroken", epochs=EPOCHS),
        "handlers": handlers(text, directory / "handlers"),
        "second": second_ctrl_c(),
        "own": own_handler(),
        **{name: interrupted(text, directory / name, WAYS[name]) for name in ways},
    }
    print(json.dumps(found))


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    main()
