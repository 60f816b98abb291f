"""The standard streams: results on stdout, everything else on stderr, whatever became of them."""

import errno
import io
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO


class ClosedOutput(io.RawIOBase):
    """Takes the place of a stdout that the caller has closed: nothing can be written to it."""

    def writable(self) -> bool:
        return True

    def write(self, content: Any, /) -> int:
        raise OSError(errno.EBADF, "it is closed, and there are results to write", "stdout")


def open_standard_streams() -> None:
    """Make stdin, stdout and stderr usable: a caller may have closed any of them.

    Call it first of all: a file that is opened later would get the number of a closed stream, and
    with it what is meant for the stream.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free: this one
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(ClosedOutput()), encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Results are UTF-8 in every locale; arguments that are not go out as the bytes they were.
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")


def discard(stream: TextIO) -> None:
    """Let go what is written to a stream; Python flushes again at exit what could not be."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):  # it has no descriptor; what it holds is forgotten with it
        name = "stdout" if stream is sys.stdout else "stderr"
        setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123


@contextmanager
def output_stream(path: str) -> Iterator[Any]:
    """Open a binary file to write, or stdout for `-`; see `storage.output_file`."""
    if path == "-":
        yield sys.stdout.buffer
        return
    # Hashes and JSON, which it loads too, are not for every command.
    from w2v_cli.storage import output_file

    with output_file(path) as file:
        yield file


def show_warnings() -> None:
    """Print the program's own warnings as lines on stderr."""
    log = logging.getLogger("w2v_cli")
    if not log.handlers:
        log.addHandler(_Lines())
    log.propagate = False


class _Lines(logging.Handler):
    """Prints warnings on what stderr is at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        print(f"warning: {record.getMessage()}", file=sys.stderr, flush=True)
