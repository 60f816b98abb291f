"""Find the control groups of this process: they hold the limits of containers and batch systems."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import NamedTuple

CGROUPS = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")


class ControlGroup(NamedTuple):
    """A control group.

    Attributes:
        version: of the interface, 1 or 2; the files have other names.
        directory: where its files are. It need not exist.
    """

    version: int
    directory: Path


def control_groups(controller: str) -> Iterator[ControlGroup]:
    """Yield the groups of this process that a controller can limit, and the groups above them.

    Args:
        controller: such as `cpu` or `memory`.
    """
    with suppress(OSError, ValueError):
        for line in MEMBERSHIP.read_text().splitlines():
            _, controllers, group = line.split(":", 2)
            path = PurePosixPath(group)
            if not controllers:
                for each in (path, *path.parents):
                    yield ControlGroup(2, CGROUPS / str(each).lstrip("/"))
            elif controller in controllers.split(","):
                for each in (path, *path.parents):
                    yield ControlGroup(1, CGROUPS / controllers / str(each).lstrip("/"))
