"""The working directory of a run: it lies beside the model directory until the model is complete.

    .w2v-model.unfinished/
      vectors.npy ...       the files of the model that are complete
      run/
        pid                 process id of the run; the run holds a lock on the directory
        run.json            settings and text of the run, see `record`
        encoded/            the text as ids, if no cache has it
        validation/         the text of `validate` as ids
        best/               the best tables so far, with early stopping
        checkpoints/        states from which the run can be resumed

A run that fails before its first checkpoint removes the directory. A run that fails later keeps it
for `--resume`.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from w2v_cli.errors import InputMissingError, OutputError, OutputExistsError
from w2v_cli.storage import flush, name_file_in_errors
from w2v_cli.vectors.store import check_writable

RUN = "run"
CHECKPOINTS, ENCODED, PID = f"{RUN}/checkpoints", f"{RUN}/encoded", f"{RUN}/pid"


def unfinished_directory(target: Path) -> Path:
    """Return the working directory of a run for the model directory `target`."""
    target = target.resolve()  # a symbolic link stays a link
    return target.with_name(f".{target.name}.unfinished")


def can_resume(target: Path) -> bool:
    """Return whether an unfinished run for `target` has a checkpoint."""
    return any((unfinished_directory(target) / CHECKPOINTS).glob("[0-9]*"))


@contextmanager
def run_directory(target: Path, *, overwrite: bool, resume: bool) -> Iterator[Path]:
    """Yield the working directory. It is renamed to `target` when the block ends.

    Args:
        target: the model directory that the run makes.
        overwrite: replace an existing model, and delete an unfinished run.
        resume: continue an unfinished run.

    Raises:
        OutputExistsError: a model or an unfinished run exists and may not be replaced, or the
            directory has files that no run has made.
        OutputError: the target cannot be written, or another run is writing it.
        InputMissingError: there is no unfinished run to resume.
    """
    check_writable(target, overwrite or resume)
    directory = unfinished_directory(target)
    if directory.is_symlink():
        raise OutputExistsError(f"{directory} is a link, which no run has made; remove it")
    if resume and not directory.is_dir():
        raise InputMissingError(f"no unfinished run for {target}; start one without --resume")
    missing_parents = [parent for parent in directory.parents if not parent.exists()]
    directory.mkdir(parents=True, exist_ok=True)
    with _hold_lock(directory, target):
        if not _is_made_by_a_run(directory):
            raise OutputExistsError(
                f"{directory} holds files that no run of w2v has written; move them, or choose"
                " another --output"
            )
        try:
            _undo_replacement(target.resolve())
            check_writable(
                target, overwrite or resume
            )  # again: under the lock nobody else can change it
            if not resume:
                _forget(directory, target, overwrite)
            with name_file_in_errors(directory):
                (directory / RUN).mkdir(exist_ok=True)
                (directory / PID).write_text(str(os.getpid()))
                yield directory
                _publish(directory, target.resolve())
        except BaseException:
            if not resume and not can_resume(target):
                shutil.rmtree(directory, ignore_errors=True)
                for parent in missing_parents:
                    with suppress(OSError):
                        parent.rmdir()
            raise


@contextmanager
def _hold_lock(directory: Path, target: Path) -> Iterator[None]:
    """Hold the lock of a directory. The system releases it when the process ends in any way."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = "another process"
            with suppress(OSError):
                holder = f"process {(directory / PID).read_text()}"
            raise OutputError(f"{holder} is training {target}; choose another --output") from None
        if not directory.is_dir() or not os.path.samestat(os.fstat(descriptor), directory.stat()):
            # The locked directory has become the model in the meantime.
            raise OutputError(f"another process has just finished {target}; look at it first")
        yield
    finally:
        os.close(descriptor)


def _forget(directory: Path, target: Path, overwrite: bool) -> None:
    """Empty the directory. Without `overwrite`, a run that can be resumed is an error."""
    if can_resume(target) and not overwrite:
        raise OutputExistsError(
            f"there is an unfinished run for {target}; go on with --resume, or forget it with"
            " --overwrite"
        )
    for path in directory.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _is_made_by_a_run(directory: Path) -> bool:
    if (directory / PID).is_file():
        return True
    # A run that was killed at its start may have made only an empty `run` directory.
    return all(path.name == RUN and not any(path.iterdir()) for path in directory.iterdir())


def _publish(directory: Path, target: Path) -> None:
    """Rename the directory to the target. The old model is removed only after that."""
    for path in directory.iterdir():
        if path.is_file():
            flush(path)
    flush(directory)
    replaced = _replaced_path(target)
    if target.exists():
        shutil.rmtree(replaced, ignore_errors=True)
        target.rename(replaced)
    try:
        directory.rename(target)
    except OSError:
        _undo_replacement(target)
        raise
    flush(target.parent)
    for path in (replaced, target / RUN):
        shutil.rmtree(path, ignore_errors=True)


def keep_aside(directory: Path, target: Path) -> Path:
    """Keep the model of a run that failed at its end beside `target`; return where it lies.

    Raises:
        OutputExistsError: there is something that is no model.
    """
    aside = target.resolve().with_name(f"{target.resolve().name}.diverged")
    check_writable(aside, overwrite=True)
    shutil.rmtree(aside, ignore_errors=True)
    directory.rename(aside)
    shutil.rmtree(aside / RUN, ignore_errors=True)
    return aside


def _undo_replacement(target: Path) -> None:
    """Bring back the old model of a target if its replacement was not completed."""
    replaced = _replaced_path(target)
    if replaced.exists() and not target.exists():
        replaced.rename(target)


def _replaced_path(target: Path) -> Path:
    return target.with_name(f".{target.name}.replaced")
