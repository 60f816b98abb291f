"""Count pairs of ids exactly, in memory that does not grow with the text.

A pair is one int64, the first id in its upper half, so that sorting brings equal pairs together.
Each portion of pairs becomes a sorted run of (pair, count) in a temporary file; the runs are then
merged range of pairs by range of pairs, and pairs that are too rare are dropped as they come out.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

RANGE_SIZE = 1 << 21
"""Pairs of all runs together that are merged at a time."""


class PairCounts(NamedTuple):
    """Different pairs, rising, and how often each occurs: two [n] int64 arrays."""

    pairs: NDArray[np.int64]
    counts: NDArray[np.int64]


def pack(firsts: NDArray[np.int32], seconds: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return each pair of ids as one number.

    >>> pack(np.array([0, 1]), np.array([7, 2])).tolist()
    [7, 4294967298]
    """
    return firsts.astype(np.int64) << 32 | seconds


def unpack(pairs: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first and the second ids of packed pairs."""
    return pairs >> 32, pairs & 0xFFFFFFFF


def frequent_pairs(
    portions: Iterable[NDArray[np.int64]],
    min_count: int,
    directory: Path,
    range_size: int = RANGE_SIZE,
) -> Iterator[PairCounts]:
    """Yield the pairs that occur at least `min_count` times in all portions, by rising pair.

    Args:
        portions: packed pairs, each portion small enough to sort in memory; they are sorted in
            place.
        min_count: pairs with fewer occurrences are left out.
        directory: where the runs lie meanwhile, as files without a name.
        range_size: pairs that are merged at a time.
    """
    with TemporaryFile(dir=directory) as pair_file, TemporaryFile(dir=directory) as count_file:
        ends = [0]
        for portion in portions:
            pairs, counts = _run(portion)
            pair_file.write(pairs.data)
            count_file.write(counts.data)
            ends.append(ends[-1] + len(pairs))
        if ends[-1] == 0:
            return
        pair_file.flush()
        count_file.flush()
        all_pairs = np.memmap(pair_file, dtype=np.int64, mode="r")
        all_counts = np.memmap(count_file, dtype=np.int64, mode="r")
        runs = [
            PairCounts(all_pairs[start:end], all_counts[start:end]) for start, end in pairwise(ends)
        ]
        for part in _ranges(runs, range_size):
            yield _merged(part, min_count)


def _run(pairs: NDArray[np.int64]) -> PairCounts:
    pairs.sort()
    starts = np.flatnonzero(np.diff(pairs, prepend=-1))
    return PairCounts(pairs[starts], np.diff(starts, append=len(pairs)))


def _ranges(runs: list[PairCounts], range_size: int) -> Iterator[list[PairCounts]]:
    """Yield all pairs of one range from every run, at most `range_size` of them, then the next.

    A range has at least one pair of each run, if they have it: with many runs this can be more.
    """
    # Every step-th pair of each run is a mark, and a range begins at every len(runs)-th mark. It
    # has those marks, as many again that are equal to its first one, and less than a step of each
    # run before its first mark: at most 3 * len(runs) steps.
    step = max(1, range_size // (3 * len(runs)))
    marks = np.sort(np.concatenate([run.pairs[::step] for run in runs]))[:: len(runs)]
    cuts = [np.append(np.searchsorted(run.pairs, marks), len(run.pairs)) for run in runs]
    for number in range(len(marks)):
        yield [
            PairCounts(*(part[cut[number] : cut[number + 1]] for part in run))
            for run, cut in zip(runs, cuts, strict=True)
        ]


def _merged(parts: list[PairCounts], min_count: int) -> PairCounts:
    pairs = np.concatenate([part.pairs for part in parts])
    counts = np.concatenate([part.counts for part in parts])
    if len(parts) > 1:
        order = np.argsort(pairs, kind="stable")
        pairs, counts = pairs[order], counts[order]
        starts = np.flatnonzero(np.diff(pairs, prepend=-1))
        pairs, counts = pairs[starts], np.add.reduceat(counts, starts) if len(starts) else counts
    kept = counts >= min_count
    return PairCounts(pairs[kept], counts[kept])
