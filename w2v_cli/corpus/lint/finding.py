"""What is reported, and the count and examples that it is made from."""

from typing import NamedTuple

N_EXAMPLES = 5
LONGEST_EXAMPLE = 60
"""Characters."""


class Finding(NamedTuple):
    """Something that looks wrong.

    Attributes:
        what: what was found.
        n: how often; of words that differ only in spelling, how many groups.
        where: `file:line` of the first; the file if the line is not known.
        examples: a few that differ; the first ones, of words the most frequent ones.
        remedy: what to do about it.
    """

    what: str
    n: int
    where: str
    examples: tuple[str, ...]
    remedy: str


class Tally:
    """Counts one thing, and keeps the place of the first and the first examples."""

    def __init__(self) -> None:
        self.n = 0
        self.where = ""
        self.examples: list[str] = []

    def add(self, n: int, where: str, *examples: str) -> None:
        """Count `n` more, of which the first is at `where`."""
        self.n += n
        self.where = self.where or where
        for example in examples:
            if len(self.examples) < N_EXAMPLES and example[:LONGEST_EXAMPLE] not in self.examples:
                self.examples.append(example[:LONGEST_EXAMPLE])

    def finding(self, what: str, remedy: str) -> Finding:
        return Finding(what, self.n, self.where, tuple(self.examples), remedy)
