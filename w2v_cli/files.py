"""Bring files to the disk, and tell whether they are still what was written."""

import hashlib
import os
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


def faults(directory: Path, expected: Fingerprints, *, content: bool) -> list[str]:
    """Return a line about each file that is missing or not as it was written.

    Args:
        directory: where the files lie.
        expected: what they were.
        content: compare the hashes too, which reads every byte.
    """
    found = []
    for name, known in expected.items():
        path = directory / name
        if not path.is_file():
            found.append(f"{path}: missing")
        elif path.stat().st_size != known["bytes"]:
            found.append(f"{path}: {path.stat().st_size:,} bytes, not {known['bytes']:,}")
        elif content and sha256(path) != known["sha256"]:
            found.append(f"{path}: its content is not what was written")
    return found


def flush(path: Path) -> None:
    """Wait until a file, or a directory with all that is in it, is on the disk."""
    if path.is_dir():
        for inner in path.iterdir():
            flush(inner)
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_entry(path: Path) -> None:
    """Wait until what a directory says of `path` itself is on the disk."""
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
