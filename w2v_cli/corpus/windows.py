"""Which words of a sentence are the contexts of a center.

A center has the words on its left and on its right up to a radius on each side. `fixed` windows
have the greatest radius for every center. `drawn` windows draw it anew for each center, uniformly
from 1 to the greatest one, as word2vec does. `weighted` windows are the mean of drawn ones: they
have the greatest radius r, and a pair at distance d has the weight (r + 1 - d) / r, the share of
radii that reach it. With `--window line` every other word of the sentence is a context.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from w2v_cli.config.config import Config
from w2v_cli.config.sections import KindOfWindows

COUNTED_AT_ONCE = 1 << 20
"""Sentences whose lengths are in memory at a time while pairs are counted."""


class Reach(NamedTuple):
    """How far the window of each word reaches, [n] int32 each.

    Attributes:
        left: number of contexts before the word.
        right: number of contexts after it.
    """

    left: NDArray[np.int32]
    right: NDArray[np.int32]


@dataclass(frozen=True)
class Windows:
    """The windows of a run.

    Attributes:
        left, right: greatest radius on each side; 0 on one side at most.
        kind: how far they reach from a center, and what its pairs weigh.
        whole_lines: whether a window is always the whole sentence, which has no more words than
            `left` + 1.
    """

    left: int
    right: int
    kind: KindOfWindows = "drawn"
    whole_lines: bool = False

    @classmethod
    def of(cls, config: Config) -> "Windows":
        """Return the windows that a configuration asks for; a pair is a sentence of two words."""
        if config.run.pairs:
            return cls(0, 1, "fixed")
        if config.pairs.is_line:
            most = config.sentence_length - 1
            return cls(most, most, "fixed", whole_lines=True)
        left, right = config.pairs.radii
        return cls(left, right, config.kind_of_windows)

    @property
    def widest(self) -> int:
        """The greater of the two radii."""
        return max(self.left, self.right)

    @property
    def most_mean_pairs(self) -> float:
        """The mean number of pairs of a center in the middle of a long sentence."""
        sides = (self.left, self.right)
        # The mean of a radius drawn from 1 to r is (r + 1) / 2.
        is_drawn = self.kind == "drawn"
        return sum((side + 1) / 2 if is_drawn and side else side for side in sides)

    @property
    def with_weights_of_1(self) -> "Windows":
        """Windows whose pairs weigh 1 each and stand at the same distances on average."""
        return replace(self, kind="drawn") if self.kind == "weighted" else self

    def weights(self, distances: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the weights of pairs, float32 in the shape of `distances`.

        Args:
            distances: from center to context, negative where the context stands before the center.
                A word has no pair with itself, and none with a word out of reach: the weight is 0.
        """
        radii = np.where(distances < 0, self.left, self.right)
        reached = radii + 1 - np.abs(distances)
        in_window = (distances != 0) & (reached > 0)
        weights = reached / np.maximum(radii, 1) if self.kind == "weighted" else 1.0
        return np.where(in_window, weights, 0.0).astype(np.float32)

    def reach(self, sentences: NDArray[np.int64], random: np.random.Generator) -> Reach:
        """Return the window of each word, which never crosses the border of a sentence.

        Args:
            sentences: [n] int64, the sentence of each word, in rising order.
            random: draws the radii. Where both sides have the same greatest radius, one radius is
                drawn for both.
        """
        n_words = len(sentences)
        place = np.arange(n_words)
        # For each word, the place where its sentence starts and the place where the next one does.
        starts_here = np.flatnonzero(np.diff(sentences, prepend=-1))
        lengths = np.diff(starts_here, append=n_words)
        first, beyond = np.repeat(starts_here, lengths), np.repeat(starts_here + lengths, lengths)
        left: int | NDArray[np.int64] = self.left
        right: int | NDArray[np.int64] = self.right
        if self.kind == "drawn":
            left = _radii(self.left, n_words, random)
            right = left if self.left == self.right else _radii(self.right, n_words, random)
        return Reach(
            np.minimum(left, place - first).astype(np.int32),
            np.minimum(right, beyond - 1 - place).astype(np.int32),
        )

    def mean_pairs(self, starts: NDArray[np.int64]) -> int:
        """Return the number of pairs of an epoch without subsampling; with drawn radii, its mean.

        Args:
            starts: [n_sentences + 1] int64, first word of each sentence, then the number of words.
        """
        total = 0.0
        for first in range(0, len(starts) - 1, COUNTED_AT_ONCE):
            lengths, times = np.unique(
                np.diff(starts[first : first + COUNTED_AT_ONCE + 1]), return_counts=True
            )
            by_length = self._of_side(self.left, lengths) + self._of_side(self.right, lengths)
            total += float(by_length @ times)
        return round(total)

    def _of_side(self, radius: int, lengths: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the pairs on one side in sentences of these lengths."""
        # Of n words, n - d have a word at distance d. Of the radii 1 to r, r - d + 1 reach it.
        n, most = lengths.astype(np.float64), np.minimum(radius, np.maximum(lengths - 1, 0))
        sums = most * (most + 1) / 2
        if self.kind != "drawn" or radius == 0:
            return np.asarray(n * most - sums)
        squares = most * (most + 1) * (2 * most + 1) / 6
        return np.asarray((n * (radius + 1) * most - (n + radius + 1) * sums + squares) / radius)


def _radii(most: int, n: int, random: np.random.Generator) -> int | NDArray[np.int64]:
    return random.integers(1, most, size=n, endpoint=True) if most else 0
