"""Read files of questions: word pairs with a score, and analogies in sections.

UTF-8 text; blank lines and lines that begin with # are passed over. Anything else that is not a
question is an error that names its line: a file read in part would give a score that is not its
own.
"""

import csv
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from w2v_cli.errors import EvaluationError

LONGEST_LINE = 10_000


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
    split: Split | None = None
    for number, line in _lines(path):
        is_first = split is None
        split = split or _separation(line)
        fields = [field.strip() for field in split(line)]
        score = _number(fields[2]) if len(fields) > 2 and all(fields[:2]) else None
        if score is not None:
            pairs.append(Pair(fields[0], fields[1], score))
        elif not is_first or len(fields) < 3:
            raise EvaluationError(f"{path}:{number}: expected word, word, score: {line[:80]!r}")
    if not pairs:
        raise EvaluationError(f"{path}: holds no word pairs")
    return pairs


def read_analogies(path: Path) -> dict[str, list[Analogy]]:
    """Read `a b c d` lines under `: section` lines; return the analogies of each section.

    Lines before the first section are in a section with an empty name.

    Raises:
        EvaluationError: naming the first line that is neither, or a file without analogies.
    """
    sections: dict[str, list[Analogy]] = {}
    section = ""
    for number, line in _lines(path):
        words = line.split()
        if words[0].startswith(":"):
            section = line.lstrip(":").strip()
            if section in sections:
                raise EvaluationError(f"{path}:{number}: section {section!r} occurs twice")
            sections[section] = []
        elif len(words) == 4:
            sections.setdefault(section, []).append(Analogy(*words))
        else:
            raise EvaluationError(
                f"{path}:{number}: expected four words or `: section`: {line[:80]!r}"
            )
    if not any(sections.values()):
        raise EvaluationError(f"{path}: holds no analogies")
    return sections


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


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the number and the text of each line that is not blank or a comment."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE:
                raise EvaluationError(f"{path}:{number}: longer than {LONGEST_LINE:,} bytes")
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
            except UnicodeDecodeError:
                raise EvaluationError(f"{path}:{number}: not valid UTF-8") from None
            if "\0" in text or "\r" in text:
                raise EvaluationError(f"{path}:{number}: holds NUL or CR, so it is not such a text")
            if text and not text.startswith("#"):
                yield number, text
