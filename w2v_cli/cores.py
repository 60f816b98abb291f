"""Find out how many cores this process may use."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

CGROUPS = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")


def granted_cores() -> int:
    """Return how many cores this process may use, at least 1.

    That is the minimum of the cores of the machine, the CPU affinity of the process (`taskset`,
    Slurm), and the CPU limits of its control groups (Docker's `--cpus`, limits of Kubernetes).
    """
    n_cores = os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):  # not on macOS
        n_cores = min(n_cores, len(os.sched_getaffinity(0)))
    for quota, period in _cpu_quotas():
        # Rounded up: half a core gives one thread, 1.5 cores give two that sometimes wait.
        n_cores = min(n_cores, -(-quota // period))
    return max(n_cores, 1)


def _cpu_quotas() -> Iterator[tuple[int, int]]:
    """Yield (quota, period) of each control group of this process: CPU time per wall time."""
    with suppress(OSError, ValueError):
        for line in MEMBERSHIP.read_text().splitlines():
            _, controllers, group = line.split(":", 2)
            if not controllers:
                yield from _version_2(PurePosixPath(group))
            elif "cpu" in controllers.split(","):
                yield from _version_1(controllers, PurePosixPath(group))


def _version_2(group: PurePosixPath) -> Iterator[tuple[int, int]]:
    for each in (group, *group.parents):
        with suppress(OSError, ValueError):  # "max" instead of a number means no limit
            quota, period = (CGROUPS / str(each).lstrip("/") / "cpu.max").read_text().split()
            yield int(quota), int(period)


def _version_1(controllers: str, group: PurePosixPath) -> Iterator[tuple[int, int]]:
    for each in (group, *group.parents):
        directory = CGROUPS / controllers / str(each).lstrip("/")
        with suppress(OSError, ValueError):
            quota = int((directory / "cpu.cfs_quota_us").read_text())
            if quota > 0:  # -1 means no limit
                yield quota, int((directory / "cpu.cfs_period_us").read_text())
