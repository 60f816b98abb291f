"""Read files of questions: word pairs with a score, analogies in sections, groups, sequences.

UTF-8 text. Blank lines are passed over, and so are comments: lines that begin with `# `, or with #
and are no question, so that `#cat #dog 8` is a pair. A warning counts and names the lines that are
not taken for questions. Anything else that is no question is an error that names its line: a file
read in part would give a score that is not its own.
"""

import csv
import logging
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from w2v_cli.byte_order_mark import without_mark
from w2v_cli.errors import EvaluationError, InputMissingError

log = logging.getLogger(__name__)

LONGEST_LINE = 10_000
LONGEST_SEQUENCE = 1 << 22
"""Bytes of a line after which a file is not taken for what it should be."""

SHOWN_LINES = 3
SHOWN_CHARACTERS = 60


class Pair(NamedTuple):
    """Two words and how alike people find them."""

    first: str
    second: str
    score: float


class Analogy(NamedTuple):
    """`a` is to `b` as `c` is to `d`."""

    a: str
    b: str
    c: str
    d: str


Split = Callable[[str], list[str]]


def read_pairs(path: Path) -> list[Pair]:
    """Read `word word score` lines, separated by tabs, commas or white space.

    The first line decides what separates; it is a header if its third column is no number. Columns
    after the third are passed over.

    Raises:
        EvaluationError: naming the first line that is no pair, or a file without any.
    """
    pairs: list[Pair] = []
    passed_over = _PassedOver(path)
    split: Split | None = None
    for number, line in _lines(path):
        separation = split or _separation(line)
        fields = [field.strip() for field in separation(line)]
        score = _number(fields[2]) if len(fields) > 2 and all(fields[:2]) else None
        if line.startswith("# ") or (line.startswith("#") and score is None):
            passed_over.add(number, line)
        elif score is not None:
            pairs.append(Pair(fields[0], fields[1], score))
            split = separation
        elif split is None and len(fields) > 2:
            passed_over.add(number, line)
            split = separation
        else:
            raise EvaluationError(f"{path}:{number}: expected word, word, score: {line[:80]!r}")
    if not pairs:
        raise EvaluationError(f"{path}: holds no word pairs")
    passed_over.warn()
    return pairs


def read_analogies(path: Path) -> dict[str, list[Analogy]]:
    """Read `a b c d` lines under `: section` lines; return the analogies of each section.

    A line that begins with a colon is a section if white space follows the colon, or if it has not
    four words: `:) :( :D cat` is an analogy. Lines before the first section are in a section with
    an empty name.

    Raises:
        EvaluationError: naming the first line that is neither, or a file without analogies.
    """
    sections: dict[str, list[Analogy]] = {}
    section = ""
    passed_over = _PassedOver(path)
    for number, line in _lines(path):
        words = line.split()
        has_four = len(words) == 4
        if words[0] == "#" or (words[0].startswith("#") and not has_four):
            passed_over.add(number, line)
        elif words[0] == ":" or (words[0].startswith(":") and not has_four):
            section = line.lstrip(":").strip()
            if section in sections:
                raise EvaluationError(f"{path}:{number}: section {section!r} occurs twice")
            sections[section] = []
        elif has_four:
            sections.setdefault(section, []).append(Analogy(*words))
        else:
            raise EvaluationError(
                f"{path}:{number}: expected four words or `: section`: {line[:80]!r}"
            )
    if not any(sections.values()):
        raise EvaluationError(f"{path}: holds no analogies")
    passed_over.warn()
    return sections


def read_groups(path: Path) -> dict[str, str]:
    """Read lines of a word, a tab and the name of its group; return word -> group.

    Raises:
        EvaluationError: a line has another form, a word is in two groups, or there is no group.
    """
    groups: dict[str, str] = {}
    for number, line in _lines(path):
        word, _, name = map(str.strip, line.partition("\t"))
        if not (word and name):
            raise EvaluationError(f"{path}:{number}: expected word, tab, group: {line[:80]!r}")
        if groups.setdefault(word, name) != name:
            raise EvaluationError(f"{path}:{number}: {word!r} is in two groups; name it once")
    if not groups:
        raise EvaluationError(f"{path}: holds no groups of words")
    return groups


def read_sequences(path: Path) -> list[list[str]]:
    """Read lines of items with white space between them.

    Raises:
        EvaluationError: the file has no line.
    """
    sequences = [line.split() for _, line in _lines(path, LONGEST_SEQUENCE)]
    if not sequences:
        raise EvaluationError(f"{path}: holds no sequences of items")
    return sequences


class _PassedOver:
    """Lines of a file that are not taken for questions."""

    def __init__(self, path: Path) -> None:
        self._path, self._n_lines = path, 0
        self._shown: list[str] = []

    def add(self, number: int, line: str) -> None:
        self._n_lines += 1
        if len(self._shown) < SHOWN_LINES:
            more = "…" if line[SHOWN_CHARACTERS:] else ""
            self._shown.append(f"line {number} {line[:SHOWN_CHARACTERS]!r}{more}")

    def warn(self) -> None:
        if self._n_lines:
            is_one = self._n_lines == 1
            lines = (
                "1 line is not taken for a question"
                if is_one
                else (f"{self._n_lines:,} lines are not taken for questions")
            )
            some = ", ".join(self._shown) + (", …" if self._n_lines > SHOWN_LINES else "")
            log.warning("%s: %s: %s", self._path, lines, some)


def _separation(line: str) -> Split:
    """Return how a file is split, from its first line."""
    if "\t" in line:
        return lambda text: text.split("\t")
    if "," in line:
        return lambda text: next(csv.reader([text]))
    return str.split


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _lines(path: Path, longest: int = LONGEST_LINE) -> Iterator[tuple[int, str]]:
    """Yield the number and the text of each line that is not blank."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise InputMissingError(f"{path}: there is no such file") from None
    with file:
        number = 0
        while line := file.readline(longest + 1):
            number += 1
            if len(line) > longest:
                raise EvaluationError(f"{path}:{number}: longer than {longest:,} bytes")
            try:
                text = (without_mark(line) if number == 1 else line).decode().strip()
            except UnicodeDecodeError:
                raise EvaluationError(f"{path}:{number}: not valid UTF-8") from None
            if "\0" in text or "\r" in text:
                raise EvaluationError(f"{path}:{number}: holds NUL or CR, so it is not such a text")
            if text:
                yield number, text
