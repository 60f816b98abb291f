"""Read the edges of a graph from text: `node node` or `node node weight` on each line.

Fields are separated by white space. Blank lines are passed over, and so are comments: lines that
begin with # or % and a space. A file is read in blocks; what is kept of a line is two numbers.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from w2v_cli.byte_order_mark import blocks_without_mark
from w2v_cli.corpus.reading.readers import read_texts
from w2v_cli.errors import CorpusError

READ_SIZE = 1 << 22
LONGEST_LINE = 1 << 20
COMMENT = re.compile(rb"^[#%](?:[ \t].*)?$", re.MULTILINE)
FORM = "expected `node node` or `node node weight`, separated by spaces or tabs"


@dataclass(frozen=True, eq=False)
class Edges:
    """The edges of a file in its order.

    Attributes:
        names: number of a node -> its name, in the order of first appearance.
        sources, targets: [n_edges] int32, numbers of nodes.
        weights: [n_edges] float64, positive; None if the file has no third column.
    """

    names: list[str]
    sources: NDArray[np.int32]
    targets: NDArray[np.int32]
    weights: NDArray[np.float64] | None

    def __len__(self) -> int:
        return len(self.sources)


def read_edges(path: Path | str) -> Edges:
    """Read a file of edges, plain or packed; `-` is stdin.

    Raises:
        CorpusError: the file cannot be read or has no edges, or a line is no edge; it is named.
    """
    reader = _Reader()
    name = str(path)
    for text in read_texts(path, READ_SIZE):
        name, line = text.name, 1
        for lines in _whole_lines(name, blocks_without_mark(text.blocks)):
            reader.add(name, line, lines)
            line += lines.count(b"\n")
    if not reader.sources:
        raise CorpusError(f"{name}: has no edges; {FORM}")
    return Edges(
        names=[name.decode() for name in reader.numbers],
        sources=np.concatenate(reader.sources),
        targets=np.concatenate(reader.targets),
        weights=np.concatenate(reader.weights) if reader.weights else None,
    )


class _Reader:
    """Collects edges block by block."""

    def __init__(self) -> None:
        self.numbers: defaultdict[bytes, int] = defaultdict()
        # A name that is not there gets the next number.
        self.numbers.default_factory = self.numbers.__len__
        self.sources: list[NDArray[np.int32]] = []
        self.targets: list[NDArray[np.int32]] = []
        self.weights: list[NDArray[np.float64]] = []
        self._n_fields = 0

    def add(self, name: str, first: int, lines: bytes) -> None:
        """Add whole lines, each with its end; `first` is the number of the first one."""
        if b"#" in lines or b"%" in lines:
            lines = COMMENT.sub(b"", lines)
        try:
            is_ascii = lines.isascii() or not lines.decode()
        except UnicodeDecodeError as error:
            line = first + lines.count(b"\n", 0, error.start)
            raise CorpusError(f"{name}:{line}: not valid UTF-8; re-encode the file") from None
        counts = _fields_by_line(lines)
        self._n_fields = self._n_fields or int(next(iter(counts[counts > 0]), 0))
        wrong = (counts > 0) & (counts != self._n_fields)
        if self._n_fields not in (0, 2, 3):
            wrong = counts > 0
        if wrong.any():
            raise _bad_line(name, first, lines, int(wrong.argmax()), FORM)
        fields = lines.split()
        if not fields:
            return
        if not is_ascii:
            self._refuse_spaces(name, first, lines, fields)
        if self._n_fields == 3:
            self._add_weights(name, first, lines, counts, fields[2::3])
            del fields[2::3]
        ids = np.fromiter(map(self.numbers.__getitem__, fields), np.int32, len(fields))
        self.sources.append(ids[::2].copy())
        self.targets.append(ids[1::2].copy())

    def _add_weights(
        self,
        name: str,
        first: int,
        lines: bytes,
        counts: NDArray[np.intp],
        fields: list[bytes],
    ) -> None:
        weights = np.array([_number(field) for field in fields])
        usable = np.isfinite(weights) & (weights > 0)
        if not usable.all():
            line = int(np.flatnonzero(counts)[usable.argmin()])
            raise _bad_line(name, first, lines, line, "a weight must be a number above 0")
        self.weights.append(weights)

    def _refuse_spaces(self, name: str, first: int, lines: bytes, fields: list[bytes]) -> None:
        """Raise CorpusError for a name that the reader of words would divide at a space."""
        for field in fields:
            if len(field.decode().split()) != 1:
                line = lines.count(b"\n", 0, lines.index(field))
                what = "the name of a node holds a space that is not of ASCII"
                raise _bad_line(name, first, lines, line, what)


def _number(field: bytes) -> float:
    try:
        return float(field)
    except ValueError:
        return np.nan


def _fields_by_line(lines: bytes) -> NDArray[np.intp]:
    r"""Return how many fields each line has.

    >>> _fields_by_line(b"a b\n\n a\tb  2 \n").tolist()
    [2, 0, 3]
    """
    characters = np.frombuffer(lines, dtype=np.uint8)
    is_space = (characters == ord(" ")) | ((characters >= 9) & (characters <= 13))
    begins = ~is_space
    begins[1:] &= is_space[:-1]
    n_before = np.cumsum(begins, dtype=np.intp)
    return np.asarray(np.diff(n_before[characters == ord("\n")], prepend=0))


def _bad_line(name: str, first: int, lines: bytes, line: int, what: str) -> CorpusError:
    text = lines.split(b"\n", line + 1)[line][:80].decode(errors="replace")
    return CorpusError(f"{name}:{first + line}: {what}: {text!r}")


def _whole_lines(name: str, blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the same bytes in pieces that end with a newline."""
    rest = b""
    for block in blocks:
        lines, newline, rest_of_block = block.rpartition(b"\n")
        if newline:
            yield rest + lines + newline
            rest = rest_of_block
        else:
            rest += block
        if len(rest) > LONGEST_LINE:
            raise CorpusError(f"{name}: has a line of more than {LONGEST_LINE:,} bytes; {FORM}")
    if rest:
        yield rest + b"\n"
