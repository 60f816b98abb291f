"""Find the files that names, directories and patterns stand for."""

import glob
import os
from collections.abc import Sequence
from pathlib import Path

from w2v_cli.errors import CorpusError

STDIN = "-"


def find_files(names: Sequence[str]) -> list[str]:
    """Return the files that `names` stand for, in order.

    A directory stands for all files in it and below, a pattern (`*`, `?`, `[...]`, `**`) for the
    files that match, both sorted and without hidden ones; `-` is stdin.

    Raises:
        CorpusError: a file is missing, or a directory or a pattern has no files.
    """
    return [path for name in names for path in _files_of(name)]


def _files_of(name: str) -> list[str]:
    if name == STDIN:
        return [name]
    path = Path(name)
    if path.is_dir():
        if files := _files_below(path):
            return files
        raise CorpusError(f"{name}: no files in this directory; hidden ones do not count")
    if path.exists():
        return [name]
    if not glob.has_magic(name):
        raise CorpusError(f"{name}: no such file; check the path")
    # Unlike Path.glob, this takes absolute patterns and leaves hidden files out.
    matches = glob.iglob(name, recursive=True)  # noqa: PTH207
    if files := sorted(match for match in matches if Path(match).is_file()):
        return files
    raise CorpusError(f"{name}: no file matches this pattern")


def _files_below(directory: Path) -> list[str]:
    def refuse(error: OSError) -> None:
        raise CorpusError(f"{error.filename}: cannot be listed: {error.strerror}")

    found = []
    for parent, directories, files in os.walk(directory, onerror=refuse):
        directories[:] = [name for name in directories if not name.startswith(".")]
        paths = [Path(parent, name) for name in files if not name.startswith(".")]
        found += [str(path) for path in paths if path.is_file()]
    return sorted(found)
