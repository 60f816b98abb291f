"""Runs: the words and counts of a part of the text, on disk, and their exact sums.

Each run is split into the same parts by a checksum of the word, so that a part of all runs together
fits into memory however many words there are. A part of a run is read as a whole; runs are not.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

N_PARTS = 128


@dataclass(frozen=True, eq=False)
class Run:
    """Words and counts in files `path` + `.words`, `.counts` and `.ids`, part after part.

    Attributes:
        path: their common name.
        first_words: [N_PARTS + 1] int64, number of words before each part.
        first_bytes: [N_PARTS + 1] int64, bytes of `.words` before each part.
    """

    path: Path
    first_words: NDArray[np.int64]
    first_bytes: NDArray[np.int64]

    @property
    def n_words(self) -> int:
        return int(self.first_words[-1])

    def words(self, part: int) -> list[str]:
        """Return the words of a part."""
        start, end = self.first_bytes[part : part + 2].tolist()
        with self.path.with_suffix(".words").open("rb") as file:
            file.seek(start)
            # Each word is followed by a line end.
            return file.read(end - start).decode().split("\n")[:-1]

    def counts(self, part: int) -> NDArray[np.int64]:
        """Return how often each word of a part occurs in the run's text."""
        return self._numbers(".counts", "<i8", part)

    def ids(self, part: int) -> NDArray[np.int64]:
        """Return the local id of each word of a part."""
        return self._numbers(".ids", "<i4", part)

    def _numbers(self, suffix: str, dtype: str, part: int) -> NDArray[np.int64]:
        first, last = self.first_words[part : part + 2].tolist()
        item = np.dtype(dtype).itemsize
        path = self.path.with_suffix(suffix)
        return np.fromfile(path, dtype=dtype, count=last - first, offset=first * item)


def write_run(path: Path, words: Sequence[bytes], counts: NDArray[np.int64], first_id: int) -> Run:
    """Write a run.

    Args:
        path: a name without a suffix.
        words: UTF-8, all different.
        counts: [n_words] int64.
        first_id: local id of the first word; the others follow.
    """
    # Not Python's hash(), which differs between processes.
    parts = np.fromiter((crc32(word) % N_PARTS for word in words), np.uint8, len(words))
    order = np.argsort(parts, kind="stable")
    first_words = np.searchsorted(parts[order], np.arange(N_PARTS + 1))
    counts[order].astype("<i8").tofile(path.with_suffix(".counts"))
    (order + first_id).astype("<i4").tofile(path.with_suffix(".ids"))
    first_bytes = [0]
    with path.with_suffix(".words").open("wb") as file:
        for part in range(N_PARTS):
            here = order[first_words[part] : first_words[part + 1]].tolist()
            file.write(b"".join([words[i] + b"\n" for i in here]))
            first_bytes.append(file.tell())
    return Run(path, first_words, np.array(first_bytes))


def summed(runs: Sequence[Run]) -> Iterator[dict[str, int]]:
    """Yield word -> count over all runs, a part at a time."""
    for part in range(N_PARTS):
        totals: dict[str, int] = defaultdict(int)
        for run in runs:
            if run.first_words[part] == run.first_words[part + 1]:
                continue
            for word, n in zip(run.words(part), run.counts(part).tolist(), strict=True):
                totals[word] += n
        yield totals


def occurs(word: str, runs: Sequence[Run]) -> bool:
    """Return whether any of the runs has a word."""
    part = crc32(word.encode()) % N_PARTS
    return any(word in run.words(part) for run in runs)
