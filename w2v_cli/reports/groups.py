"""Read the words and groups that a user gives for a map."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from w2v_cli.byte_order_mark import without_mark
from w2v_cli.errors import InputMissingError, PictureError
from w2v_cli.reports.marks import MOST_KINDS

NO_GROUP = "(no group)"
MOST_GROUPS = MOST_KINDS - 1
"""One class is left for the words of no group."""


class Groups(NamedTuple):
    """Groups of words.

    Attributes:
        names: the groups, in the order of the file; the last one is `NO_GROUP` if it is needed.
        of: word -> number of its group.
    """

    names: list[str]
    of: Mapping[str, int]

    def of_words(self, words: Sequence[str]) -> "Groups":
        """Return the same for exactly these words; others of them are in `NO_GROUP`."""
        if all(word in self.of for word in words):
            return Groups(self.names, {word: self.of[word] for word in words})
        rest = len(self.names)
        return Groups([*self.names, NO_GROUP], {word: self.of.get(word, rest) for word in words})


def read_groups(path: Path) -> Groups:
    """Read lines of a word, a tab and the name of its group.

    Raises:
        InputMissingError: the file does not exist.
        PictureError: a line has another form, a word is in two groups, or there are too many.
    """
    names: dict[str, int] = {}
    of: dict[str, int] = {}
    for number, line in _lines(path):
        word, tab, name = line.partition("\t")
        if not (word and tab and name.strip()):
            raise PictureError(f"{path}:{number}: expected a word, a tab and a group")
        group = names.setdefault(name.strip(), len(names))
        if of.setdefault(word, group) != group:
            raise PictureError(f"{path}:{number}: {word!r} is in two groups; name it once")
    if not of:
        raise PictureError(f"{path}: has no line with a word and a group")
    if len(names) > MOST_GROUPS:
        raise PictureError(
            f"{path}: has {len(names):,} groups; a map can show {MOST_GROUPS} at most"
        )
    return Groups(list(names), of)


def read_words(path: Path) -> list[str]:
    """Read a file with one word in each line; repeated words count once.

    Raises:
        InputMissingError: the file does not exist.
        PictureError: it has no words.
    """
    words = list(dict.fromkeys(line.strip() for _, line in _lines(path)))
    if not words:
        raise PictureError(f"{path}: has no words; write one in each line")
    return words


def _lines(path: Path) -> list[tuple[int, str]]:
    """Return the numbers, from 1, and the text of the lines that are not blank."""
    try:
        content = without_mark(path.read_bytes())
    except FileNotFoundError:
        raise InputMissingError(f"{path}: there is no such file") from None
    lines = content.decode("utf-8", "surrogateescape").split("\n")
    return [(n, line.rstrip("\r")) for n, line in enumerate(lines, start=1) if line.strip()]
