"""Count words and number them by falling frequency.

Ids are ranks: 0 is the most frequent word, equal counts are ordered by UTF-8 bytes. There is no
id for padding or unknown words: log-uniform noise would draw it more often than any other.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from w2v_cli.corpus.tokenizer import LINE_END
from w2v_cli.errors import ModelError

COUNT = re.compile("[1-9][0-9]{0,17}")
"""A positive number that an int64 can hold."""

PORTION = 1 << 20
"""Bytes of a vocabulary file read at a time."""


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The words that get vectors.

    Attributes:
        words: id -> word.
        counts: [n_words] int64, occurrences in the corpus, falling.
    """

    words: Sequence[str]
    counts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def ids(self) -> dict[str, int]:
        """Word -> id."""
        return {word: id for id, word in enumerate(self.words)}

    @property
    def n_tokens(self) -> int:
        """Occurrences of all words of the vocabulary."""
        return int(self.counts.sum())


def count_words(portions: Iterable[list[str]]) -> Counter[str]:
    """Return how often each word occurs.

    >>> count_words([["a", "b", "a", LINE_END]])
    Counter({'a': 2, 'b': 1})
    """
    counts: Counter[str] = Counter()
    for words in portions:
        counts.update(words)
    del counts[LINE_END]
    return counts


def build_vocabulary(counts: Mapping[str, int]) -> Vocabulary:
    """Rank words by falling count, equal ones by their UTF-8 bytes."""
    # Two stable sorts: for the ties, then by count. Code points have the order of their UTF-8.
    words = sorted(counts)
    words.sort(key=counts.__getitem__, reverse=True)
    return Vocabulary(words, np.array([counts[word] for word in words], dtype=np.int64))


def write_counts(counts: Iterable[tuple[str, int]], path: Path) -> None:
    """Write `word<TAB>count` lines."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{word}\t{count}\n" for word, count in counts)


def write_vocabulary(vocabulary: Vocabulary, path: Path) -> None:
    """Write `word<TAB>count` lines; the line number, from 0, is the id."""
    write_counts(zip(vocabulary.words, vocabulary.counts.tolist(), strict=True), path)


def read_vocabulary(path: Path) -> Vocabulary:
    """Read what `write_vocabulary` wrote.

    Raises:
        ModelError: naming the first line that is not `word<TAB>count`, repeats a word or rises.
    """
    words: list[str] = []
    counts: list[NDArray[np.int64]] = []
    try:
        with path.open("rb") as file:
            # In portions: the fields of a long file at once take several times what is kept.
            while lines := file.read(PORTION) + file.readline():
                portion = _read_lines(lines)
                words += portion.words
                counts.append(portion.counts)
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror}") from None
    except ValueError:
        raise ModelError(_first_fault(path)) from None
    vocabulary = Vocabulary(words, np.concatenate(counts or [np.empty(0, dtype=np.int64)]))
    falling = len(words) > 0 and bool((np.diff(vocabulary.counts) <= 0).all())
    if not falling or len(vocabulary.ids) < len(words):
        raise ModelError(_first_fault(path))
    return vocabulary


def _read_lines(lines: bytes) -> Vocabulary:
    """Read `word<TAB>count` lines; raise ValueError for any others."""
    text = lines.decode()
    fields = text.split()
    words, numbers = fields[::2], fields[1::2]
    counts = [int(number) for number in numbers]
    # The fields put together again are the text only if every line is word<TAB>count.
    whole = "".join([f"{word}\t{n}\n" for word, n in zip(words, counts, strict=True)])
    if whole != text or "\0" in text or not 0 < min(counts) <= max(counts) < 1 << 63:
        raise ValueError(lines[:80])
    return Vocabulary(words, np.array(counts, dtype=np.int64))


def _first_fault(path: Path) -> str:
    """Say where a vocabulary file is not what `write_vocabulary` writes."""
    try:
        text = path.read_bytes().decode()
    except UnicodeDecodeError as error:
        return f"{path}: not valid UTF-8 at byte {error.start}"
    *lines, rest = text.split("\n")
    words: set[str] = set()
    above = np.iinfo(np.int64).max
    for number, line in enumerate(lines, start=1):
        word, _, count = line.partition("\t")
        well_formed = word.split() == [word] and COUNT.fullmatch(count) and int(count) <= above
        if not well_formed or "\0" in word:
            return f"{path}:{number}: expected word<TAB>count, counts falling: {line[:80]!r}"
        if word in words:
            return f"{path}:{number}: {word!r} occurs twice"
        words.add(word)
        above = int(count)
    return f"{path}: empty, or the last line is cut short: {rest[:80]!r}"
