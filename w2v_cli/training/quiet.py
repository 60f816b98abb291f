"""Keep TensorFlow's start-up messages back unless start-up fails."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

STDERR = 2


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
