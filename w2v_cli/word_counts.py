"""Words and their counts as text: `word<TAB>count` lines, ours and other programs'."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

OURS = re.compile(r"(\S+)\t([1-9][0-9]{0,17})")
"""What `write_word_counts` writes: a positive count that an int64 can hold."""

SPACED = re.compile(r"\s*(\S+)\s+([1-9][0-9]{0,17})\s*")
"""A word and a count with any white space between them."""


class WordCounts(NamedTuple):
    """Words, and [n_words] int64, the count of each."""

    words: list[str]
    counts: NDArray[np.int64]


class BadLineError(ValueError):
    """A line that holds no word and count.

    Attributes:
        number: of the line, from 0.
        line: its first characters.
        is_utf8: whether it is text at all.
    """

    def __init__(self, number: int, line: bytes, is_utf8: bool) -> None:
        self.number, self.line = number, line[:80].decode(errors="replace")
        self.is_utf8 = is_utf8
        super().__init__(str(self))

    def in_words(self, expected: str = "word<TAB>count") -> str:
        """Return what is wrong with the line, which was to hold what `expected` says."""
        problem = f"expected {expected}" if self.is_utf8 else "not valid UTF-8"
        return f"{problem}: {self.line!r}"

    def __str__(self) -> str:
        return f"line {self.number + 1}: {self.in_words()}"


def parse_word_counts(data: bytes, form: re.Pattern[str] = OURS) -> WordCounts:
    r"""Return the words and counts of whole lines.

    Args:
        data: UTF-8.
        form: matches a line without its end; its groups are the word and the count. Blank lines
            are passed over if it is `SPACED`.

    Raises:
        BadLineError: a line does not match, holds a NUL, or is not UTF-8.

    >>> parse_word_counts(b"the\t12\nof\t7\n")
    WordCounts(words=['the', 'of'], counts=array([12,  7]))
    """
    return _parse_usual(data) or _parse_by_line(data, form)


def write_word_counts(counts: Iterable[tuple[str, int]], path: Path) -> None:
    """Write `word<TAB>count` lines."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{word}\t{count}\n" for word, count in counts)


def _parse_usual(data: bytes) -> WordCounts | None:
    r"""Return what lines of our own form hold, much faster than line by line; None for others.

    >>> _parse_usual(b"the 12\n")
    """
    try:
        text = data.decode()
        fields = text.split()
        words, numbers = fields[::2], fields[1::2]
        counts = [int(number) for number in numbers]
        # The fields put together again are the text only if every line is word<TAB>count.
        whole = "".join([f"{word}\t{n}\n" for word, n in zip(words, counts, strict=True)])
        if whole == text and "\0" not in text and 0 < min(counts) <= max(counts) < 1 << 63:
            return WordCounts(words, np.array(counts, dtype=np.int64))
    except ValueError:  # bad UTF-8 is one as well, and so is the least of no counts
        pass
    return None


def _parse_by_line(data: bytes, form: re.Pattern[str]) -> WordCounts:
    words, counts = [], []
    for number, line in enumerate(data.removesuffix(b"\n").split(b"\n")):
        if form is SPACED and not line.strip():
            continue
        try:
            found = form.fullmatch(line.decode())
        except UnicodeDecodeError:
            raise BadLineError(number, line, is_utf8=False) from None
        if not found or "\0" in found[1]:
            raise BadLineError(number, line, is_utf8=True)
        words.append(found[1])
        counts.append(int(found[2]))
    return WordCounts(words, np.array(counts, dtype=np.int64))
