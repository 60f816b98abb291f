"""Find out whether TensorFlow is there, and keep its start-up messages back unless it fails."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from w2v_cli.errors import MissingLibraryError

STDERR = 2


def require_tensorflow() -> None:
    """Fail where TensorFlow is not installed; this does not load it.

    Raises:
        MissingLibraryError: TensorFlow is not installed.
    """
    if find_spec("tensorflow") is None:
        raise MissingLibraryError(
            "training needs TensorFlow, which is not installed here; `pip install tensorflow`"
        )


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Hold back what the process writes to stderr, and show it only if the block fails.

    TensorFlow's C++ side writes to the file descriptor before any setting of Python's applies.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    sys.stderr.flush()
    original = os.dup(STDERR)
    try:
        with tempfile.TemporaryFile() as held:
            os.dup2(held.fileno(), STDERR)
            try:
                yield
            except Exception:
                os.dup2(original, STDERR)
                held.seek(0)
                sys.stderr.write(held.read().decode(errors="replace"))
                raise
            finally:
                os.dup2(original, STDERR)
    finally:
        os.close(original)
