"""Bring files to the disk, whole or not at all, and tell whether they are still what was written.

A file or directory is written under a name of its own beside its target, flushed, and renamed. The
name is unique, and whoever writes holds a lock on it (`flock`): a name that nobody holds was left
by a process that died, and is removed by the next one that writes the same target. Process numbers
would not do: in containers they repeat.
"""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from w2v_cli.errors import OutputError

READ_SIZE = 1 << 20

STAGED = ".w2v-staged-"
"""Stands in the name of what is not complete yet: `.NAME.w2v-staged-RANDOM`."""

Fingerprints = dict[str, dict[str, Any]]
"""File name -> `bytes`, its size, and `sha256`, in hex."""


@contextmanager
def staged_file(target: Path) -> Iterator[BinaryIO]:
    """Give a file to write; it becomes `target` when the block ends, and goes if the block fails.

    Raises:
        OSError: it cannot be written; what was at `target` before is there still.
    """
    remove_leftovers(target.parent, target.name)
    while True:
        staged = _unique_path(target)
        with name_file_in_errors(target), staged.open("xb") as file:
            try:
                if not _lock(file.fileno(), staged):
                    continue
                yield file
                file.flush()
                os.fsync(file.fileno())
                staged.replace(target)
                flush(target.parent)
            finally:
                staged.unlink(missing_ok=True)
        return


@contextmanager
def output_file(path: str) -> Iterator[Any]:
    """Open a file that a user has named to write bytes; it appears when it is complete.

    A file whose name ends in `.gz` is packed. A pipe or a device is written as it is.

    Raises:
        OutputError: there is no directory to write it to.
        OSError: it cannot be written.
    """
    given = Path(path)
    if not given.parent.is_dir():
        raise OutputError(f"{path}: there is no directory {given.parent} to write to")
    if given.exists() and not given.is_file():  # a directory is an error
        with given.open("wb") as file:
            yield file
        return
    with staged_file(given.resolve()) as file:  # a link to a file stays a link
        if not path.endswith(".gz"):
            yield file
            return
        from gzip import GzipFile

        # Neither a name nor a time, so that the same content gives the same bytes.
        with GzipFile("", "wb", fileobj=file, mtime=0) as packed:
            yield packed


@contextmanager
def staged_directory(target: Path) -> Iterator[Path]:
    """Give a directory to fill; it becomes `target` when the block ends, and goes if it fails.

    Raises:
        OSError: it cannot be written, or `target` is there already.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    remove_leftovers(target.parent, target.name)
    while True:
        staged = _unique_path(target)
        staged.mkdir()
        descriptor = os.open(staged, os.O_RDONLY)
        try:
            if not _lock(descriptor, staged):
                continue
            with name_file_in_errors(target):
                yield staged
            flush_tree(staged)
            staged.rename(target)
            flush(target.parent)
        finally:
            os.close(descriptor)
            shutil.rmtree(staged, ignore_errors=True)
        return


def _unique_path(target: Path) -> Path:
    return target.with_name(f"{_prefix(target.name)}{secrets.token_hex(6)}")


def _lock(descriptor: int, path: Path) -> bool:
    """Lock what was just made; return False if another process has taken it for a leftover."""
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def remove_leftovers(directory: Path, name: str = "*") -> None:
    """Remove what writers of `directory`/`name` that have died left behind.

    Args:
        directory: where they wrote.
        name: of their target; "*" stands for any, in a directory that is all ours.
    """
    prefix = STAGED if name == "*" else _prefix(name)
    with suppress(OSError):
        for path in [found for found in directory.iterdir() if prefix in found.name]:
            with suppress(OSError):
                _remove_if_left(path)


def _remove_if_left(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # an OSError if somebody writes
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()
    finally:
        os.close(descriptor)


def _prefix(name: str) -> str:
    return f".{name}{STAGED}"


def write_whole(path: Path, text: str) -> None:
    """Write a text file; it is as it was or as it will be, whenever power fails."""
    with staged_file(path) as file:
        file.write(text.encode())


def write_sealed(path: Path, content: Any) -> None:
    """Write JSON with its own hash, whole or not at all.

    Raises:
        OSError: it cannot be written; what was there before is there still.
    """
    write_whole(path, seal(content))


def seal(content: Any) -> str:
    """Return JSON of `content` and its hash."""
    return json.dumps({"content": content, "sha256": json_sha256(content)})


def json_sha256(content: Any) -> str:
    """Return the hash of `content` as JSON, in hex."""
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def read_sealed(path: Path) -> Any:
    """Return what `write_sealed` was given; tuples are lists.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not, byte for byte, what was written.
    """
    try:
        text = path.read_bytes().decode()
        content = json.loads(text)["content"]
        whole = seal(content) == text
    except (ValueError, TypeError, KeyError, RecursionError):
        whole = False
    if not whole:
        raise ValueError(f"{path}: its content is not what was written")
    return content


def fingerprints(directory: Path) -> Fingerprints:
    """Return size and sha256 of each file that lies in `directory` itself."""
    return {
        path.name: {"bytes": path.stat().st_size, "sha256": file_sha256(path)}
        for path in sorted(directory.iterdir())
        if path.is_file()
    }


def file_sha256(path: Path) -> str:
    """Return the hash of a file's content, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(READ_SIZE):
            digest.update(block)
    return digest.hexdigest()


def faults(directory: Path, expected: Fingerprints) -> list[str]:
    """Return a line about each file that is missing or not as it was written; reads all of them."""
    found = []
    for name, known in expected.items():
        path = directory / name
        if not path.is_file():
            found.append(f"{path}: missing")
        elif path.stat().st_size != known["bytes"]:
            found.append(f"{path}: {path.stat().st_size:,} bytes, not {known['bytes']:,}")
        elif file_sha256(path) != known["sha256"]:
            found.append(f"{path}: its content is not what was written")
    return found


@contextmanager
def name_file_in_errors(path: Path) -> Iterator[None]:
    """Say in an OSError which file it is about: that of a write on a full disk does not."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(path)
        raise


def flush(path: Path) -> None:
    """Wait until a file, or which files a directory holds, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        with name_file_in_errors(path):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_tree(directory: Path) -> None:
    """Wait until a directory with all that is in it is on the disk."""
    for path in directory.iterdir():
        if path.is_dir():
            flush_tree(path)
        else:
            flush(path)
    flush(directory)
