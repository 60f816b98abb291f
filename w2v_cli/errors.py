"""All errors that w2v raises.

A message says what is wrong, where, and what to do. Only the command line prints it.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class W2VError(Exception):
    """Base class of all errors of w2v. `exit_code` is the exit code of the command."""

    exit_code = 1


class ConfigError(W2VError):
    """A wrong setting: an unknown key, a value out of bounds, settings that exclude each other."""

    exit_code = 2


class InputMissingError(W2VError):
    """A file, directory or run that was named does not exist."""


class OutputError(W2VError):
    """The output cannot be written, or another process is writing it."""


class OutputExistsError(OutputError):
    """The output exists already and must not be replaced."""


class CorpusError(W2VError):
    """The text cannot be read, or it has no words to train on."""


class TrainingError(W2VError):
    """A run cannot start or cannot continue."""


class NotEnoughMemoryError(W2VError):
    """The machine or the container has less memory than a run takes in any case."""


class LostWorkersError(TrainingError):
    """Another worker of the run has failed, is gone, or never came."""


class DivergedError(TrainingError):
    """The loss or the vectors of a run are no longer finite."""


class ModelError(W2VError):
    """A model directory or vector file is damaged, of another version, or in an unknown format."""


class MissingLibraryError(W2VError):
    """A library that the command needs is not installed."""


class StoppedError(W2VError):
    """A signal has stopped the run. The exit code is 128 + the number of the signal."""

    def __init__(self, message: str, signal: int) -> None:
        super().__init__(message)
        self.exit_code = 128 + signal


class UnknownWordError(W2VError):
    """A query has a word that has no vector."""


class QueryError(W2VError):
    """A query cannot be parsed: an operator without a word, or too few words."""

    exit_code = 2


class EvaluationError(W2VError):
    """A file of evaluation questions cannot be read."""


class PictureError(W2VError):
    """A map cannot be drawn: too few words, or a file of words or groups that cannot be used."""


class InternalError(W2VError):
    """A bug in w2v: an internal check has failed."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return ", did you mean …?" for the closest known name, or an empty string."""
    matches = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f", did you mean {matches[0]}?" if matches else ""
