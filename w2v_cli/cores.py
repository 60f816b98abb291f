"""Find out how many cores this process may use."""

import os
from collections.abc import Iterator
from contextlib import suppress

from w2v_cli.control_groups import control_groups


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
    for version, directory in control_groups("cpu"):
        with suppress(OSError, ValueError):  # "max" instead of a number means no limit
            if version == 2:
                quota, period = (directory / "cpu.max").read_text().split()
                yield int(quota), int(period)
            elif (found := int((directory / "cpu.cfs_quota_us").read_text())) > 0:  # -1: no limit
                yield found, int((directory / "cpu.cfs_period_us").read_text())
