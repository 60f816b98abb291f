"""Find the files that names, directories and patterns stand for.

One rule for directories and patterns:

- A hidden file or directory, whose name begins with a dot, is left out, unless the name or that
  part of the pattern begins with a dot as well.
- A link to a file is read as the file.
- A link to a directory is followed only where it is named itself: as an argument, or as a part of a
  pattern that has no `*`, `?` or `[...]`. So no loop of links can be walked.
"""

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from glob import has_magic
from pathlib import Path

from w2v_cli.corpus.reading.addresses import find_addresses, is_address
from w2v_cli.errors import CorpusError

STDIN = "-"

ANY_DEPTH = "**"
"""The part of a pattern that stands for a directory and all directories below it."""


def find_files(names: Sequence[str]) -> list[str]:
    """Return the files that `names` stand for, in order.

    A directory stands for all files in it and below, a pattern (`*`, `?`, `[...]`, `**`) for the
    files that match, both sorted; the module says which are left out. `-` is stdin. An address such
    as s3://bucket/texts is looked up where it leads.

    Raises:
        CorpusError: a file is missing, a directory cannot be listed, or a directory or a pattern
            has no files.
    """
    return [path for name in names for path in _files_of(name)]


def is_hidden(path: str) -> bool:
    r"""Return whether a file, or a directory that it lies in, is hidden.

    >>> is_hidden("./texts/a.txt"), is_hidden("__MACOSX/._a.txt"), is_hidden(".git\\config")
    (False, True, True)
    """
    parts = path.replace("\\", "/").split("/")
    return any(part.startswith(".") and part not in (".", "..") for part in parts)


def _files_of(name: str) -> list[str]:
    if name == STDIN:
        return [name]
    if is_address(name):
        return find_addresses(name)
    path = Path(name)
    if path.is_dir():
        if files := sorted(_matches(path, (ANY_DEPTH,))):
            return files
        raise CorpusError(f"{name}: no files in this directory; hidden ones do not count")
    if path.exists():
        return [name]
    if not has_magic(name):
        raise CorpusError(f"{name}: no such file; check the path")
    start = Path(path.anchor)
    parts = path.relative_to(start).parts
    # A file can match in several ways, such as a/a/b by **/a/**.
    if files := sorted(set(_matches(start, parts))):
        return files
    raise CorpusError(f"{name}: no file matches this pattern")


def _matches(directory: Path, parts: tuple[str, ...]) -> Iterator[str]:
    """Yield the files below `directory` whose path matches the parts of a pattern."""
    part, rest = parts[0], parts[1:]
    if part == ANY_DEPTH:
        for below in _with_all_below(directory):
            yield from _matches(below, rest or ("*",))
    elif not has_magic(part):
        path = directory / part
        if not rest and path.is_file():
            yield str(path)
        elif rest and path.is_dir():
            yield from _matches(path, rest)
    else:
        for entry in _listed(directory):
            if not fnmatchcase(entry.name, part) or is_hidden(entry.name) > is_hidden(part):
                continue
            path = directory / entry.name
            if not rest and path.is_file():
                yield str(path)
            elif rest and entry.is_dir(follow_symlinks=False):
                yield from _matches(path, rest)


def _with_all_below(directory: Path) -> Iterator[Path]:
    waiting = [directory]
    while waiting:
        yield (current := waiting.pop())
        waiting += [
            current / entry.name
            for entry in _listed(current)
            if entry.is_dir(follow_symlinks=False) and not is_hidden(entry.name)
        ]


def _listed(directory: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(directory) as entries:
            return list(entries)
    except OSError as error:
        raise CorpusError(f"{directory}: cannot be listed: {error.strerror}") from None
