"""Turn files of pairs into words: `center<TAB>context` lines, with a weight in a third column.

A line is as strict as a pair is simple: two names without white space, or these and a number. The
names of both columns then go through the same steps as the words of a text. Where centers and
contexts have vocabularies of their own, a tab before a context says that it is one: no name can
begin with a tab.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from w2v_cli.corpus.line_weights import parse_weights
from w2v_cli.corpus.reading.text_blocks import Cutter, TextBlock
from w2v_cli.corpus.reading.tokenizer import LINE_END, Spaced, Tokenizer
from w2v_cli.errors import CorpusError

CONTEXT_MARK = "\t"
"""What stands before a context where contexts have a vocabulary of their own."""

LINES = re.compile(r"(?:\S+\t\S+(?:\t\S+)?\n)*")
LINE = re.compile(r"\S+\t\S+(?:\t\S+)?")


class LineCutter(Cutter):
    """Cuts one text into blocks of whole lines."""

    def _end(self, searched: int) -> int:
        # A CR at the end of what is held may be followed by LF.
        last = len(self._held) - 1
        return 1 + max(self._held.rfind(b"\n"), self._held.rfind(b"\r", 0, max(last, 0)))

    def _shortened(self, searched: int, *, at_end: bool = False) -> Iterator[TextBlock]:
        if not self._end(0):
            raise CorpusError(
                f"{self.path}:{self._line}: more than {self._longest_run:,} bytes without a line"
                " end; is it a file of pairs, one a line?"
            )
        return iter(())


@dataclass(frozen=True, kw_only=True)
class PairTokenizer:
    """Makes words of files of pairs.

    Attributes:
        names: what becomes of the characters of a name.
        shared: whether centers and contexts share a vocabulary.
    """

    names: Tokenizer
    shared: bool

    def text_blocks(self, paths: Iterable[Path | str]) -> Iterator[TextBlock]:
        """Yield the files in blocks of whole lines.

        Raises:
            CorpusError: as `Tokenizer.text_blocks` does.
        """
        return self.names.text_blocks(paths, cutter=LineCutter)

    def spaced(self, block: TextBlock) -> Spaced:
        """Return center, context and `LINE_END` of each pair, and the weights.

        Raises:
            CorpusError: a line is not a pair, with file and line.
        """
        text, n_undecodable = self.names.text(block)
        if text and not text.endswith("\n"):
            text += "\n"
        found = LINES.match(text)
        if found is None or found.end() < len(text):
            raise self._not_a_pair(text, block)
        weights = None
        if text.count("\t") > text.count("\n"):
            text, weights = self._without_weights(text, block)
        mark = "" if self.shared else CONTEXT_MARK
        text = text.replace("\t", f" {mark}").replace("\n", f" {LINE_END} ")
        return Spaced(text, 0, n_undecodable, weights=weights)

    def _without_weights(self, text: str, block: TextBlock) -> tuple[str, NDArray[np.float32]]:
        """Return the first two columns, and the third as numbers, 1 where there is none."""
        pairs, third = [], []
        for line in text.split("\n")[:-1]:
            center, context, *weight = line.split("\t")
            pairs.append(f"{center}\t{context}\n")
            third.append(weight[0] if weight else "1")
        weights = parse_weights(third, block.path, block.first_line - 1)
        return "".join(pairs), weights.astype("<f4")

    def _not_a_pair(self, text: str, block: TextBlock) -> CorpusError:
        lines = text.split("\n")
        at = next(number for number, line in enumerate(lines) if LINE.fullmatch(line) is None)
        return CorpusError(
            f"{block.path}:{block.first_line + at}: expected center<TAB>context, or these and"
            f" <TAB>weight, got {lines[at][:60]!r}; put one tab between columns, and no white space"
            " into names"
        )
