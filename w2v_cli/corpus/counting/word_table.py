"""Number words as they come, and count them.

In: texts with spaces between the words and `LINE_END` marks. Out: local ids, 0 for `LINE_END`;
when asked, all words and their counts as a run on disk.
"""

import sys
from collections import defaultdict
from itertools import count, islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from w2v_cli.corpus.counting.runs import Run, write_run
from w2v_cli.corpus.counting.short_words import ShortWords
from w2v_cli.corpus.reading.tokenizer import LINE_END

LINE_END_ID = 0

BYTES_BESIDE_WORD = 32 + 8 + 60
"""What a word costs beside its text and its place in the dictionary: its id as a Python number, its
count, and what writing a run takes."""


class WordTable:
    """Words seen since the last run was written; UTF-8, which is how they come and go."""

    def __init__(self) -> None:
        self._clear()

    def _clear(self) -> None:
        # A missing word gets the next number without a line of Python being run.
        self._ids: defaultdict[bytes, int] = defaultdict(count().__next__)
        assert self._ids[LINE_END.encode()] == LINE_END_ID
        self._counts = np.zeros(1, dtype=np.int64)
        self._bytes = 0
        self._short = ShortWords()

    def ids(self, text: str) -> NDArray[np.int32]:
        """Return the local ids of the words of `text` and count them."""
        found = self._short.find(text.encode())
        ids, numbers = found.ids, self._numbered(found.words)
        ids[found.unknown] = numbers
        self._short.put(found.keys, numbers)
        self._counts += np.bincount(ids, minlength=len(self._counts))
        return ids

    def add(self, words: list[bytes], counts: list[int]) -> None:
        """Count each word as often as it says."""
        ids = self._numbered(words)
        np.add.at(self._counts, ids, counts)

    def _numbered(self, words: list[bytes]) -> NDArray[np.int32]:
        """Return the local ids of `words`, with room for the counts of the new ones."""
        ids = np.fromiter(map(self._ids.__getitem__, words), dtype="<i4", count=len(words))
        if n_new := len(self._ids) - len(self._counts):
            new = islice(reversed(self._ids), n_new)
            self._bytes += sum(map(sys.getsizeof, new)) + BYTES_BESIDE_WORD * n_new
            self._counts = np.concatenate([self._counts, np.zeros(n_new, dtype=np.int64)])
        return ids

    @property
    def n_bytes(self) -> int:
        """About the memory that the table takes, and takes for a moment when it next grows."""
        # A dictionary that is full is copied into one twice its size.
        return self._bytes + 3 * sys.getsizeof(self._ids)

    def write(self, path: Path) -> Run:
        """Write all words and counts as a run, and forget them."""
        words = list(self._ids)
        run = write_run(path, words[1:], self._counts[1:], first_id=1)
        self._clear()
        return run
