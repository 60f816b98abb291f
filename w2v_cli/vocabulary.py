"""The words that get vectors, numbered by falling frequency.

Ids are ranks: id 0 is the most frequent word. Words with equal counts are ordered by their UTF-8
bytes. There is no id for padding or unknown words: a reserved low id would be the word that
log-uniform noise draws most often.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from w2v_cli.errors import ModelError
from w2v_cli.word_counts import BadLineError, parse_word_counts, write_word_counts

PORTION = 1 << 20
"""Number of bytes of a vocabulary file that are read at a time."""


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The words that get vectors, with their counts.

    Attributes:
        words: id -> word.
        counts: [n_words] int64, occurrences in the corpus, in falling order.
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
        """Number of occurrences of all words of the vocabulary together."""
        return int(self.counts.sum())


def build_vocabulary(counts: Mapping[str, int]) -> Vocabulary:
    """Order words by falling count, and words with equal counts by their UTF-8 bytes."""
    # Two stable sorts: first for ties, then by count. Code points sort like their UTF-8 bytes.
    words = sorted(counts)
    words.sort(key=counts.__getitem__, reverse=True)
    return Vocabulary(words, np.array([counts[word] for word in words], dtype=np.int64))


def write_vocabulary(vocabulary: Vocabulary, path: Path) -> None:
    """Write `word<TAB>count` lines; the line number, from 0, is the id."""
    write_word_counts(zip(vocabulary.words, vocabulary.counts.tolist(), strict=True), path)


def read_vocabulary(path: Path) -> Vocabulary:
    """Read what `write_vocabulary` wrote.

    Raises:
        ModelError: the file cannot be read or is empty, or a line is not `word<TAB>count`, repeats
            a word, or has a higher count than the line before. The message names that line.
    """
    words: list[str] = []
    counts: list[NDArray[np.int64]] = []
    try:
        with path.open("rb") as file:
            # In portions: all fields of a long file at once take several times the final memory.
            while lines := file.read(PORTION) + file.readline():
                if not lines.endswith(b"\n"):
                    rest = lines.rpartition(b"\n")[2][:80]
                    raise ModelError(f"{path}: the last line is cut short: {rest!r}")
                portion = parse_word_counts(lines)
                words += portion.words
                counts.append(portion.counts)
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror}") from None
    except BadLineError as error:
        line = len(words) + error.number + 1
        raise ModelError(f"{path}:{line}: {error.in_words()}") from None
    vocabulary = Vocabulary(words, np.concatenate(counts or [np.empty(0, dtype=np.int64)]))
    if not words:
        raise ModelError(f"{path}: the file is empty; a vocabulary needs at least one word")
    if (rises := np.diff(vocabulary.counts) > 0).any():
        line = int(rises.argmax()) + 2
        raise ModelError(f"{path}:{line}: counts must not rise; this one is above the one before")
    if len(vocabulary.ids) < len(words):
        raise ModelError(_first_repeated(path, words))
    return vocabulary


def _first_repeated(path: Path, words: list[str]) -> str:
    seen: set[str] = set()
    for number, word in enumerate(words, start=1):
        if word in seen:
            return f"{path}:{number}: {word!r} occurs twice"
        seen.add(word)
    raise AssertionError("called for words that are all different")
