"""Whatever ends a save, and wherever: the state before it or its own can be loaded."""

import contextlib
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.reliability.faulty_disk import BROKEN, FULL, FaultyDisk, KilledError
from tests.reliability.runs import SETTINGS, arguments, learned, run_here
from w2v_cli.config.config import Config
from w2v_cli.errors import DivergedError
from w2v_cli.runs.checkpoints import Checkpoints
from w2v_cli.runs.directory import can_resume, unfinished_directory
from w2v_cli.storage import STAGED, read_sealed, write_sealed
from w2v_cli.training.devices import Placement
from w2v_cli.training.position import Position
from w2v_cli.training.tables import Tables

MOST_CHANGES = 1000
CHUNK_TOKENS = 100


def tables_of(value: float) -> Tables:
    """Return tables of 500 words, all numbers the same."""
    tables = Tables(np.arange(500, 0, -1), Config.of(**SETTINGS), Placement())
    for variable in tables.variables.values():
        variable.assign(np.full(variable.shape, value))
    return tables


def loaded(directory: Path) -> tuple[int, set[float]]:
    """Return position and numbers of the newest state."""
    tables = tables_of(-1)
    tokens = Checkpoints(directory, CHUNK_TOKENS).restore(tables).tokens
    return tokens, {float(x) for v in tables.variables.values() for x in np.unique(v.numpy())}


def save(directory: Path, number: int) -> None:
    """Save a state whose tokens and numbers are all `number`."""
    Checkpoints(directory, CHUNK_TOKENS).save(
        tables_of(number), Position(tokens=number, pairs=(1,))
    )


def faulty_saves(
    directory: Path, error: int | None, patch: pytest.MonkeyPatch
) -> Iterator[tuple[int, BaseException | None]]:
    """Save the states 1 and 2 and then 3, which fails at its first change, its second and so on.

    Yields:
        Number of the change, and what the save raised.
    """
    for number in range(1, MOST_CHANGES):
        target = directory / str(number)
        save(target, 1)
        save(target, 2)
        tables, disk = tables_of(3), FaultyDisk(number, error)
        raised: BaseException | None = None
        with patch.context() as during:
            disk.install(during)
            try:
                Checkpoints(target, CHUNK_TOKENS).save(tables, Position(tokens=3, pairs=(1,)))
            except (OSError, KilledError) as caught:
                raised = caught
        if not disk.has_failed:
            return
        yield number, raised
    raise AssertionError("a save has no end")


def test_save_that_is_killed_at_any_change_leaves_the_old_or_the_new_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for number, raised in faulty_saves(tmp_path, None, monkeypatch):
        assert isinstance(raised, KilledError)
        tokens, numbers = loaded(tmp_path / str(number))
        assert (tokens, numbers) in ((2, {2.0}), (3, {3.0}))
        found.append(tokens)
        save(tmp_path / str(number), 4)  # remains do not matter
        assert loaded(tmp_path / str(number)) == (4, {4.0})
    assert len(found) > 30
    assert found == sorted(found)  # the old one, and from the rename on the new one
    assert set(found) == {2, 3}


@pytest.mark.parametrize("error", [FULL, BROKEN])
def test_save_that_the_disk_refuses_at_any_change_names_the_file_and_keeps_the_old_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    n_raised = 0
    for number, raised in faulty_saves(tmp_path, error, monkeypatch):
        directory = tmp_path / str(number)
        tokens, numbers = loaded(directory)
        assert (tokens, numbers) in ((2, {2.0}), (3, {3.0}))
        if raised is None:
            assert tokens == 3  # what is left of older states is all that is wrong
            continue
        n_raised += 1
        assert isinstance(raised, OSError)
        assert raised.errno == error
        assert str(raised.filename).startswith(str(directory))
        assert not list(directory.glob(f"*{STAGED}*"))
    assert n_raised > 30


def test_state_that_is_not_finite_is_not_saved(tmp_path: Path) -> None:
    save(tmp_path, 1)
    with pytest.raises(DivergedError, match="no longer finite; use a lower --learning-rate"):
        Checkpoints(tmp_path, CHUNK_TOKENS).save(tables_of(np.inf), Position(tokens=2))
    assert loaded(tmp_path) == (1, {1.0})


def test_two_states_are_kept(tmp_path: Path) -> None:
    for number in range(1, 6):
        save(tmp_path, number)
    assert [path.name[-1] for path in sorted(tmp_path.iterdir())] == ["4", "5"]


def test_sealed_file_is_the_old_or_the_new_one_at_any_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "sealed.json"
    for error in (None, FULL, BROKEN):
        for number in range(1, MOST_CHANGES):
            write_sealed(path, "old")
            disk = FaultyDisk(number, error)
            with monkeypatch.context() as during:
                disk.install(during)
                with contextlib.suppress(OSError, KilledError):
                    write_sealed(path, "new")
            assert read_sealed(path) in ("old", "new")
            if not disk.has_failed:
                break
        assert number > 5


# A file that could not be closed on a broken disk is closed when it is forgotten.
LEFT_OPEN = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)


def faulty_runs(
    text: Path, directory: Path, patch: pytest.MonkeyPatch, error: int, numbers: list[int]
) -> None:
    """Let a run that has a state fail at some of its changes, and resume it."""
    unbroken = run_here(text, directory / "unbroken", epochs=1)
    for number in numbers:
        output = directory / str(number)
        disk = FaultyDisk(number, error)
        with patch.context() as during:
            disk.install(during)
            try:
                run_here(text, output, epochs=1)
                failed = False
            except OSError as caught:
                failed = True
                assert caught.errno == error
                assert caught.filename is not None
        if failed and can_resume(output):
            assert run_here(text, output, epochs=1, resume=True) == unbroken
        elif failed and output.exists():
            assert learned(output) == unbroken  # it was there as a whole, all but its name flushed
        elif failed:
            assert not unfinished_directory(output).exists()
            assert run_here(text, output, epochs=1) == unbroken


def changes_of_a_run(text: Path, directory: Path, patch: pytest.MonkeyPatch) -> int:
    disk = FaultyDisk(0, FULL)
    with patch.context() as during:
        disk.install(during)
        run_here(text, directory / "counted", epochs=1)
    return disk.changes


@pytest.mark.long
@LEFT_OPEN
@pytest.mark.parametrize("error", [FULL, BROKEN])
def test_run_that_the_disk_refuses_names_the_file_and_can_go_on(
    text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    n = changes_of_a_run(text, tmp_path, monkeypatch)
    # The last ones write the tables and the manifest, and rename.
    faulty_runs(text, tmp_path, monkeypatch, error, [3, n // 2, *range(n - 45, n - 20, 9)])


@pytest.mark.torture
@LEFT_OPEN
@pytest.mark.parametrize("error", [FULL, BROKEN])
def test_run_that_the_disk_refuses_at_any_change_can_go_on(
    text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    n = changes_of_a_run(text, tmp_path, monkeypatch)
    print(f"{n} changes of files in a run")
    faulty_runs(text, tmp_path, monkeypatch, error, list(range(1, n + 1)))


@pytest.mark.parametrize("most", [20_000])
def test_run_that_may_not_write_more_ends_with_one_line(
    text: Path, tmp_path: Path, most: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "w2v_cli", *arguments(text)],
        cwd=tmp_path,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    *_, error, next_step = done.stderr.splitlines()
    assert error.startswith("error: ")
    assert error.endswith(": File too large")
    assert next_step.startswith("to start again: w2v train ")
    assert list(tmp_path.iterdir()) == []
