"""Which rows of the tables a combination covers.

A word's id is its rank, so the rows that change most come first. Combination n covers the first
`FIRST_ROWS` * 2^z rows, where z is the number of trailing zeros of n (Ji et al. 2016, pWord2Vec):
frequent words are combined often, rare ones exponentially less often.
"""

FIRST_ROWS = 4096
"""Rows that every combination covers."""

WHOLE_EVERY = 64
"""At least every so many combinations, all rows are combined, and a state can be saved."""


def rows_of_combination(number: int, n_rows: int) -> int:
    """Return how many rows combination `number` (from 1) covers, out of `n_rows`.

    >>> [rows_of_combination(number, 20_000) for number in range(1, 9)]
    [4096, 8192, 4096, 16384, 4096, 8192, 4096, 20000]
    >>> rows_of_combination(64, 10_000_000)
    10000000
    """
    if number % WHOLE_EVERY == 0:
        return n_rows
    return min(n_rows, FIRST_ROWS * (number & -number))
