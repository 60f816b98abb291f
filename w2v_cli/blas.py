"""Decide whether BLAS or w2v's own threads use the cores.

NumPy's BLAS starts a thread for each core and divides each matrix product among them. These threads
spin for a while after a product and slow down other threads. With one BLAS thread, w2v runs several
whole searches at the same time instead.
"""

import os

VARIABLE = "OPENBLAS_NUM_THREADS"
"""Environment variable with the number of BLAS threads. NumPy reads it once, at import."""


def keep_to_one_thread() -> None:
    """Give BLAS one thread, unless the user has set the variable. Call this before NumPy loads."""
    os.environ.setdefault(VARIABLE, "1")


def free_cores() -> int:
    """Return how many threads of w2v can run at the same time: 1 if BLAS uses all cores."""
    return os.cpu_count() or 1 if os.environ.get(VARIABLE) == "1" else 1
