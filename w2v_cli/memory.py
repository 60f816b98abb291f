"""Find out how much memory this process uses, and how much more it can take."""

import os
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from w2v_cli.control_groups import ControlGroup, control_groups

MEMINFO = Path("/proc/meminfo")


def peak_resident_bytes() -> int:
    """Return the peak resident set size of this process in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024  # bytes on macOS, KiB on Linux


def private_resident_bytes() -> int | None:
    """Return the resident memory of this process in bytes, without pages of files.

    The system can drop pages of files, such as TensorFlow's code, when memory is short. So this is
    the memory that a run really needs. None if the system does not report it (macOS).
    """
    return _table_in_kib(Path("/proc/self/status")).get("RssAnon")


def file_resident_bytes() -> int | None:
    """Return the pages of files that are in this process's memory, in bytes; None on macOS."""
    return _table_in_kib(Path("/proc/self/status")).get("RssFile")


def available_bytes() -> int | None:
    """Return how much more memory this process can take before the system ends it.

    That is the minimum of what the machine has left and of what the memory limits of its control
    groups leave (Docker's `--memory`, limits of Kubernetes and Slurm). Swap counts as memory, and
    memory that holds copies of files is counted as left. None if the system does not report it.
    """
    machine = _table_in_kib(MEMINFO)
    if "MemAvailable" not in machine:
        return None
    swap = machine.get("SwapFree", 0)
    left = [machine["MemAvailable"], *_left_in_groups()]
    return max(min(left), 0) + swap


def machine_bytes() -> int:
    """Return the memory of the machine, in bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _left_in_groups() -> Iterator[int]:
    """Yield what the limit of each control group leaves, in bytes."""
    for group in control_groups("memory"):
        with suppress(OSError, ValueError):  # "max" instead of a number means no limit
            yield _left_in_group(group)


def _left_in_group(group: ControlGroup) -> int:
    version, directory = group
    limit, usage = (
        ("memory.max", "memory.current")
        if version == 2
        else ("memory.limit_in_bytes", "memory.usage_in_bytes")
    )
    used = int((directory / usage).read_text())
    lines = (directory / "memory.stat").read_text().splitlines()
    parts = {name: int(number) for name, number in (line.split() for line in lines)}
    # Of version 1, the names with `total_` include the groups below.
    prefix = "" if version == 2 else "total_"
    copies = sum(parts.get(f"{prefix}{kind}_file", 0) for kind in ("active", "inactive"))
    return int((directory / limit).read_text()) - used + copies


def _table_in_kib(path: Path) -> dict[str, int]:
    """Return the sizes of a file of lines such as `RssAnon: 12 kB`, in bytes."""
    found = {}
    with suppress(OSError):
        for line in path.read_text().splitlines():
            name, _, rest = line.partition(":")
            if rest.endswith(" kB"):
                found[name] = int(rest.split()[0]) * 1024
    return found
