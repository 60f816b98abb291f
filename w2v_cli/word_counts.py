"""Read and write words with their counts as lines of text, in w2v's form and in other programs'."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

OURS = re.compile(r"(\S+)\t([1-9][0-9]{0,17})")
"""A line of `write_word_counts`: word, tab, positive count that an int64 can hold."""

SPACED = re.compile(r"\s*(\S+)\s+([1-9][0-9]{0,17})\s*")
"""A line of other programs: a word and a count with any white space between them."""


class WordCounts(NamedTuple):
    """Words, and the count of each word, [n_words] int64."""

    words: list[str]
    counts: NDArray[np.int64]


class BadLineError(ValueError):
    """A line does not hold a word and a count.

    Attributes:
        number: number of the line, from 0.
        line: the first characters of the line.
        is_utf8: whether the line is valid UTF-8.
    """

    def __init__(self, number: int, line: bytes, is_utf8: bool) -> None:
        self.number, self.line = number, line[:80].decode(errors="replace")
        self.is_utf8 = is_utf8
        super().__init__(str(self))

    def in_words(self, expected: str = "word<TAB>count") -> str:
        """Return what is wrong with the line. `expected` names the form that it should have."""
        problem = f"expected {expected}" if self.is_utf8 else "not valid UTF-8"
        return f"{problem}: {self.line!r}"

    def __str__(self) -> str:
        return f"line {self.number + 1}: {self.in_words()}"


def parse_word_counts(data: bytes, form: re.Pattern[str] = OURS) -> WordCounts:
    r"""Return the words and counts of whole lines.

    Args:
        data: whole lines in UTF-8.
        form: pattern of a line without its line end. Its groups are the word and the count. With
            `SPACED`, blank lines are ignored.

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
    r"""Return words and counts if all lines have the form `OURS`, else None.

    This is much faster than reading line by line.

    >>> _parse_usual(b"the 12\n")
    """
    try:
        text = data.decode()
        fields = text.split()
        words, numbers = fields[::2], fields[1::2]
        counts = [int(number) for number in numbers]
        # The joined fields equal the text only if every line is word<TAB>count.
        whole = "".join([f"{word}\t{n}\n" for word, n in zip(words, counts, strict=True)])
        if whole == text and "\0" not in text and 0 < min(counts) <= max(counts) < 1 << 63:
            return WordCounts(words, np.array(counts, dtype=np.int64))
    except ValueError:  # also raised by invalid UTF-8, and by `min` of no counts
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
