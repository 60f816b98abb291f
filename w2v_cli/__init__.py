"""w2v: train word2vec skip-gram vectors, and use them.

    from w2v_cli import Config, train, load_vectors

    train(Config.of(corpus="corpus.txt", output="model", window=3))
    load_vectors("model").neighbors("paris", k=5)

The programs of the command line are in `w2v_cli.commands`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from w2v_cli.platforms import reason_not_to_run

if TYPE_CHECKING:
    from w2v_cli.commands.pipeline import train as train
    from w2v_cli.config import Config as Config
    from w2v_cli.vectors.loading import load_vectors as load_vectors

__version__ = "0.1.0"

__all__ = ["Config", "load_vectors", "train"]

_HOMES = {
    "Config": "w2v_cli.config",
    "load_vectors": "w2v_cli.vectors.loading",
    "train": "w2v_cli.commands.pipeline",
}


def __getattr__(name: str) -> Any:
    # Looked up when first used, so that `w2v --help` does not wait for NumPy.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if reason := reason_not_to_run():
        raise ImportError(reason)
    return getattr(import_module(_HOMES[name]), name)
