"""Keep TensorFlow's start-up messages back unless start-up fails."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

STDERR = 2

STARTED = b"\0w2v has started\0"
"""What ends the messages of a start that went well."""

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
    """Return the descriptor of what the user sees as stderr, also while messages are held back."""
    return _visible


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Hold back what the process writes to stderr; it is shown only if the block fails.

    TensorFlow's C++ side writes to the file descriptor before any setting of Python's applies, and
    may end the process by itself. So another process holds the messages, and shows them when this
    one has ended without saying that all went well.
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
        start_new_session=True,  # Ctrl-C is for this process
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
