"""Hide TensorFlow's start-up messages unless start-up fails."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

STDERR = 2

STARTED = b"\0w2v has started\0"
"""Marker after the messages of a successful start."""

RELAY = f"""
import os
held = b""
while block := os.read(0, 65536):
    held += block
if not held.endswith({STARTED!r}):
    os.write(2, held)
"""

_visible = STDERR


def visible_stderr() -> int:
    """Return the file descriptor of the user's stderr, also while messages are held back."""
    return _visible


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Hold back what the process writes to stderr. It is shown only if the block fails.

    TensorFlow's C++ code writes to the file descriptor before any Python setting applies, and it
    may abort the process. So a second process holds the messages. It shows them if this process
    closes the pipe without having written `STARTED`.
    """
    global _visible
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    sys.stderr.flush()
    original = os.dup(STDERR)
    relay = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", RELAY],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=original,
        start_new_session=True,  # Ctrl-C must not reach the second process
    )
    assert relay.stdin is not None
    os.dup2(relay.stdin.fileno(), STDERR)
    relay.stdin.close()
    _visible = original
    try:
        yield
        sys.stderr.flush()
        os.write(STDERR, STARTED)
    finally:
        sys.stderr.flush()
        os.dup2(original, STDERR)
        _visible = STDERR
        relay.wait()
        os.close(original)
