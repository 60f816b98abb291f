"""Let processes take turns of seconds, so that the drift of a shared machine hits all alike.

One process runs at a time; the others are stopped (SIGSTOP) where they are, with their threads and
children. How long a process ran between two moments is known from its turns.
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

POLL_S = 0.02


class Command(NamedTuple):
    """What to run, and for how many seconds at a time."""

    arguments: list[str]
    turn_s: float


@dataclass
class Runner:
    """A process that takes turns.

    Attributes:
        process: leads a process group of its own; its stdout is read when it has ended.
        turn_s: how long one turn takes, seconds.
        turns: when it ran: pairs of seconds on the clock of `time.monotonic`.
        output: what it printed.
        peak_mb: its peak resident memory, 2^20 bytes.
    """

    process: "subprocess.Popen[bytes]"
    turn_s: float
    turns: list[tuple[float, float]] = field(default_factory=list)
    output: bytes = b""
    peak_mb: float = 0.0

    def send(self, number: signal.Signals) -> None:
        os.killpg(self.process.pid, number)

    def take_turn(self) -> None:
        """Run for a turn, or to the end."""
        began = time.monotonic()
        self.send(signal.SIGCONT)
        while not self._has_ended() and time.monotonic() < began + self.turn_s:
            time.sleep(POLL_S)
        if self.process.returncode is None:
            self.send(signal.SIGSTOP)
        self.turns.append((began, time.monotonic()))

    def ran_s(self, began: float, ended: float) -> float:
        """Return for how many seconds it ran between two moments."""
        return sum(max(0.0, min(b, ended) - max(a, began)) for a, b in self.turns)

    def _has_ended(self) -> bool:
        pid, status, usage = os.wait4(self.process.pid, os.WNOHANG)
        if pid:
            self.process.returncode = os.waitstatus_to_exitcode(status)
            self.peak_mb = usage.ru_maxrss / 1024
            assert self.process.stdout is not None
            with self.process.stdout as stdout:
                self.output = stdout.read()
        return bool(pid)


@contextmanager
def _stopped(commands: Sequence[Command]) -> Iterator[list[Runner]]:
    """Start processes, each stopped at once; on the way out, kill those that have not ended."""
    runners = []
    try:
        for command in commands:
            process = subprocess.Popen(
                command.arguments,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            runners.append(Runner(process, command.turn_s))
            runners[-1].send(signal.SIGSTOP)
        yield runners
    finally:
        for runner in runners:
            if runner.process.returncode is None:
                runner.send(signal.SIGKILL)
                runner.process.wait()


def in_turns(commands: Sequence[Command]) -> list[Runner]:
    """Run commands in turns until all have ended.

    With turns in proportion to how long the commands take, all end at about the same time, and none
    is left to run while the machine is slower or faster than it was for the others.

    Raises:
        subprocess.CalledProcessError: a command failed; the others are killed.
    """
    with _stopped(commands) as runners:
        waiting = list(runners)
        while waiting:
            for runner in waiting:
                runner.take_turn()
                if runner.process.returncode:
                    raise subprocess.CalledProcessError(
                        runner.process.returncode, runner.process.args
                    )
            waiting = [runner for runner in waiting if runner.process.returncode is None]
    return runners
