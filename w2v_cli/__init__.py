"""w2v: train word2vec skip-gram vectors, and use them.

    from w2v_cli import Config, train

    vectors = train(Config.of(corpus="corpus.txt", output="model", window=3))
    vectors.neighbors("paris", k=5)

`load_vectors` opens the vectors of a model or file, `evaluate` scores them, `export` writes them
for other programs. An `Observer` hears what happens in a run. Every error is a `W2VError`. Its
message says what is wrong, where, and what to do.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from w2v_cli.platforms import reason_not_to_run

if TYPE_CHECKING:
    from w2v_cli.config.config import Config as Config
    from w2v_cli.errors import ConfigError as ConfigError
    from w2v_cli.errors import CorpusError as CorpusError
    from w2v_cli.errors import DivergedError as DivergedError
    from w2v_cli.errors import EvaluationError as EvaluationError
    from w2v_cli.errors import InputMissingError as InputMissingError
    from w2v_cli.errors import InternalError as InternalError
    from w2v_cli.errors import MissingLibraryError as MissingLibraryError
    from w2v_cli.errors import ModelError as ModelError
    from w2v_cli.errors import OutputError as OutputError
    from w2v_cli.errors import OutputExistsError as OutputExistsError
    from w2v_cli.errors import PictureError as PictureError
    from w2v_cli.errors import QueryError as QueryError
    from w2v_cli.errors import StoppedError as StoppedError
    from w2v_cli.errors import TrainingError as TrainingError
    from w2v_cli.errors import UnknownWordError as UnknownWordError
    from w2v_cli.errors import W2VError as W2VError
    from w2v_cli.runs.observers import Observer as Observer
    from w2v_cli.runs.train import train as train
    from w2v_cli.vectors.loading import load_vectors as load_vectors
    from w2v_cli.vectors.scores import evaluate as evaluate
    from w2v_cli.vectors.writing import export as export

__version__ = "0.1.0"

_HOMES = {
    "Config": "w2v_cli.config.config",
    "Observer": "w2v_cli.runs.observers",
    "evaluate": "w2v_cli.vectors.scores",
    "export": "w2v_cli.vectors.writing",
    "load_vectors": "w2v_cli.vectors.loading",
    "train": "w2v_cli.runs.train",
    **dict.fromkeys(
        (
            "ConfigError",
            "CorpusError",
            "DivergedError",
            "EvaluationError",
            "InputMissingError",
            "InternalError",
            "MissingLibraryError",
            "ModelError",
            "OutputError",
            "OutputExistsError",
            "PictureError",
            "QueryError",
            "StoppedError",
            "TrainingError",
            "UnknownWordError",
            "W2VError",
        ),
        "w2v_cli.errors",
    ),
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    # A name is imported at its first use, so that `w2v --help` does not wait for NumPy.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if reason := reason_not_to_run():
        raise ImportError(reason)
    return getattr(import_module(_HOMES[name]), name)
