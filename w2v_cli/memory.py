"""How much memory this process has taken."""

import resource
import sys
from contextlib import suppress
from pathlib import Path


def peak_resident_bytes() -> int:
    """Return the largest resident size this process has had."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024  # macOS counts bytes, Linux KiB


def private_resident_bytes() -> int | None:
    """Return what is resident now and this process's own: all but pages of files.

    The system can drop pages of files, such as TensorFlow's code, when it needs room, so this is
    what a run needs. None where the system does not tell.
    """
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 1024
    return None
