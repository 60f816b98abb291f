"""How much memory a process may still take: the machine's, or what a container leaves of it."""

from pathlib import Path

import pytest

from w2v_cli import control_groups, memory
from w2v_cli.memory import available_bytes

GB = 1 << 30


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where control groups are described, on a machine with 8 GB left."""
    monkeypatch.setattr(control_groups, "CGROUPS", tmp_path)
    monkeypatch.setattr(control_groups, "MEMBERSHIP", tmp_path / "membership")
    monkeypatch.setattr(memory, "MEMINFO", tmp_path / "meminfo")
    (tmp_path / "meminfo").write_text("MemTotal: 16777216 kB\nMemAvailable: 8388608 kB\n")
    return tmp_path


def describe(directory: Path, **files: object) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (directory / f"memory.{name}").write_text(f"{text}\n")


def test_a_machine_without_limits_has_what_is_left(machine: Path) -> None:
    assert available_bytes() == 8 * GB


def test_swap_counts_as_memory(machine: Path) -> None:
    with (machine / "meminfo").open("a") as file:
        file.write("SwapFree: 1048576 kB\n")
    assert available_bytes() == 9 * GB


def test_a_container_has_its_limit_less_what_it_uses(machine: Path) -> None:
    (machine / "membership").write_text("0::/\n")
    # Of the 3 GB in use, 1 GB is copies of files, which the system drops when it needs memory.
    stat = f"anon {2 * GB}\nactive_file {GB // 4}\ninactive_file {3 * GB // 4}"
    describe(machine, max=4 * GB, current=3 * GB, stat=stat)
    assert available_bytes() == 2 * GB


def test_the_least_of_all_groups_above_counts(machine: Path) -> None:
    (machine / "membership").write_text("0::/slice/job\n")
    describe(machine / "slice" / "job", max="max", current=0, stat="anon 0")
    describe(machine / "slice", max=5 * GB, current=2 * GB, stat="anon 0")
    assert available_bytes() == 3 * GB


def test_groups_of_the_first_version_are_read_too(machine: Path) -> None:
    (machine / "membership").write_text("4:memory:/job\n3:cpu,cpuacct:/job\n")
    stat = f"active_file 0\ntotal_active_file {GB}\ntotal_inactive_file 0"
    describe(machine / "memory" / "job", limit_in_bytes=4 * GB, usage_in_bytes=2 * GB, stat=stat)
    assert available_bytes() == 3 * GB


def test_a_limit_above_the_machine_does_not_count(machine: Path) -> None:
    (machine / "membership").write_text("4:memory:/\n")
    # How the first version says that there is no limit.
    describe(machine / "memory", limit_in_bytes=(1 << 63) - 4096, usage_in_bytes=GB, stat="anon 0")
    assert available_bytes() == 8 * GB


def test_where_the_system_does_not_tell_it_is_not_known(machine: Path) -> None:
    (machine / "meminfo").unlink()
    assert available_bytes() is None
