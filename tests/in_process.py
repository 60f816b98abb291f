"""Run `w2v` inside this process, which takes a hundredth of the time of a new one.

In: the arguments, and what surrounds a program: directory, environment, standard input. Out: the
exit code and what was written. Afterwards this process is as it was before.

Not for `w2v train`, because TensorFlow takes settings of threads and devices once in a process. Not
for what is about processes either: start-up, loaded modules, signals, the way they end.
"""

import io
import logging
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO
from unittest import mock

from w2v_cli.cli import main

Finished = subprocess.CompletedProcess[str]


def run_in_process(
    arguments: Sequence[str], cwd: Path | None, environment: Mapping[str, str], input: str | None
) -> Finished:
    """Call the program's `main` with streams, arguments, environment and directory of its own."""
    with ExitStack() as stack:
        files = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
        files[0].write((input or "").encode())
        files[0].seek(0)
        stdin, stdout, stderr = (stack.enter_context(_stream(file)) for file in files)
        stack.enter_context(mock.patch.multiple(sys, stdin=stdin, stdout=stdout, stderr=stderr))
        stack.enter_context(mock.patch.object(sys, "argv", ["w2v", *arguments]))
        stack.enter_context(mock.patch.dict(os.environ, environment, clear=True))
        stack.enter_context(_directory(cwd))
        stack.enter_context(_log_as_before())
        code = _exit_code()
        stdout.flush()
        stderr.flush()
        return Finished(arguments, code, _written(files[1]), _written(files[2]))


def _exit_code() -> int:
    try:
        main()
    except SystemExit as end:
        assert isinstance(end.code, int)
        return end.code
    except Exception:
        traceback.print_exc()
        return 1
    return 0


def _stream(file: IO[bytes]) -> io.TextIOWrapper:
    # A descriptor of its own, because the program may let go what is written to it.
    return io.TextIOWrapper(os.fdopen(os.dup(file.fileno()), "r+b"), encoding="utf-8")


def _written(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


@contextmanager
def _directory(path: Path | None) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(path or before)
    try:
        yield
    finally:
        os.chdir(before)


@contextmanager
def _log_as_before() -> Iterator[None]:
    """Take out the handlers that a command gives the program's log."""
    log = logging.getLogger("w2v_cli")
    handlers, propagate = log.handlers[:], log.propagate
    try:
        yield
    finally:
        log.handlers[:], log.propagate = handlers, propagate
