"""Find lines that repeat earlier ones, and lines that are too long to be sentences."""

from collections.abc import Iterator
from hashlib import blake2b

from w2v_cli.corpus.lint.finding import Finding, Tally
from w2v_cli.corpus.reading.text_blocks import TextBlock
from w2v_cli.corpus.reading.tokenizer import LINE_END, Words

MAX_LINES = 1 << 19
"""Different lines that are remembered, some 60 MB; beyond that, lines are sampled by their hash."""

SHORTEST_LINE = 100
"""Bytes; shorter lines repeat each other in any text."""

USUAL_SHARE = 0.01
"""Of the lines that are not short."""


class RepeatedLines:
    """Counts how often each line stands in the text."""

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}
        self._mask = 0
        self._first_repeat = Tally()
        self._start_line()

    def _start_line(self) -> None:
        self._hash, self._n_bytes, self._start = blake2b(digest_size=8), 0, b""

    def add(self, block: TextBlock, words: Words) -> None:
        data = block.data
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *ended, rest = data.split(b"\n")
        for n, piece in enumerate(ended):
            self._extend(piece)
            self._end_line(f"{block.path}:{block.line(n)}")
        self._extend(rest)
        if block.ends_file and self._n_bytes:
            self._end_line(f"{block.path}:{block.line(len(ended))}")

    def _extend(self, piece: bytes) -> None:
        self._hash.update(piece)
        self._n_bytes += len(piece)
        self._start = self._start or piece[:SHORTEST_LINE]

    def _end_line(self, where: str) -> None:
        if self._n_bytes >= SHORTEST_LINE:
            key = int.from_bytes(self._hash.digest(), "little")
            if key & self._mask == 0:
                if key in self._counts:
                    self._first_repeat.add(1, where, self._start.decode(errors="replace"))
                self._counts[key] = self._counts.get(key, 0) + 1
                self._make_room()
        if self._n_bytes:
            self._start_line()

    def _make_room(self) -> None:
        while len(self._counts) > MAX_LINES:
            self._mask = 2 * self._mask + 1
            self._counts = {key: n for key, n in self._counts.items() if key & self._mask == 0}

    def findings(self) -> Iterator[Finding]:
        n_lines = sum(self._counts.values())
        n_repeats = n_lines - len(self._counts)
        if n_repeats and n_repeats >= USUAL_SHARE * n_lines:
            found = self._first_repeat.finding(
                f"lines of {SHORTEST_LINE} bytes or more that repeat an earlier one,"
                f" {n_repeats / n_lines:.1%} of such lines",
                "they count as often as they stand there; take them out if a text was copied,"
                " such as by `awk '!seen[$0]++'`",
            )
            yield found._replace(n=n_repeats * (self._mask + 1))


class LongLines:
    """Looks for lines of more words than a sentence may have."""

    def __init__(self, sentence_length: int) -> None:
        self._limit = sentence_length
        self._tally = Tally()
        self._longest = 0
        self._n_open = 0

    def add(self, block: TextBlock, words: Words) -> None:
        n_lines, start = 0, -self._n_open
        # Most blocks have short lines only: one search for each line, not a look at each word.
        while (end := _index(words.words, max(start, 0))) >= 0:
            if end - start > self._limit:
                self._tally.add(1, f"{block.path}:{block.line(n_lines)}")
                self._longest = max(self._longest, end - start)
            n_lines, start = n_lines + 1, end + 1
        self._n_open = len(words.words) - start

    def findings(self) -> Iterator[Finding]:
        if self._tally.n:
            yield self._tally.finding(
                f"lines of more than {self._limit:,} words, the longest {self._longest:,}",
                "put one sentence on a line; else they are cut after every --sentence-length words",
            )


def _index(words: list[str], start: int) -> int:
    """Return where the next line ends, or -1."""
    try:
        return words.index(LINE_END, start)
    except ValueError:
        return -1
