"""Bring files to the disk, and tell whether they are still what was written."""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

READ_SIZE = 1 << 20

Fingerprints = dict[str, dict[str, Any]]
"""File name -> `bytes`, its size, and `sha256`, in hex."""


def fingerprints(directory: Path) -> Fingerprints:
    """Return size and sha256 of each file that lies in `directory` itself."""
    return {
        path.name: {"bytes": path.stat().st_size, "sha256": sha256(path)}
        for path in sorted(directory.iterdir())
        if path.is_file()
    }


def sha256(path: Path) -> str:
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
        elif sha256(path) != known["sha256"]:
            found.append(f"{path}: its content is not what was written")
    return found


def write_sealed(path: Path, content: Any) -> None:
    """Write JSON with its own hash; the file is as it was or as it will be, whenever power fails.

    Raises:
        OSError: it cannot be written; what was there before is there still.
    """
    write_whole(path, sealed(content))


def sealed(content: Any) -> str:
    """Return JSON of `content` and its hash."""
    digest = hashlib.sha256(json.dumps(content).encode()).hexdigest()
    return json.dumps({"content": content, "sha256": digest})


def read_sealed(path: Path) -> Any:
    """Return what `write_sealed` was given; tuples are lists.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not, byte for byte, what was written.
    """
    try:
        text = path.read_bytes().decode()
        content = json.loads(text)["content"]
        whole = sealed(content) == text
    except (ValueError, TypeError, KeyError, RecursionError):
        whole = False
    if not whole:
        raise ValueError(f"{path}: its content is not what was written")
    return content


def write_whole(path: Path, text: str) -> None:
    """Write a file under another name, bring it to the disk and rename it."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        with named(path):
            partial.write_text(text, encoding="utf-8")
            flush(partial)
            partial.replace(path)
            flush(path.parent)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def named(path: Path) -> Iterator[None]:
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
        with named(path):
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
