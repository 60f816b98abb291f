"""Run a program to its end, and measure it as a whole process. It needs Linux."""

import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from typing import NamedTuple


class Finished(NamedTuple):
    """What a program that has ended used.

    Attributes:
        seconds: from its start to its end.
        processor_s: seconds of all its threads together.
        peak_mb: most resident memory at one time, in 10^6 bytes.
        output: what it wrote to stdout.
    """

    seconds: float
    processor_s: float
    peak_mb: float
    output: str


def measured(command: Sequence[str]) -> Finished:
    """Run a program; end with a message if it fails."""
    with tempfile.TemporaryFile("w+") as output:
        started_at = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started_at
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"failed: {command}")
        output.seek(0)
        return Finished(
            seconds=seconds,
            processor_s=usage.ru_utime + usage.ru_stime,
            peak_mb=usage.ru_maxrss * 1024 / 1e6,  # Linux counts it in units of 1,024 bytes
            output=output.read(),
        )
