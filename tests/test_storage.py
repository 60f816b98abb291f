"""Files and directories appear whole or not at all, whoever else writes and whoever has died."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from w2v_cli.storage import STAGED, remove_leftovers, staged_directory, staged_file, write_whole

DIE = """
import os, signal, sys
from pathlib import Path
from w2v_cli import storage
with getattr(storage, sys.argv[1])(Path(sys.argv[2])) as staged:
    os.kill(os.getpid(), signal.SIGKILL)
"""
WAIT = """
import sys
from pathlib import Path
from w2v_cli import storage
with getattr(storage, sys.argv[1])(Path(sys.argv[2])) as staged:
    print("begun", flush=True)
    sys.stdin.read()
"""
KINDS = ["staged_file", "staged_directory"]


def leftovers(directory: Path) -> list[Path]:
    return [path for path in directory.iterdir() if STAGED in path.name]


def test_writers_with_one_process_number_do_not_meet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In containers process numbers repeat.
    monkeypatch.setattr(os, "getpid", lambda: 7)
    target = tmp_path / "model"

    def write_while_another_does() -> None:
        with staged_directory(target) as first:
            (first / "a").write_text("first")
            with staged_directory(target) as second:
                assert second != first
                (second / "a").write_text("second")

    # The first comes too late, and takes nothing away.
    with pytest.raises(OSError, match=r"not empty|exists"):
        write_while_another_does()
    assert (target / "a").read_text() == "second"
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_killed_writer_left_is_removed_by_the_next(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "model"
    done = subprocess.run([sys.executable, "-c", DIE, kind, str(target)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(leftovers(tmp_path)) == 1
    if kind == "staged_file":
        write_whole(target, "whole")
    else:
        with staged_directory(target) as directory:
            (directory / "a").write_text("whole")
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_living_writer_has_begun_is_left_alone(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "model"
    with subprocess.Popen(
        [sys.executable, "-c", WAIT, kind, str(target)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"begun\n"
        begun = leftovers(tmp_path)
        remove_leftovers(tmp_path, "model")
        assert leftovers(tmp_path) == begun
        writer.stdin.close()
        assert writer.wait() == 0
    assert list(tmp_path.iterdir()) == [target]


def test_only_what_staging_made_is_removed(tmp_path: Path) -> None:
    others = [".model.partial-7", f".other{STAGED}0123", "model.txt", ".model"]
    for name in others:
        (tmp_path / name).write_text("somebody's")
    with staged_file(tmp_path / "model") as file:
        file.write(b"ours")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*others, "model"])


@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_a_new_file_may_be_read_by_whom_the_user_lets(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        write_whole(tmp_path / "file", "text")
        with staged_directory(tmp_path / "directory") as directory:
            (directory / "a").write_text("text")
    finally:
        os.umask(before)
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o666 & ~mask
    assert (tmp_path / "directory").stat().st_mode & 0o777 == 0o777 & ~mask
