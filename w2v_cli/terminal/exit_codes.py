"""Turn the errors of a command into one line on stderr and an exit code."""

import functools
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import typer

from w2v_cli.errors import InternalError, W2VError
from w2v_cli.terminal.streams import discard, show_warnings

Command = TypeVar("Command", bound=Callable[..., None])

INTERRUPTED = 130

DEBUG = "W2V_DEBUG"
"""Environment variable that makes errors show a traceback; `w2v --debug` sets it."""

NEXT_STEP = "next_step"
"""Attribute of an error: a last line that names the command to run next."""

DEFECT = "this is a bug in w2v; `w2v --debug ...` shows where it happened"


def with_exit_codes(command: Command) -> Command:
    """Make the errors of a command end with one line and an exit code, not a traceback."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        show_warnings()
        with report_errors():
            command(*args, **kwargs)
            sys.stdout.flush()

    return run  # type: ignore[return-value]


@contextmanager
def report_errors() -> Iterator[None]:
    """Turn an error in the block into one line on stderr and SystemExit with an exit code."""
    try:
        yield
    except BrokenPipeError:
        # The reader of stdout, such as `head`, has closed it.
        discard(sys.stdout)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        _say("stopped")
        raise SystemExit(INTERRUPTED) from None
    except (W2VError, OSError, MemoryError) as error:
        if DEBUG in os.environ:
            raise
        _say(f"error: {_describe(error)}")
        if next_step := getattr(error, NEXT_STEP, None):
            _say(next_step)
        if isinstance(error, OSError):
            discard(sys.stdout)
        raise SystemExit(getattr(error, "exit_code", 1)) from None
    except Exception as error:
        if DEBUG in os.environ or isinstance(error, (typer.Exit, typer.BadParameter)):
            raise
        _say(f"error: unexpected {type(error).__name__}: {error}\n{DEFECT}")
        raise SystemExit(1) from None


def _say(text: str) -> None:
    try:
        print(text, file=sys.stderr, flush=True)
    except OSError:
        discard(sys.stderr)


def _describe(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return f"out of memory {error}".strip()
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    if isinstance(error, InternalError):
        return f"{error}\n{DEFECT}"
    return str(error)
