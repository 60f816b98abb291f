"""Read a part of a huge text, and conclude from it how large the whole is.

The part is pieces from places that are spread evenly over all bytes. Numbers of words grow with the
text in a known way: tokens in proportion, different words more slowly. How much more slowly is seen
in the sample itself, by comparing it with a half of it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from w2v_cli.archives import packing
from w2v_cli.corpus.reading.files import STDIN

N_PIECES = 64
BORDER_BYTES = 1 << 16
"""Where a line border is looked for at both ends of a piece; without one, a space is a border."""


HEAPS = 0.5, 0.6
"""With which powers of the size of a natural text its number of different words grows."""

UNDERESTIMATED = 0.15

FREQUENT = 50


@dataclass(frozen=True)
class Sample:
    """A part of a text.

    Attributes:
        path: the file that holds the part.
        total_bytes: size of the whole text.
        bytes: size of the part.
        tokens_error: relative standard error of words for each byte, from piece to piece.
    """

    path: Path
    total_bytes: int
    bytes: int
    tokens_error: float

    @property
    def factor(self) -> float:
        """How many times larger the whole text is."""
        return self.total_bytes / self.bytes


@dataclass(frozen=True)
class Estimate:
    """A number that is not known exactly.

    Attributes:
        value: the best guess.
        error: the number may be so much higher or lower.
    """

    value: float
    error: float


def take_sample(files: Sequence[str], most_bytes: int, directory: Path) -> Sample | None:
    """Copy pieces of a text into a file of `directory`.

    Returns:
        The sample, or None if the text is to be read whole: it is not larger than `most_bytes`, or
        a part of it is packed or comes from a pipe.

    Raises:
        OSError: a file cannot be read.
    """
    sizes = [Path(name).stat().st_size if _is_plain(name) else -1 for name in files]
    if min(sizes) < 0 or sum(sizes) <= most_bytes:
        return None
    ends, total = np.cumsum(sizes), sum(sizes)
    length = most_bytes // N_PIECES
    path, words_by_piece, bytes_by_piece = directory / "sample.txt", [], []
    with path.open("wb") as out:
        for start in np.linspace(0, total - length, N_PIECES).astype(int).tolist():
            number = int(np.searchsorted(ends, start, side="right"))
            with Path(files[number]).open("rb") as file:
                file.seek(start - int(ends[number]) + sizes[number])
                piece = _whole_lines(file.read(length))
            out.write(piece + b"\n")
            words_by_piece.append(len(piece.split()))
            bytes_by_piece.append(len(piece))
    words, sizes_read = np.array(words_by_piece, float), np.array(bytes_by_piece, float)
    return Sample(path, total, int(sizes_read.sum()), _ratio_error(words, sizes_read))


def _is_plain(name: str) -> bool:
    if name == STDIN or not Path(name).is_file():
        return False
    with Path(name).open("rb") as file:
        return packing(file.read(1 << 12)) is None


def _whole_lines(piece: bytes) -> bytes:
    """Cut a piece at the first and the last border between lines, or else between words."""
    for border in (b"\n", b" "):
        first, last = piece.find(border, 0, BORDER_BYTES), piece.rfind(border, -BORDER_BYTES)
        if 0 <= first < last:
            return piece[first + 1 : last]
    return piece


def _ratio_error(words: NDArray[np.float64], sizes: NDArray[np.float64]) -> float:
    """Return the relative standard error of sum(words) / sum(sizes)."""
    ratio = words.sum() / sizes.sum()
    residuals = words - ratio * sizes
    return float(np.sqrt(len(words) * np.mean(residuals**2)) / words.sum())


def words_in_whole(words_by_count: Mapping[int, int], min_count: int, factor: float) -> Estimate:
    """Return how many words occur at least `min_count` times in the whole text.

    Their number grows by a power of the size of the text. Later the power falls toward that of all
    different words, which is 0.5 to 0.6 in natural text (Heaps' law), and less where the sample has
    nearly all words. A random half has more different words than a half that is read in order, so
    the power that is seen is too low for the rarest words, by up to 0.15. The range has all of
    these; on 6 and 17 million words of Wikipedia it held the true number for samples of 1/50 to
    1/2.

    Args:
        words_by_count: count -> words with that count in the sample.
        min_count: words that occur less often do not count.
        factor: how many times larger the whole text is.
    """
    now, power = _growth(words_by_count, min_count)
    different, power_of_all = _growth(words_by_count, 1)
    lowest = now * factor ** min(power, power_of_all, HEAPS[0])
    highest = now * factor ** max(power, _raised(power))
    highest = min(highest, different * factor ** max(power_of_all, _raised(power_of_all)))
    # How many words happen to be in the sample varies by about the root of their number.
    chance = 2 / math.sqrt(now) if now else 0.0
    lowest, highest = lowest * (1 - chance), highest * (1 + chance)
    return Estimate((highest + lowest) / 2, (highest - lowest) / 2)


def _raised(power: float) -> float:
    return min(HEAPS[1], power + UNDERESTIMATED)


def _growth(words_by_count: Mapping[int, int], min_count: int) -> tuple[float, float]:
    """Return the words that occur so often in the sample, and the power by which they grow."""
    now, half = (_words_in_part(words_by_count, min_count, share) for share in (1.0, 0.5))
    return now, min(math.log2(now / half), 1.5) if half > 0 else 1.0


def _words_in_part(words_by_count: Mapping[int, int], min_count: int, share: float) -> float:
    """Return how many words a random part of the sample is expected to hold `min_count` times."""
    counts = np.array(sorted(words_by_count))
    words = np.array([words_by_count[count] for count in counts.tolist()])
    if share == 1 or min_count > FREQUENT:
        # A frequent word occurs in a part as often as its share says.
        return float(words[counts * share >= min_count].sum())
    below = np.zeros(len(counts))
    for n in range(min_count):
        below += np.exp(_log_binomial(counts, n, share)) * (counts >= n)
    return float(words @ (1 - below))


def _log_binomial(counts: NDArray[np.int64], n: int, share: float) -> NDArray[np.float64]:
    """Return log P(n of `counts` trials succeed with probability `share`)."""
    log_factorials = np.cumsum(np.log(np.maximum(np.arange(counts.max() + 1), 1)))
    rest = np.maximum(counts - n, 0)
    ways = log_factorials[counts] - log_factorials[min(n, counts.max())] - log_factorials[rest]
    return np.asarray(ways + n * math.log(share) + rest * math.log1p(-share))
