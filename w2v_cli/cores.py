"""How many cores this process may use."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

CGROUPS = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")


def granted_cores() -> int:
    """Return how many cores the system grants this process, at least 1.

    That is the least of what the machine has, what the process may be scheduled on (`taskset`,
    Slurm), and the time that its control groups allow (Docker's `--cpus`, Kubernetes' limits).
    """
    n_cores = os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):  # not on macOS
        n_cores = min(n_cores, len(os.sched_getaffinity(0)))
    for quota, period in _cpu_quotas():
        # Half a core is still one thread; one and a half are two threads that wait now and then.
        n_cores = min(n_cores, -(-quota // period))
    return max(n_cores, 1)


def _cpu_quotas() -> Iterator[tuple[int, int]]:
    """Yield (time, out of this time) that each control group of this process allows."""
    with suppress(OSError, ValueError):
        for line in MEMBERSHIP.read_text().splitlines():
            _, controllers, group = line.split(":", 2)
            if not controllers:
                yield from _version_2(PurePosixPath(group))
            elif "cpu" in controllers.split(","):
                yield from _version_1(controllers, PurePosixPath(group))


def _version_2(group: PurePosixPath) -> Iterator[tuple[int, int]]:
    for each in (group, *group.parents):
        with suppress(OSError, ValueError):  # no limit is the word "max"
            quota, period = (CGROUPS / str(each).lstrip("/") / "cpu.max").read_text().split()
            yield int(quota), int(period)


def _version_1(controllers: str, group: PurePosixPath) -> Iterator[tuple[int, int]]:
    for each in (group, *group.parents):
        directory = CGROUPS / controllers / str(each).lstrip("/")
        with suppress(OSError, ValueError):
            quota = int((directory / "cpu.cfs_quota_us").read_text())
            if quota > 0:  # -1 is no limit
                yield quota, int((directory / "cpu.cfs_period_us").read_text())
