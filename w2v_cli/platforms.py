"""Check the operating system.

This module imports no other part of w2v, because other parts need modules that Windows lacks.
"""

import sys

ON_WINDOWS = (
    "w2v does not run on Windows itself, only on Linux and macOS;"
    " install WSL with `wsl --install`, and w2v inside it"
)


def reason_not_to_run() -> str | None:
    """Return why w2v cannot run on this system and what to do, or None if it can run."""
    return ON_WINDOWS if sys.platform == "win32" else None
