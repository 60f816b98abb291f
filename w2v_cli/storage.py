"""Write files completely or not at all, and check whether they are unchanged.

A file or directory is written under a temporary name beside its target, flushed, and renamed. The
temporary name is unique, and the writer holds a lock on it (`flock`). If nobody holds the lock, the
writer has died; the next process that writes the same target removes the leftover. Process ids
could not replace the lock, because they repeat in containers.
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
"""Part of the name of an incomplete file or directory: `.NAME.w2v-staged-RANDOM`."""

Fingerprints = dict[str, dict[str, Any]]
"""File name -> {`bytes`: size, `sha256`: hash in hex}."""


@contextmanager
def staged_file(target: Path) -> Iterator[BinaryIO]:
    """Yield a file to write. It replaces `target` when the block ends.

    If the block fails, the file is removed and `target` stays as it was.

    Raises:
        OSError: the file cannot be written; `target` is as before.
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
    """Yield a binary file to write at a path from the user. The file appears when it is complete.

    A file whose name ends in `.gz` is compressed with gzip. Pipes and devices are written directly.

    Raises:
        OutputError: the directory of the file does not exist.
        OSError: the file cannot be written.
    """
    given = Path(path)
    if not given.parent.is_dir():
        raise OutputError(f"{path}: there is no directory {given.parent} to write to")
    if given.exists() and not given.is_file():  # opening a directory raises OSError
        with given.open("wb") as file:
            yield file
        return
    with staged_file(given.resolve()) as file:  # a symbolic link stays a link
        if not path.endswith(".gz"):
            yield file
            return
        from gzip import GzipFile

        # No name and no time in the header, so that the same content gives the same bytes.
        with GzipFile("", "wb", fileobj=file, mtime=0) as packed:
            yield packed


@contextmanager
def staged_directory(target: Path) -> Iterator[Path]:
    """Yield a directory to fill. It is renamed to `target` when the block ends.

    If the block fails, the directory is removed.

    Raises:
        OSError: the directory cannot be written, or `target` exists already.
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
    """Lock a new file or directory. Return False if another process removed it as a leftover."""
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def remove_leftovers(directory: Path, name: str = "*") -> None:
    """Remove what dead processes left behind while they wrote `directory`/`name`.

    Args:
        directory: the directory of the target.
        name: the name of the target. "*" stands for all names; only for directories of w2v.
    """
    prefix = STAGED if name == "*" else _prefix(name)
    with suppress(OSError):
        for path in [found for found in directory.iterdir() if prefix in found.name]:
            with suppress(OSError):
                _remove_if_left(path)


def _remove_if_left(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # OSError: the writer is alive
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()
    finally:
        os.close(descriptor)


def _prefix(name: str) -> str:
    return f".{name}{STAGED}"


def write_whole(path: Path, text: str) -> None:
    """Replace a text file. After a power failure it has either the old or the new content."""
    with staged_file(path) as file:
        file.write(text.encode())


def write_sealed(path: Path, content: Any) -> None:
    """Write JSON with its own hash, completely or not at all.

    Raises:
        OSError: the file cannot be written; its old content is unchanged.
    """
    write_whole(path, seal(content))


def seal(content: Any) -> str:
    """Return JSON that holds `content` and its hash."""
    return json.dumps({"content": content, "sha256": json_sha256(content)})


def json_sha256(content: Any) -> str:
    """Return the sha256 of `content` as JSON, in hex."""
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def read_sealed(path: Path) -> Any:
    """Return the content that `write_sealed` wrote; tuples come back as lists.

    Raises:
        OSError: the file cannot be read.
        ValueError: the file differs from what was written.
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
    """Return size and sha256 of each file directly in `directory`."""
    return {
        path.name: {"bytes": path.stat().st_size, "sha256": file_sha256(path)}
        for path in sorted(directory.iterdir())
        if path.is_file()
    }


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file's content, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(READ_SIZE):
            digest.update(block)
    return digest.hexdigest()


def faults(directory: Path, expected: Fingerprints) -> list[str]:
    """Read all files; return one line for each that is missing or not as it was written."""
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


def require_writable(directory: Path, target: Path) -> None:
    """Raise OutputError unless a directory can be written.

    Args:
        directory: absolute; where it does not exist, the nearest parent that does has to do.
        target: what is to be written there.
    """
    existing = next(path for path in (directory, *directory.parents) if path.exists())
    if not existing.is_dir():
        raise OutputError(f"{target} cannot be written: {existing} is not a directory")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise OutputError(f"{target} cannot be written: no permission in {existing}")


@contextmanager
def name_file_in_errors(path: Path) -> Iterator[None]:
    """Add the path to an OSError that has none, such as that of a write on a full disk."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(path)
        raise


def flush(path: Path) -> None:
    """Wait until a file is on the disk, or for a directory, until its list of names is."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        with name_file_in_errors(path):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_tree(directory: Path) -> None:
    """Wait until a directory and everything in it is on the disk."""
    for path in directory.iterdir():
        if path.is_dir():
            flush_tree(path)
        else:
            flush(path)
    flush(directory)
