"""What every command needs: options made from the configuration, errors turned into exit codes."""

import functools
import inspect
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TextIO, TypeVar

import typer

from w2v_cli.config import Option, options
from w2v_cli.errors import ModelError, W2VError

if TYPE_CHECKING:
    from w2v_cli.config_sources import Resolved

Command = TypeVar("Command", bound=Callable[..., None])

INTERRUPTED = 130

ModelOption = Annotated[
    Path,
    typer.Option(
        "-m",
        "--model",
        envvar="W2V_MODEL",
        help="Model directory, or vectors of another program.",
        metavar="PATH",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]
KindOption = Annotated[
    Literal["sum", "center", "context"],
    typer.Option("--vectors", help="Which vectors to use; sum adds the other two."),
]
NeighborsOption = Annotated[int, typer.Option("-k", help="How many words to show.", min=1)]
RestrictOption = Annotated[
    int | None,
    typer.Option("--restrict", help="Search only the N most frequent words.", min=1, metavar="N"),
]
DEFAULT_MODEL = Path("w2v-model")

CorpusArgument = Annotated[
    list[str] | None,
    typer.Argument(
        help="Text files, packed or not, directories or quoted patterns; one sentence a line.",
        metavar="CORPUS...",
    ),
]
ConfigOption = Annotated[
    str | None,
    typer.Option("--config", help="YAML file with options, such as `window: 5`.", metavar="FILE"),
]


DEBUG = "W2V_DEBUG"
"""Environment variable that lets errors end in a traceback; `w2v --debug` sets it."""


NEXT_STEP = "next_step"
"""Attribute of an error: a last line that says which command to type now."""


def reported(command: Command) -> Command:
    """Make a command end with one clear line and an exit code instead of a traceback."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
            sys.stdout.flush()
        except BrokenPipeError:
            # The reader, such as `head`, has seen enough.
            discard(sys.stdout)
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            print("stopped", file=sys.stderr)
            raise typer.Exit(INTERRUPTED) from None
        except (W2VError, OSError, MemoryError) as error:
            if DEBUG in os.environ:
                raise
            print(f"error: {_in_words(error)}", file=sys.stderr)
            if next_step := getattr(error, NEXT_STEP, None):
                print(next_step, file=sys.stderr)
            if isinstance(error, OSError):
                discard(sys.stdout)
            raise typer.Exit(getattr(error, "exit_code", 1)) from None
        except Exception as error:
            if DEBUG in os.environ or isinstance(error, (typer.Exit, typer.BadParameter)):
                raise
            print(
                f"error: unexpected {type(error).__name__}: {error}\n"
                "this is a defect of w2v; `w2v --debug ...` shows where it happened",
                file=sys.stderr,
            )
            raise typer.Exit(1) from None

    return run  # type: ignore[return-value]


def discard(stream: TextIO) -> None:
    """Let go what is written to a stream; Python flushes again at exit what could not be."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _in_words(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return f"out of memory {error}".strip()
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


def with_options(command: Command) -> Command:
    """Give a command with `**flags` a flag for every option of the configuration.

    The flags arrive as text, so that `Option.parse` reads flags, environment and YAML alike.
    """
    return _with_flags(command, list(options().values()))


def with_some_options(*names: str) -> Callable[[Command], Command]:
    """Give a command with `**flags` the flags of some options, or of whole sections of them."""
    chosen = [found for found in options().values() if {found.key, found.section} & {*names}]
    return lambda command: _with_flags(command, chosen)


def _with_flags(command: Command, chosen: list[Option]) -> Command:
    own = [
        parameter
        for parameter in inspect.signature(command, eval_str=True).parameters.values()
        if parameter.kind is not inspect.Parameter.VAR_KEYWORD
    ]
    flags = [
        inspect.Parameter(
            found.key, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=_flag(found)
        )
        for found in chosen
        if found.key not in {parameter.name for parameter in own}
    ]
    signature = inspect.Signature(own + flags)
    command.__signature__ = signature  # type: ignore[attr-defined]
    command.__annotations__ = {p.name: p.annotation for p in signature.parameters.values()}
    return command


def _flag(found: Option) -> Any:
    names = ["-o", found.flag] if found.key == "output" else [found.flag]
    text = found.help
    if found.default is not None:
        text += f" [default: {found.default}]"
    if found.type is bool:
        names = [f"{found.flag}/--no-{found.flag[2:]}"]
        return Annotated[bool | None, typer.Option(*names, help=text, show_default=False)]
    words = {int: "INT", float: "FLOAT", str: "TEXT"}
    metavar = "|".join(found.choices) or words[found.type]
    completion = (lambda: found.choices) if found.choices else None  # else shells offer files
    return Annotated[
        str | None, typer.Option(*names, help=text, metavar=metavar, autocompletion=completion)
    ]


def resolved(
    corpus: list[str] | None,
    config_path: str | None,
    flags: dict[str, Any],
    resumed: dict[str, object] | None = None,
) -> "Resolved":
    """Return the configuration of a command line, which may go on with a run's options."""
    # PyYAML takes 15 ms to import, and most commands do without it.
    from w2v_cli.config_sources import resolve

    return resolve({**flags, "corpus": tuple(corpus or ())}, config_path, resumed=resumed)


@contextmanager
def output_stream(path: str) -> Iterator[Any]:
    """Open a binary file to write, or stdout for `-`; the file appears when it is complete.

    A file whose name ends in `.gz` is packed.
    """
    if path == "-":
        yield sys.stdout.buffer
        return
    given = Path(path)
    if not given.parent.is_dir():
        raise ModelError(f"{path}: there is no directory {given.parent} to write to")
    if given.exists() and not given.is_file():  # a pipe or a device; a directory is an error
        with given.open("wb") as file:
            yield file
        return
    target = given.resolve()  # a link to a file stays a link
    partial = target.with_name(f".{target.name}.partial-{os.getpid()}")
    try:
        with partial.open("wb") as file:
            if path.endswith(".gz"):
                from gzip import GzipFile

                # Neither a name nor a time, so that the same content gives the same bytes.
                with GzipFile("", "wb", fileobj=file, mtime=0) as packed:
                    yield packed
            else:
                yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def show_warnings() -> None:
    """Print the program's own warnings as lines on stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("warning: %(message)s"))
    log = logging.getLogger("w2v_cli")
    log.addHandler(handler)
    log.propagate = False
