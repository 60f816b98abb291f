"""Find texts whose lines are no sentences: one word a line, rows of a table, JSON."""

import csv
import json
import re
import shlex
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from w2v_cli.corpus.lint.finding import Finding, Tally
from w2v_cli.corpus.lint.scripts import RUN
from w2v_cli.corpus.reading.text_blocks import TextBlock
from w2v_cli.corpus.reading.tokenizer import Words

FEWEST_LINES = 3
LONGEST_ROW = 1 << 16
"""Bytes of a line; what is longer is no row."""

MOST_COLUMNS = 12
"""Of a table with blanks between the columns."""

N_SAMPLES = 200
"""Lines of a text that are looked at again, to say what its columns hold."""

USUAL_SHARE = 0.5
N_FIRST = 1000
"""A layout that fewer than this share of so many first lines have is not searched any more."""

IS_SHOWN = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "bars"}

_JSON_LINE = re.compile(r'(?:\{\s*"|\[\s*["{\[]).*[}\]],?')
_JSON_PART = re.compile(r'"(?:[^"\\]|\\.)*"\s*(?::.*|,?)|[{}\[\]]+,?')
# Parts of speech and chunks, such as NNP, B-ORG, O, PRP$ and the punctuation that names itself.
_TAG = re.compile(r"(?:[BIESLU]-)?[A-Z_]{1,8}(?:-[A-Z]+)?\$?|[^\w\s]{1,3}")
_NAME = re.compile(r"[A-Za-z_]\w{0,39}")
_CHUNK = re.compile(r"O|[BIESLU]-\S+")

Key = Callable[[str], int | None]
"""Returns how many columns a line has; None if it is no row of this layout."""


class Layout(NamedTuple):
    """What a line can be instead of a sentence.

    Attributes:
        key: see `Key`.
        share: a text has this layout if at least this share of its lines has the same key.
        described: makes what is wrong and what mends it of the key and of some of the lines.
    """

    key: Key
    share: float
    described: Callable[[int, list[str]], tuple[str, str]]


class Layouts:
    """Looks at each line of each text."""

    def __init__(self) -> None:
        self._tallies: dict[tuple[str, str], Tally] = {}
        self._begin()

    def _begin(self) -> None:
        self._held = b""
        self._n_lines = 0
        self._lines: list[str] = []
        self._counts: dict[Layout, Counter[int]] = {layout: Counter() for layout in LAYOUTS}
        self._first: dict[tuple[Layout, int], int] = {}

    def add(self, block: TextBlock, words: Words) -> None:
        data = self._held + block.data
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *ended, rest = data.split(b"\n")
        for n, line in enumerate(ended):
            self._add_line(block.line(n), line)
        self._held = rest[: LONGEST_ROW + 1]
        if block.ends_file:
            if rest:
                self._add_line(block.line(len(ended)), rest)
            self._end_text(block.path)
            self._begin()

    def _add_line(self, number: int, data: bytes) -> None:
        line = data.decode(errors="ignore").rstrip()
        if len(self._lines) < N_SAMPLES:
            self._lines.append(line)
        # Tables of words have lines of remarks.
        if not line or line.startswith("#"):
            return
        self._n_lines += 1
        for layout, counts in self._counts.items():
            key = layout.key(line) if len(line) <= LONGEST_ROW else None
            if key is not None:
                counts[key] += 1
                self._first.setdefault((layout, key), number)
        if self._n_lines == N_FIRST:
            self._counts = {
                layout: counts
                for layout, counts in self._counts.items()
                if max(counts.values(), default=0) >= USUAL_SHARE * N_FIRST
            }

    def _end_text(self, path: str) -> None:
        for layout, counts in self._counts.items():
            key, n = max(counts.items(), key=lambda item: item[1], default=(0, 0))
            if self._n_lines >= FEWEST_LINES and n >= layout.share * self._n_lines:
                rows = [line for line in self._lines if line and layout.key(line) == key]
                found = layout.described(key, rows if "" not in self._lines else [*rows, ""])
                tally = self._tallies.setdefault(found, Tally())
                tally.add(n, f"{path}:{self._first[layout, key]}", *islice(rows, 2))
                return

    def findings(self) -> Iterator[Finding]:
        for (what, remedy), tally in self._tallies.items():
            yield tally.finding(what, remedy)


def _json_key(line: str) -> int | None:
    line = line.strip()
    return 1 if _JSON_LINE.fullmatch(line) or _JSON_PART.fullmatch(line) else None


def _json_described(_: int, lines: list[str]) -> tuple[str, str]:
    values: Counter[str] = Counter()
    is_one_a_line = True
    for line in lines:
        try:
            record = json.loads(line)
        except ValueError:
            is_one_a_line = is_one_a_line and not line
            continue
        if isinstance(record, dict):
            texts = {key: value for key, value in record.items() if isinstance(value, str)}
            values.update({key: len(value.split()) for key, value in texts.items()})
    key = max(values, key=values.__getitem__, default="text")
    if values and is_one_a_line:
        return "lines of JSON", f"name the field with the text: --field {shlex.quote(key)}"
    path = f".{key}" if re.fullmatch(r"[A-Za-z_]\w*", key) else f".{json.dumps(key)}"
    return "lines of JSON", f"take the text out first, such as by `jq -r '{path}'`"


def _fields(line: str, separator: str) -> list[str]:
    if separator == "\t":
        return line.split(separator)
    return next(csv.reader([line], delimiter=separator), [])


def _columns_key(separator: str) -> Key:
    def key(line: str) -> int | None:
        if separator not in line:
            return None
        try:
            _, *others = _fields(line, separator)
        except csv.Error:
            return None
        # In a sentence a blank follows a comma, and after the last one there may be nothing.
        is_row = any(others) and not any(field.startswith(" ") for field in others)
        return 1 + len(others) if is_row else None

    return key


def _columns_described(separator: str) -> Callable[[int, list[str]], tuple[str, str]]:
    def described(n_columns: int, lines: list[str]) -> tuple[str, str]:
        rows = [_fields(line, separator) for line in lines if line]
        lengths = [sum(len(row[c].split()) for row in rows) / len(rows) for c in range(n_columns)]
        what = f"rows of {n_columns} columns, with {IS_SHOWN[separator]} between them"
        if max(lengths) > 1.5:
            column = lengths.index(max(lengths)) + 1
            if _are_names(lines[0], separator):
                name = shlex.quote(rows[0][column - 1].strip())
                return what, f"name the column with the text: --field {name}"
            command = f"cut -f {column}"
            if separator != "\t":
                command = f"csvcut -d '{separator}' -c {column}"
            return what, f"take out the column with the text first, such as by `{command}`"
        names = [c for c in range(n_columns) if any(_has_letters(row[c]) for row in rows)]
        return what, _joined_by_sentence((names or [0])[0] + 1, separator)

    return described


def _are_names(line: str, separator: str) -> bool:
    """Return whether the first line of a table names its columns, as far as one can tell."""
    names = [name.strip() for name in _fields(line, separator)]
    return len(set(names)) == len(names) and all(map(_NAME.fullmatch, names))


def _has_letters(field: str) -> bool:
    return any(map(str.isalpha, field))


def _tagged_key(line: str) -> int | None:
    words = line.split()
    if not 2 <= len(words) <= MOST_COLUMNS or (_TAG.fullmatch(words[0]) and words[0].isalpha()):
        return None
    is_tagged = _CHUNK.fullmatch(words[-1]) or all(map(_TAG.fullmatch, words[1:]))
    return len(words) if is_tagged else None


def _tagged_described(n_columns: int, lines: list[str]) -> tuple[str, str]:
    what = f"rows of a word and {n_columns - 1} tags"
    return what, _joined_by_sentence(1, " ")


def _joined_by_sentence(column: int, separator: str) -> str:
    option = {" ": "", "\t": "-F '\\t' "}.get(separator, f"-F '{separator}' ")
    condition = "NF" if column == 1 else f"NF >= {column}"
    program = f'{condition} {{printf "%s ", ${column}}} !NF {{print ""}}'
    return (
        "put the words of a sentence on one line, such as by"
        f" `awk {option}'{program}'`, where an empty line ends a sentence"
    )


def _single_key(line: str) -> int | None:
    return 1 if len(line.split()) == 1 and not RUN.search(line) else None


def _single_described(_: int, lines: list[str]) -> tuple[str, str]:
    command = "awk -v RS= '{$1 = $1; print}'" if "" in lines else "paste -sd ' '"
    return (
        "lines of one word",
        "words of different lines make no pairs: put the words of a sentence on one line, such as"
        f" by `{command}`",
    )


LAYOUTS = (
    Layout(_json_key, 0.9, _json_described),
    *(Layout(_columns_key(s), 0.8, _columns_described(s)) for s in IS_SHOWN),
    Layout(_tagged_key, 0.8, _tagged_described),
    Layout(_single_key, 0.9, _single_described),
)
"""The first one that a text has is what it is said to be."""
