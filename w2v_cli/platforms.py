"""The systems that w2v runs on.

Nothing else is imported here, so that this can be asked before anything that Windows lacks.
"""

import sys

ON_WINDOWS = (
    "w2v does not run on Windows itself, only on Linux and macOS;"
    " install WSL with `wsl --install`, and w2v inside it"
)


def reason_not_to_run() -> str | None:
    """Return why w2v cannot run on this system and what to do, or None where it runs."""
    return ON_WINDOWS if sys.platform == "win32" else None
