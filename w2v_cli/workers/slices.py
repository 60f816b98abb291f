"""Cut what is sent into slices, so that no tensor is too large."""

from collections.abc import Iterator

SLICE_BYTES = 1 << 26
"""Greatest size of a tensor that is sent: 64 MB."""


def slices(n_rows: int, row_bytes: int) -> Iterator[tuple[int, int]]:
    """Yield the first row and the row after the last one of each slice.

    >>> list(slices(10, SLICE_BYTES // 4))
    [(0, 4), (4, 8), (8, 10)]
    """
    step = max(1, SLICE_BYTES // row_bytes)
    for first in range(0, n_rows, step):
        yield first, min(first + step, n_rows)
