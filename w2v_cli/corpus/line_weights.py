"""Read the weights of the lines of a text: one number for each line, empty lines among them."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from w2v_cli.byte_order_mark import blocks_without_mark
from w2v_cli.corpus.reading.readers import read_texts
from w2v_cli.errors import CorpusError

GREATEST = float(np.finfo(np.float32).max)


class LineWeights:
    """The weights of a text, read from a file while the lines of the text go by.

    Attributes:
        total: sum of the weights that were taken.
        are_all_one: whether each of them was 1.
    """

    def __init__(self, path: str) -> None:
        """Open the file, plain or packed.

        Raises:
            CorpusError: it cannot be read, or one of its first lines is no weight.
        """
        self.total, self.are_all_one = 0.0, True
        self._path, self._n_taken = path, 0
        self._parts = _read(path)
        self._next = next(self._parts, np.zeros(0))

    def take(self, n: int) -> NDArray[np.float32]:
        """Return the weights of the next n lines of the text, [n] float32.

        Raises:
            CorpusError: there are fewer, or a line is no weight.
        """
        taken, missing = [], n
        while missing:
            if not len(self._next):
                self._next = next(self._parts, self._next)
            if not len(self._next):
                n_weights = self._n_taken + n - missing
                raise CorpusError(
                    f"{self._path}:{max(n_weights, 1)}: the weights end here, but the text has a"
                    f" line {n_weights + 1:,}; give a weight for each line, also for empty ones"
                )
            part, self._next = self._next[:missing], self._next[missing:]
            taken.append(part)
            missing -= len(part)
        found = np.concatenate([np.zeros(0), *taken])
        self._n_taken += n
        self.total += math.fsum(found)
        self.are_all_one &= bool((found == 1).all())
        return found.astype("<f4")

    def check_end(self) -> None:
        """Check the weights after the last line of the text.

        Raises:
            CorpusError: there are more weights than lines, or all of them are 0.
        """
        if len(self._next) or next(self._parts, None) is not None:
            raise CorpusError(
                f"{self._path}:{self._n_taken + 1}: more weights than lines: the text has"
                f" {self._n_taken:,} lines, empty ones among them; give a weight for each line"
            )
        if not self.total:
            raise CorpusError(f"{self._path}: all weights are 0, so nothing would be learned")


def _read(path: str) -> Iterator[NDArray[np.float64]]:
    """Yield the weights, some of them at a time.

    Raises:
        CorpusError: the file cannot be read, or a line is no weight.
    """
    for text in read_texts(path):
        held, n_before = b"", 0
        for block in blocks_without_mark(text.blocks):
            held += block
            end = held.rfind(b"\n") + 1
            if lines := held[:end].splitlines():
                yield parse_weights(lines, text.name, n_before)
            held, n_before = held[end:], n_before + len(lines)
        if lines := held.splitlines():
            yield parse_weights(lines, text.name, n_before)


def parse_weights(
    texts: Sequence[bytes] | Sequence[str], name: str, n_before: int
) -> NDArray[np.float64]:
    """Return weights as numbers.

    Args:
        texts: one from each line of a file.
        name: the file, for messages.
        n_before: number of lines before these.

    Raises:
        CorpusError: one is no number from 0 on, with file and line.
    """
    try:
        found = np.fromiter(map(float, texts), np.float64, len(texts))
    except ValueError:
        found = np.array([np.nan if _is_no_number(text) else float(text) for text in texts])
    is_wrong = ~((found >= 0) & (found <= GREATEST))
    if is_wrong.any():
        at = int(is_wrong.argmax())
        wrong = texts[at]
        shown = wrong if isinstance(wrong, str) else wrong.decode(errors="replace")
        raise CorpusError(
            f"{name}:{n_before + at + 1}: expected a weight, a number from 0 to {GREATEST:.2g}, got"
            f" {shown.strip()[:40]!r}"
        )
    return found


def _is_no_number(text: bytes | str) -> bool:
    try:
        float(text)
    except ValueError:
        return True
    return False
