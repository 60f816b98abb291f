"""Every error that a user can cause or meet.

A message says what is wrong, where, and what to do; only the command line prints it.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class W2VError(Exception):
    """Something the user can mend; `exit_code` is what the command ends with."""

    exit_code = 1


class ConfigError(W2VError):
    """A setting that cannot be used: an unknown key, a value out of bounds, a clash."""

    exit_code = 2


class InputMissingError(W2VError):
    """A file, directory or run that is named and is not there."""


class OutputError(W2VError):
    """An output that cannot be written, or that another process is writing."""


class OutputExistsError(OutputError):
    """An output that is there already and must not be replaced."""


class CorpusError(W2VError):
    """Text that cannot be read or that leaves nothing to train on."""


class TrainingError(W2VError):
    """A run that cannot start or cannot go on."""


class DivergedError(TrainingError):
    """A run whose loss or vectors are not finite any more."""


class ModelError(W2VError):
    """A model directory or vector file that is damaged, of another version, or in no known form."""


class MissingLibraryError(W2VError):
    """A library that is needed for what was asked, and is not installed."""


class StoppedError(W2VError):
    """A run that a signal has ended."""

    def __init__(self, message: str, signal: int) -> None:
        super().__init__(message)
        self.exit_code = 128 + signal


class UnknownWordError(W2VError):
    """A query for a word without a vector."""


class QueryError(W2VError):
    """A question that cannot be read: an operator without a word, too few words."""

    exit_code = 2


class EvaluationError(W2VError):
    """A file of questions that cannot be read."""


class InternalError(W2VError):
    """A defect of w2v: something that cannot happen has happened."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return ", did you mean …?" for the closest known name, or an empty string."""
    matches = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f", did you mean {matches[0]}?" if matches else ""
