"""Find out how long this process has been running."""

import os
import time
from contextlib import suppress
from pathlib import Path

STARTED_AT_FIELD = 21 - 2
"""Where `/proc/self/stat` has the start, in clock ticks since the system started, counted from the
state of the process: the name of the program before it may hold spaces."""


def process_age_s() -> float:
    """Return the seconds since this process was started; 0 if the system does not tell (macOS)."""
    with suppress(OSError, ValueError, IndexError):
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        started = int(fields[STARTED_AT_FIELD]) / os.sysconf("SC_CLK_TCK")
        return max(time.clock_gettime(time.CLOCK_BOOTTIME) - started, 0.0)
    return 0.0
