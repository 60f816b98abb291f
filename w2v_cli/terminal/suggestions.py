"""Build the commands that the program suggests, quoted so that a shell can run them safely."""

import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from w2v_cli.config.config import Config, options
from w2v_cli.config.sections import RunConfig
from w2v_cli.errors import DivergedError, StoppedError, TrainingError
from w2v_cli.runs.directory import can_resume
from w2v_cli.terminal.exit_codes import NEXT_STEP

DEFAULT_OUTPUT = RunConfig().output

TYPICAL_RANK = 200
"""The most frequent words are articles and prepositions. A word of this rank tells more."""


def command_line(*arguments: str) -> str:
    """Return a `w2v` command as a quoted shell line.

    >>> command_line("neighbors", "$(rm x)")
    "w2v neighbors '$(rm x)'"
    """
    return shlex.join(["w2v", *arguments])


def suggest_question(words: Sequence[str], model: Path) -> str:
    """Return a command that shows the neighbors of a word of a model.

    >>> suggest_question(["the", "king"], Path("w2v-model"))
    'w2v neighbors king'
    >>> suggest_question(["--help"], Path("my model"))
    "w2v neighbors -m 'my model' -- --help"
    """
    where = [] if model == Path(DEFAULT_OUTPUT) else ["-m", str(model)]
    word = _typical_word(words)
    if word.startswith("-"):
        return command_line("neighbors", *where, "--", word)
    return command_line("neighbors", word, *where)


def _typical_word(words: Sequence[str]) -> str:
    first = min(TYPICAL_RANK, len(words) - 1)
    readable = (w for w in [*words[first:], *words[:first]] if w.isprintable() and w[0].isalnum())
    return next(readable, words[first])


@contextmanager
def suggest_next_step(settings: Config) -> Iterator[None]:
    """Add a command to an error that ends a run: the one to resume, fix or restart the run."""
    output = settings.run.output
    given = sys.argv[1:]
    try:
        yield
    except DivergedError as error:
        again = ["train", *_as_arguments(settings)] if "--resume" in given else given
        if can_resume(Path(output)) and "--overwrite" not in again:
            again = [*again, "--overwrite"]
        half = f"{settings.optimizer.rates[0] / 2:g}"
        setattr(error, NEXT_STEP, f"try: {command_line(*again, '--learning-rate', half)}")
        raise
    except (StoppedError, TrainingError, OSError, MemoryError) as error:
        if can_resume(Path(output)):
            where = [] if output == DEFAULT_OUTPUT else ["-o", output]
            setattr(error, NEXT_STEP, f"to go on: {command_line('train', '--resume', *where)}")
        else:
            setattr(error, NEXT_STEP, f"to start again: {command_line(*given)}")
        raise


@contextmanager
def suggest_resuming() -> Iterator[None]:
    """Add to an error that ends a tuning the command that goes on with it."""
    try:
        yield
    except (StoppedError, OSError, MemoryError) as error:
        again = [argument for argument in sys.argv[1:] if argument != "--overwrite"]
        resume = [] if "--resume" in again else ["--resume"]
        setattr(error, NEXT_STEP, f"to go on: {command_line(*again, *resume)}")
        raise


def _as_arguments(settings: Config) -> list[str]:
    """Return the arguments of `w2v train` that give these settings without a config file."""
    arguments: list[str] = []
    for key, value in settings.values().items():
        option = options()[key]
        if key == "corpus" or value == option.default:
            continue
        if isinstance(value, bool):
            arguments.append(option.flag if value else f"--no-{option.flag[2:]}")
        else:
            arguments += [option.flag, str(value)]
    corpus = list(settings.run.corpus)
    if any(name.startswith("-") and name != "-" for name in corpus):
        return [*arguments, "--", *corpus]
    return [*corpus, *arguments]
