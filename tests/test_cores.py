"""How many cores a process may use: what it is granted, not what the machine has."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from w2v_cli import control_groups
from w2v_cli.cores import granted_cores

MANY = 64


@pytest.fixture
def groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where control groups are described, on a machine with many cores."""
    monkeypatch.setattr(control_groups, "CGROUPS", tmp_path)
    monkeypatch.setattr(control_groups, "MEMBERSHIP", tmp_path / "membership")
    monkeypatch.setattr(os, "cpu_count", lambda: MANY)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(MANY)), raising=False)
    return tmp_path


def limit(groups: Path, group: str, text: str) -> None:
    (groups / group.lstrip("/")).mkdir(parents=True, exist_ok=True)
    (groups / group.lstrip("/") / "cpu.max").write_text(text)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system has no affinity")
def test_affinity_is_respected() -> None:
    program = (
        "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
        "from w2v_cli.cores import granted_cores; print(granted_cores())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout == b"1\n"


@pytest.mark.parametrize(
    ("text", "n_cores"),
    [
        ("max 100000\n", MANY),
        ("300000 100000\n", 3),
        ("150000 100000\n", 2),  # one and a half
        ("50000 100000\n", 1),  # a half
        ("nonsense\n", MANY),
    ],
)
def test_the_limit_of_a_container_is_respected(groups: Path, text: str, n_cores: int) -> None:
    (groups / "membership").write_text("0::/\n")
    limit(groups, "/", text)
    assert granted_cores() == n_cores


def test_the_least_limit_of_all_groups_above_counts(groups: Path) -> None:
    (groups / "membership").write_text("0::/slice/job\n")
    limit(groups, "/slice/job", "max 100000\n")
    limit(groups, "/slice", "400000 100000\n")
    assert granted_cores() == 4


def test_groups_of_the_first_version_are_read_too(groups: Path) -> None:
    (groups / "membership").write_text("4:memory:/job\n3:cpu,cpuacct:/job\n")
    directory = groups / "cpu,cpuacct" / "job"
    directory.mkdir(parents=True)
    (directory / "cpu.cfs_period_us").write_text("100000\n")
    (directory / "cpu.cfs_quota_us").write_text("-1\n")
    assert granted_cores() == MANY
    (directory / "cpu.cfs_quota_us").write_text("200000\n")
    assert granted_cores() == 2


def test_without_control_groups_there_is_no_limit(groups: Path) -> None:
    assert granted_cores() == MANY
