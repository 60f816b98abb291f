"""Loads what a training needs, as `w2v train` does. The fork server imports this once."""

from w2v_cli import blas
from w2v_cli.runs.tensorflow import prepare_tensorflow
from w2v_cli.terminal.start import start_tensorflow

blas.keep_to_one_thread()
prepare_tensorflow()
with start_tensorflow():
    import tensorflow  # noqa: F401

import w2v_cli.runs.train  # noqa: E402, F401
