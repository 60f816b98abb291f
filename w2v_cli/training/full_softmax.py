"""The cross-entropy of pairs under the full softmax over the vocabulary.

    loss(center c, context o) = log sum_w exp(logit(c, w)) - logit(c, o)
    logit(c, w) = c . w + bias_w

The vocabulary is passed in blocks of words, so the logits of all words are never in memory at once.
Products and exponentials are float32; sums, and the logits of the pairs themselves, are float64.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from w2v_cli.training.held_out import HeldOutPairs

BLOCK_LOGITS = 1 << 22
"""Logits that a thread holds at a time: 16 MB."""

LEAST_BLOCK = 64

Gather = Callable[[str, NDArray[np.signedinteger]], NDArray[np.float32]]
"""Returns rows of the table `center`, `context` or `biases`."""


@dataclass(frozen=True)
class Band:
    """The pairs whose context is in a range of frequency ranks.

    Attributes:
        first_rank, last_rank: the range; rank 1 is the most frequent word.
        pairs: number of pairs.
        cross_entropy: mean loss of these pairs, in nats.
        standard_error: of that mean.
        unigram: mean loss of a model that knows only frequencies.
    """

    first_rank: int
    last_rank: int
    pairs: int
    cross_entropy: float
    standard_error: float
    unigram: float


@dataclass(frozen=True)
class SoftmaxScores:
    """How well a model predicts contexts. All losses are in nats.

    Attributes:
        pairs: number of pairs.
        cross_entropy: mean loss of a pair under the full softmax.
        standard_error: of that mean. Pairs of one line are not taken for independent.
        perplexity: exp(cross_entropy).
        unigram: mean loss of a model that knows only frequencies.
        uniform: loss of a model that knows nothing: log(number of words).
        bands: the same by frequency of the context.
    """

    pairs: int
    cross_entropy: float
    standard_error: float
    perplexity: float
    unigram: float
    uniform: float
    bands: tuple[Band, ...]


def softmax_losses(
    pairs: HeldOutPairs, gather: Gather, n_words: int, n_threads: int
) -> NDArray[np.float64]:
    """Return the loss of each pair, [n_pairs] float64, in nats.

    Args:
        pairs: the pairs.
        gather: reads the tables.
        n_words: words of the vocabulary.
        n_threads: number of threads.
    """
    distinct, center_at = pairs.distinct_centers
    centers = gather("center", distinct)
    step = max(LEAST_BLOCK, BLOCK_LOGITS // len(distinct))

    def log_sum(first: int) -> NDArray[np.float64]:
        """Return the logarithm of the sum of exp(logit) over a block of words, for each center."""
        words = np.arange(first, min(first + step, n_words))
        logits = centers @ gather("context", words).T
        logits += gather("biases", words)
        peak = logits.max(axis=1)
        logits -= peak[:, np.newaxis]
        np.exp(logits, out=logits)
        return np.asarray(peak + np.log(logits.sum(axis=1, dtype=np.float64)))

    with ThreadPoolExecutor(n_threads) as threads:
        blocks = list(threads.map(log_sum, range(0, n_words, step)))
    log_sums = np.logaddexp.reduce(blocks)
    contexts, context_at = np.unique(pairs.contexts, return_inverse=True)
    own = np.einsum(
        "ij,ij->i",
        centers[center_at].astype(np.float64),
        gather("context", contexts)[context_at].astype(np.float64),
    )
    own += gather("biases", contexts)[context_at]
    return np.asarray(log_sums[center_at] - own)


def score(
    losses: NDArray[np.float64], pairs: HeldOutPairs, shares: NDArray[np.float64]
) -> SoftmaxScores:
    """Sum up losses.

    Args:
        losses: [n_pairs] of `softmax_losses`.
        pairs: the pairs.
        shares: [n_words] share of each word among the contexts, which sum to 1.
    """
    unigram = -np.log(shares[pairs.contexts])
    mean = float(losses.mean())
    bands, first = [], 1
    while first <= len(shares):
        last = min(max(10, 10 * (first - 1)), len(shares))
        chosen = (pairs.contexts >= first - 1) & (pairs.contexts < last)
        if chosen.any():
            bands.append(
                Band(
                    first_rank=first,
                    last_rank=last,
                    pairs=int(chosen.sum()),
                    cross_entropy=float(losses[chosen].mean()),
                    standard_error=standard_error(losses[chosen], pairs.lines[chosen]),
                    unigram=float(unigram[chosen].mean()),
                )
            )
        first = last + 1
    return SoftmaxScores(
        pairs=len(pairs),
        cross_entropy=mean,
        standard_error=standard_error(losses, pairs.lines),
        perplexity=float(np.exp(min(mean, 700.0))),
        unigram=float(unigram.mean()),
        uniform=float(np.log(len(shares))),
        bands=tuple(bands),
    )


def standard_error(values: NDArray[np.float64], lines: NDArray[np.int64]) -> float:
    """Return the standard error of the mean of values that depend on each other within a line.

    Args:
        values: [n] float64.
        lines: [n] int64, number of the line of each value. If all are of one line, they count as
            independent.

    >>> standard_error(np.array([1.0, 3.0, 5.0, 3.0]), np.array([0, 0, 1, 1]))
    1.0
    """
    _, at = np.unique(lines, return_inverse=True)
    n_lines = int(at.max()) + 1
    if n_lines == 1:
        at, n_lines = np.arange(len(values)), len(values)
    sums = np.bincount(at, values - values.mean())
    correction = n_lines / max(n_lines - 1, 1)
    return float(np.sqrt(correction * (sums @ sums)) / len(values))
