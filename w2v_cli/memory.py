"""Find out how much memory this process uses."""

import resource
import sys
from contextlib import suppress
from pathlib import Path


def peak_resident_bytes() -> int:
    """Return the peak resident set size of this process in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024  # bytes on macOS, KiB on Linux


def private_resident_bytes() -> int | None:
    """Return the resident memory of this process in bytes, without pages of files.

    The system can drop pages of files, such as TensorFlow's code, when memory is short. So this is
    the memory that a run really needs. None if the system does not report it (macOS).
    """
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 1024
    return None
