"""Start TensorFlow quickly and quietly, as a program that uses it for training alone."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import cast

from w2v_cli.terminal.quiet import quiet_stderr


@contextmanager
def start_tensorflow() -> Iterator[None]:
    """Enter this while TensorFlow is loaded and started."""
    with quiet_stderr(), _without_keras(), _without_collections():
        yield


@contextmanager
def _without_keras() -> Iterator[None]:
    """Let TensorFlow do without Keras, which it loads with itself if it is installed.

    Keras, with Matplotlib that it loads where it finds it, is a tenth to a fifth of the time that
    loading takes. Nothing here uses it. In a program of somebody else, `import tensorflow.keras`
    would not work afterwards.
    """
    if "tensorflow" in sys.modules or "keras" in sys.modules:
        yield
        return
    # Python raises ModuleNotFoundError for a module that is None, and TensorFlow expects that.
    sys.modules["keras"] = cast(ModuleType, None)
    try:
        yield
    finally:
        del sys.modules["keras"]


@contextmanager
def _without_collections() -> Iterator[None]:
    """Do not look for garbage among the objects of modules, which live until the program ends."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
