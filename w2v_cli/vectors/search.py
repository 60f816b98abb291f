"""Find the rows of a table with the highest cosines to queries, exactly.

Queries and rows are multiplied block by block. Few cosines of a block can be among the highest of a
query, and they are found without looking at the others twice: a block is folded to the maxima of
groups of its rows, and of groups of groups. The k-th highest of these maxima is a floor that the
answers cannot lie below, so only groups that reach it are opened.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from w2v_cli.blas import free_cores

BLOCK_ROWS = 1 << 12
"""Rows of the table in one product."""

BLOCK_QUERIES = 1 << 10
"""Queries in one product, whose cosines take 16 MB."""

SHARE_ANSWERS = 1 << 17
"""Answers that a thread looks for at a time; their candidates take some 20 MB."""

FOLD = 8
"""Rows in a group, and groups in a group of groups."""


class Highest(NamedTuple):
    """The answers to n queries, best first; equally near rows in the order of their ids.

    Attributes:
        ids: [n, k] intp, rows of the table; -1 where there are no more.
        cosines: [n, k] float32; minus infinity where there are no more.
    """

    ids: NDArray[np.intp]
    cosines: NDArray[np.float32]


class Exclusions(NamedTuple):
    """Rows that are no answers: row `ids[i]` is none to query `queries[i]`, [m] intp each."""

    queries: NDArray[np.intp]
    ids: NDArray[np.intp]

    def of_queries(self, first: int, end: int) -> "Exclusions":
        """Return those of queries `first` to `end`, numbered from there."""
        inside = (self.queries >= first) & (self.queries < end)
        return Exclusions(self.queries[inside] - first, self.ids[inside])

    def of_rows(self, first: int, end: int) -> "Exclusions":
        """Return those of rows `first` to `end`, numbered from there."""
        inside = (self.ids >= first) & (self.ids < end)
        return Exclusions(self.queries[inside], self.ids[inside] - first)


class Candidates(NamedTuple):
    """Cosines that may be among the highest of their query, [m] each."""

    queries: NDArray[np.intp]
    ids: NDArray[np.intp]
    cosines: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Search:
    """Searches a table.

    Attributes:
        table: [n_rows, D] float32.
        inverse_lengths: [n_rows] float32, 1 / length of each row.
        k: how many answers a query gets, at least 1.
    """

    table: NDArray[np.float32]
    inverse_lengths: NDArray[np.float32]
    k: int

    def highest(self, queries: NDArray[np.float32], excluded: Exclusions) -> Highest:
        """Return the `k` rows of the highest cosines to each of [n, D] queries of length 1."""
        n = len(queries)
        n_threads = free_cores() if n > BLOCK_QUERIES // 4 else 1
        n_shares = max(n_threads, -(-n * self.k // SHARE_ANSWERS))
        bounds = [n * share // n_shares for share in range(n_shares + 1)]

        def search(first: int, end: int) -> Highest:
            return self._share(queries[first:end], excluded.of_queries(first, end))

        if n_threads == 1:
            shares = list(map(search, bounds, bounds[1:]))
        else:
            # Only a batch pays for loading it.
            from concurrent.futures import ThreadPoolExecutor

            with ThreadPoolExecutor(n_threads) as threads:
                shares = list(threads.map(search, bounds, bounds[1:]))
        ids, cosines = zip(*shares, strict=True)
        return Highest(np.concatenate(ids), np.concatenate(cosines))

    def _share(self, queries: NDArray[np.float32], excluded: Exclusions) -> Highest:
        """Return the answers to some of the queries."""
        n, width = len(queries), min(BLOCK_ROWS, len(self.table))
        # The highest maxima of groups so far, in no order but that the lowest comes first.
        best = np.full((n, self.k), -np.inf, dtype=np.float32)
        buffer = np.empty((min(n, BLOCK_QUERIES), width), dtype=np.float32)
        candidates = [Candidates(np.empty(0, int), np.empty(0, int), np.empty(0, np.float32))]
        for row in range(0, len(self.table), width):
            rows = self.table[row : row + width]
            scale = self.inverse_lengths[row : row + width]
            excluded_rows = excluded.of_rows(row, row + width)
            units = rows * scale[:, np.newaxis] if n > 1 else rows
            for query in range(0, n, BLOCK_QUERIES):
                end = min(query + BLOCK_QUERIES, n)
                cosines = buffer[: end - query]
                if n > 1:
                    np.matmul(queries[query:end], units.T, out=cosines[:, : len(rows)])
                else:
                    # BLAS wakes its threads for every product; where other programs keep the cores
                    # busy it waits for them, 8 ms a product that takes 0.1.
                    np.einsum("ij,j->i", rows, queries[0], out=cosines[0, : len(rows)])
                    cosines[0, : len(rows)] *= scale
                cosines[:, len(rows) :] = -np.inf
                cosines[excluded_rows.of_queries(query, end)] = -np.inf
                levels = _folded(cosines, 2 * self.k)
                _raise_floors(best[query:end], levels[-1])
                lines, columns = _at_least(levels, best[query:end, 0])
                found = Candidates(query + lines, row + columns, cosines[lines, columns])
                candidates.append(found)
        asked, ids, values = (np.concatenate(parts) for parts in zip(*candidates, strict=True))
        return _ranked(Candidates(asked, ids, values), best[:, 0], self.k)


def _folded(cosines: NDArray[np.float32], least: int) -> list[NDArray[np.float32]]:
    """Return [n, width] cosines, the maxima of groups of columns, and so on down to `least`."""
    levels = [cosines]
    while (width := levels[-1].shape[1]) % FOLD == 0 and width // FOLD >= least:
        levels.append(levels[-1].reshape(-1, FOLD, width // FOLD).max(axis=1))
    return levels


def _raise_floors(best: NDArray[np.float32], maxima: NDArray[np.float32]) -> None:
    """Merge [n, width] maxima into the [n, k] highest so far, the lowest of which comes first."""
    k = best.shape[1]
    higher = np.flatnonzero(maxima.max(axis=1) > best[:, 0])
    both = np.concatenate([best[higher], maxima[higher]], axis=1)
    both.partition(both.shape[1] - k, axis=1)
    best[higher] = both[:, -k:]


def _at_least(
    levels: list[NDArray[np.float32]], floors: NDArray[np.float32]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return lines and columns of the cosines, `levels[0]`, that are no lower than [n] floors."""
    lines, columns = np.nonzero(levels[-1] >= floors[:, np.newaxis])
    for level, coarser in zip(levels[-2::-1], levels[:0:-1], strict=True):
        n, width = coarser.shape
        members = level.reshape(n, FOLD, width)[lines, :, columns]
        group, member = np.nonzero(members >= floors[lines][:, np.newaxis])
        lines, columns = lines[group], member * width + columns[group]
    return lines, columns


def _ranked(candidates: Candidates, floors: NDArray[np.float32], k: int) -> Highest:
    """Return the `k` highest candidates of each query, all of which are no lower than its floor."""
    # Early candidates may lie below the floors that later blocks have raised.
    kept = (candidates.cosines >= floors[candidates.queries]) & (candidates.cosines > -np.inf)
    queries, ids, cosines = (part[kept] for part in candidates)
    order = np.lexsort((ids, -cosines, queries))
    queries, ids, cosines = queries[order], ids[order], cosines[order]
    rank = np.arange(len(queries)) - np.searchsorted(queries, queries)
    answers = rank < k
    places = queries[answers], rank[answers]
    found = Highest(
        np.full((len(floors), k), -1, dtype=np.intp),
        np.full((len(floors), k), -np.inf, dtype=np.float32),
    )
    found.ids[places], found.cosines[places] = ids[answers], cosines[answers]
    return found
