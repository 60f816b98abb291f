"""A run's directory: it becomes the model as a whole or not at all, and has one run at a time."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from w2v_cli.errors import InputMissingError, OutputExistsError
from w2v_cli.runs.directory import CHECKPOINTS, can_resume, run_directory, unfinished_directory
from w2v_cli.vectors.store import write_manifest


class StopError(Exception):
    """Ends a block early."""


@pytest.fixture
def model(tiny_model: Path, tmp_path: Path) -> Path:
    """Return a copy of the tiny model that a test may damage, alone in its directory."""
    return Path(shutil.copytree(tiny_model, tmp_path / "model"))


def write_something(directory: Path) -> None:
    (directory / "notes.txt").write_text("new")
    write_manifest(directory, {"n_words": 2, "dimension": 1})


def begin_and_fail(target: Path, error: type[BaseException] = StopError) -> None:
    with run_directory(target, overwrite=True, resume=False) as directory:
        write_something(directory)
        raise error


def test_directory_appears_when_the_block_ends(tmp_path: Path) -> None:
    target = tmp_path / "new" / "model"
    with run_directory(target, overwrite=False, resume=False) as directory:
        write_something(directory)
        assert not target.exists()
    assert sorted(path.name for path in target.iterdir()) == ["model.json", "notes.txt"]
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("error", [StopError, KeyboardInterrupt])
def test_failing_block_leaves_nothing_behind(tmp_path: Path, error: type[BaseException]) -> None:
    with pytest.raises(error):
        begin_and_fail(tmp_path / "model", error)
    assert list(tmp_path.iterdir()) == []


def test_failing_block_leaves_no_parent_directories_behind(tmp_path: Path) -> None:
    with pytest.raises(StopError):
        begin_and_fail(tmp_path / "new" / "deep" / "model")
    assert list(tmp_path.iterdir()) == []


def test_failing_block_keeps_the_model_it_was_to_replace(model: Path) -> None:
    before = {path: path.read_bytes() for path in model.iterdir()}
    with pytest.raises(StopError):
        begin_and_fail(model)
    assert {path: path.read_bytes() for path in model.iterdir()} == before
    assert list(model.parent.iterdir()) == [model]


def test_overwrite_replaces_every_file_of_the_model(model: Path) -> None:
    with run_directory(model, overwrite=True, resume=False) as directory:
        write_something(directory)
    assert sorted(path.name for path in model.iterdir()) == ["model.json", "notes.txt"]
    assert list(model.parent.iterdir()) == [model]


def test_remains_of_an_interrupted_replacement_do_not_matter(model: Path) -> None:
    shutil.copytree(model, model.parent / f".{model.name}.replaced")
    with run_directory(model, overwrite=True, resume=False) as directory:
        write_something(directory)
    assert (model / "notes.txt").exists()


def test_overwrite_replaces_a_model_behind_a_link(model: Path) -> None:
    link = model.parent / "latest"
    link.symlink_to(model)
    with run_directory(link, overwrite=True, resume=False) as directory:
        write_something(directory)
    assert (link / "notes.txt").exists()
    assert sorted(model.parent.iterdir()) == [link, model]


@pytest.mark.parametrize("content", ["directory", "empty directory", "file"])
def test_what_is_not_a_model_is_never_replaced(tmp_path: Path, content: str) -> None:
    target = tmp_path / "papers"
    if content == "file":
        target.write_text("a thesis")
    else:
        target.mkdir()
    if content == "directory":
        (target / "thesis.txt").write_text("a thesis")
    before = sorted(tmp_path.rglob("*"))
    with (
        pytest.raises(OutputExistsError, match="exists and is not a model"),
        run_directory(target, overwrite=True, resume=False) as directory,
    ):
        write_something(directory)
    assert sorted(tmp_path.rglob("*")) == before


def stop_after_a_checkpoint(target: Path, **how: bool) -> None:
    """Run until there is a state to go on from, and fail."""
    with (  # noqa: PT012
        pytest.raises(StopError),
        run_directory(target, **{"overwrite": False, "resume": False, **how}) as directory,
    ):
        (directory / CHECKPOINTS / "000000000000000009").mkdir(parents=True, exist_ok=True)
        raise StopError


def test_run_with_a_checkpoint_is_kept_until_it_is_resumed_or_forgotten(tmp_path: Path) -> None:
    target = tmp_path / "model"
    stop_after_a_checkpoint(target)
    assert can_resume(target)
    with (
        pytest.raises(OutputExistsError, match="go on with --resume, or forget it with"),
        run_directory(target, overwrite=False, resume=False),
    ):
        pass
    assert can_resume(target)
    with run_directory(target, overwrite=False, resume=True) as directory:
        write_something(directory)
    assert sorted(path.name for path in target.iterdir()) == ["model.json", "notes.txt"]
    assert list(tmp_path.iterdir()) == [target]


def test_overwrite_forgets_an_unfinished_run(tmp_path: Path) -> None:
    target = tmp_path / "model"
    stop_after_a_checkpoint(target)
    with (  # noqa: PT012
        pytest.raises(StopError),
        run_directory(target, overwrite=True, resume=False) as directory,
    ):
        assert [path.name for path in (directory / "run").iterdir()] == ["pid"]
        raise StopError
    assert list(tmp_path.iterdir()) == []


def test_run_that_replaces_a_model_is_resumed_without_saying_so_again(model: Path) -> None:
    stop_after_a_checkpoint(model, overwrite=True)
    assert not (model / "notes.txt").exists()
    with run_directory(model, overwrite=False, resume=True) as directory:
        write_something(directory)
    assert (model / "notes.txt").exists()


def test_nothing_to_resume_is_an_error(tmp_path: Path) -> None:
    with (
        pytest.raises(InputMissingError, match=r"no unfinished run for .*; start one without"),
        run_directory(tmp_path / "model", overwrite=False, resume=True),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_second_run_is_refused_and_told_the_process_of_the_first(tmp_path: Path) -> None:
    target = tmp_path / "model"
    program = (
        "from pathlib import Path; from w2v_cli.runs.directory import run_directory\n"
        f"with run_directory(Path({str(target)!r}), overwrite=True, resume=False): pass"
    )
    with run_directory(target, overwrite=False, resume=False) as directory:
        write_something(directory)
        second = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=False
        )
    assert f"process {os.getpid()} is training {target}" in second.stderr
    assert (target / "notes.txt").exists()


def test_lock_goes_with_a_process_that_is_killed(tmp_path: Path) -> None:
    program = (
        "import os, signal; from pathlib import Path\n"
        "from w2v_cli.runs.directory import run_directory\n"
        f"with run_directory(Path({str(tmp_path / 'model')!r}), overwrite=True, resume=False):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == -9
    with run_directory(tmp_path / "model", overwrite=False, resume=False) as directory:
        write_something(directory)


def test_model_is_back_after_a_kill_between_the_two_renames(model: Path) -> None:
    before = {path.name: path.read_bytes() for path in model.iterdir()}
    stop_after_a_checkpoint(model, overwrite=True)
    model.rename(model.parent / ".model.replaced")  # and no more: the process has gone
    with (
        pytest.raises(StopError),
        run_directory(model, overwrite=True, resume=False),
    ):
        raise StopError
    assert {path.name: path.read_bytes() for path in model.iterdir()} == before


def test_failing_rename_keeps_the_old_model_and_the_run(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path.name: path.read_bytes() for path in model.iterdir()}
    stop_after_a_checkpoint(model, overwrite=True)
    rename = Path.rename

    def fail(path: Path, target: Path) -> Path:
        if path == unfinished_directory(model):
            raise OSError(5, "Input/output error", str(path))
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail)
    with (
        pytest.raises(OSError, match="Input/output error"),
        run_directory(model, overwrite=False, resume=True) as directory,
    ):
        write_something(directory)
    assert {path.name: path.read_bytes() for path in model.iterdir()} == before
    monkeypatch.undo()
    with run_directory(model, overwrite=False, resume=True) as directory:
        assert (directory / "notes.txt").exists()
    assert (model / "notes.txt").exists()


def test_what_no_run_has_made_is_not_emptied(tmp_path: Path) -> None:
    theirs = unfinished_directory(tmp_path / "model") / "notes.txt"
    theirs.parent.mkdir()
    theirs.write_text("years of work")
    with (
        pytest.raises(OutputExistsError, match="holds files that no run of w2v has written"),
        run_directory(tmp_path / "model", overwrite=True, resume=False),
    ):
        pass
    assert theirs.read_text() == "years of work"


def test_a_link_in_the_place_of_a_run_is_not_followed(tmp_path: Path) -> None:
    theirs = tmp_path / "papers"
    theirs.mkdir()
    (theirs / "notes.txt").write_text("years of work")
    unfinished_directory(tmp_path / "model").symlink_to(theirs)
    with (
        pytest.raises(OutputExistsError, match="is a link, which no run has made"),
        run_directory(tmp_path / "model", overwrite=True, resume=False),
    ):
        pass
    assert (theirs / "notes.txt").read_text() == "years of work"


@pytest.mark.parametrize("has_begun", [False, True])
def test_what_a_run_left_that_was_killed_at_once_is_emptied(
    tmp_path: Path, has_begun: bool
) -> None:
    directory = unfinished_directory(tmp_path / "model")
    (directory / "run" if has_begun else directory).mkdir(parents=True)
    with run_directory(tmp_path / "model", overwrite=False, resume=False) as given:
        write_something(given)
    assert list(tmp_path.iterdir()) == [tmp_path / "model"]
