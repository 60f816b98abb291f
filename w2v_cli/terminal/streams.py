"""The standard streams: results go to stdout, everything else to stderr. Any may be closed."""

import errno
import io
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from w2v_cli.errors import ConfigError


class ClosedOutput(io.RawIOBase):
    """Replaces a stdout that the caller has closed. Every write raises OSError."""

    def writable(self) -> bool:
        return True

    def write(self, content: Any, /) -> int:
        raise OSError(
            errno.EBADF, "the stream is closed, so the results cannot be written", "stdout"
        )


def open_standard_streams() -> None:
    """Make stdin, stdout and stderr usable, even if the caller has closed them.

    Call this first. Otherwise a file that is opened later could get the descriptor of a closed
    stream, and what is written to the stream would end up in the file.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest free descriptor, which is this one
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(ClosedOutput()), encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Results are UTF-8 in every locale. Arguments that are not UTF-8 keep their bytes.
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")


def discard(stream: TextIO) -> None:
    """Drop what is written to a stream. Else Python would flush again at exit, and fail again."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):  # no descriptor: replace the stream with its content
        name = "stdout" if stream is sys.stdout else "stderr"
        setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123


def refuse_two_results(json: bool, output: str | None) -> None:
    """Check that a command with `--json` and `-o` does not write both to stdout.

    Raises:
        ConfigError: it would.
    """
    if json and output == "-":
        raise ConfigError("--json and -o - both write to stdout; choose one")


@contextmanager
def output_stream(path: str) -> Iterator[Any]:
    """Yield a binary file to write, or stdout for `-`; see `storage.output_file`."""
    if path == "-":
        yield sys.stdout.buffer
        return
    # Imported here because it imports hashlib and json, which most commands do not need.
    from w2v_cli.storage import output_file

    with output_file(path) as file:
        yield file


def show_warnings() -> None:
    """Print the warnings of w2v as lines on stderr."""
    log = logging.getLogger("w2v_cli")
    if not log.handlers:
        log.addHandler(_Lines())
    log.propagate = False


class _Lines(logging.Handler):
    """Prints each warning to the current `sys.stderr`."""

    def emit(self, record: logging.LogRecord) -> None:
        print(f"warning: {record.getMessage()}", file=sys.stderr, flush=True)
