"""Read the words and groups that a user gives for a map."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from w2v_cli.byte_order_mark import without_mark
from w2v_cli.errors import InputMissingError, PictureError
from w2v_cli.reports.marks import MOST_KINDS
from w2v_cli.vectors.questions import read_groups

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


def groups_for_map(path: Path) -> Groups:
    """Read lines of a word, a tab and the name of its group.

    Raises:
        EvaluationError: as `read_groups` of questions.
        PictureError: there are too many groups.
    """
    groups = read_groups(path)
    names = {name: number for number, name in enumerate(dict.fromkeys(groups.values()))}
    if len(names) > MOST_GROUPS:
        raise PictureError(
            f"{path}: has {len(names):,} groups; a map can show {MOST_GROUPS} at most"
        )
    return Groups(list(names), {word: names[name] for word, name in groups.items()})


def read_words(path: Path) -> list[str]:
    """Read a file with one word in each line; repeated words count once.

    Raises:
        InputMissingError: the file does not exist.
        PictureError: it has no words.
    """
    try:
        content = without_mark(path.read_bytes())
    except FileNotFoundError:
        raise InputMissingError(f"{path}: there is no such file") from None
    lines = content.decode("utf-8", "surrogateescape").split("\n")
    words = list(dict.fromkeys(line.strip() for line in lines if line.strip()))
    if not words:
        raise PictureError(f"{path}: has no words; write one in each line")
    return words
