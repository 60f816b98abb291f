"""What a vocabulary covers of a text, and how far its frequencies are from a log-uniform law."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from w2v_cli.noise import (
    log_uniform_probabilities,
    log_uniform_share,
    unigram_probabilities,
)

MIN_COUNTS = (1, 2, 5, 10, 50, 100)


@dataclass(frozen=True)
class Coverage:
    """What is kept with a least count.

    Attributes:
        min_count: words that occur less often are left out.
        words: how many words are kept.
        tokens: how many words of the text they are.
    """

    min_count: int
    words: int
    tokens: int


@dataclass(frozen=True)
class RankShare:
    """The most frequent words of a vocabulary, taken together.

    Attributes:
        rank: how many they are.
        share: of the occurrences of all its words.
        log_uniform: their share of log-uniform noise.
    """

    rank: int
    share: float
    log_uniform: float


def coverage(
    words_by_count: Mapping[int, int], min_counts: Sequence[int] = MIN_COUNTS
) -> list[Coverage]:
    """Return what is kept with each least count.

    >>> coverage({1: 10, 3: 2}, [2])
    [Coverage(min_count=2, words=2, tokens=6)]
    """
    return [
        Coverage(
            least,
            sum(words for count, words in words_by_count.items() if count >= least),
            sum(count * words for count, words in words_by_count.items() if count >= least),
        )
        for least in min_counts
    ]


def rank_shares(counts: NDArray[np.int64]) -> list[RankShare]:
    """Compare the share of the 1, 10, 100 … most frequent words with that of log-uniform noise.

    Args:
        counts: [n_words] int64, falling.
    """
    n_words = len(counts)
    ranks = [10**power for power in range(len(str(n_words - 1)))] + [n_words]
    tokens = np.cumsum(counts)
    return [
        RankShare(rank, float(tokens[rank - 1] / tokens[-1]), log_uniform_share(rank, n_words))
        for rank in ranks
    ]


def log_uniform_overlap(counts: NDArray[np.int64], exponent: float = 1.0) -> float:
    """Return the mass that count^exponent and log-uniform noise share, 1 if they are equal.

    With exponent 1, these are the frequencies of the words.

    >>> log_uniform_overlap(np.array([1, 1])).__round__(3)  # log 2 / log 3 = 0.631, so 0.5 + 0.369
    0.869
    """
    noise = log_uniform_probabilities(len(counts))
    return float(np.minimum(unigram_probabilities(counts, exponent), noise).sum())
