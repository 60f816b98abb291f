"""Whether the cores are BLAS's or our own threads'.

NumPy's BLAS starts a thread for each core and uses them inside a product. They stay awake for a
while after it, so that whatever else could run beside products waits. Where each product has one
thread, whole searches run side by side instead.
"""

import os

VARIABLE = "OPENBLAS_NUM_THREADS"
"""NumPy reads it once, when it is loaded."""


def keep_to_one_thread() -> None:
    """Leave the cores to us, unless the user has said otherwise. Call it before NumPy loads."""
    os.environ.setdefault(VARIABLE, "1")


def free_cores() -> int:
    """Return how many threads of our own are useful beside BLAS."""
    return os.cpu_count() or 1 if os.environ.get(VARIABLE) == "1" else 1
