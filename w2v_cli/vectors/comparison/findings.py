"""Say what looks wrong with the vectors of a model, and what mends it.

The limits lie between healthy models and broken ones. Of healthy ones were measured: models of w2v
and gensim of 3,000 to 39,000 words, on a made-up language, baskets of items and Wikipedia. The
worst of them had a mean cosine of 0.49, a band gap of 0.05, and a hub near 2 % of all words.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from w2v_cli.vectors.comparison.diagnosis import Diagnosis
from w2v_cli.vectors.queries import Vectors

NEAR_ONE = 0.8
"""Mean cosine of two words above which all words are alike."""

FEWEST_WORDS = 10
"""So few words may all be alike."""

BAND_GAP = 0.1
"""How much higher the mean cosine may be within bands of frequency than across them."""

HUB_SHARE, HUB_FACTOR = 0.1, 20
"""A hub is near more than a tenth of the words, and 20 times as many as a word is on average."""

FEWEST_NUMBERS = 10
"""Trained vectors of fewer numbers are as short as those of the start by chance."""

START_LENGTHS = 3.0
"""A vector that is not so many times as long as those of word2vec's start was hardly trained.

After one epoch at a rate of 0.005 or 0.01, half of the vectors were less than 1.4 times as long.
The shortest vector of a healthy model was 19 times as long.
"""

SHOWN_WORDS = 5
BLOCK_ROWS = 1 << 13


class Finding(NamedTuple):
    """Something that looks wrong.

    Attributes:
        name: what it is called in JSON.
        what: the finding in words, with its figures.
        words: some words that show it.
        remedy: what to do.
    """

    name: str
    what: str
    words: list[str]
    remedy: str


def findings(diagnosis: Diagnosis) -> list[Finding]:
    """Return what looks wrong; nothing for healthy vectors."""
    return [
        *_rows(diagnosis.vectors),
        *_all_alike(diagnosis),
        *_frequency_clusters(diagnosis),
        *_hubs(diagnosis),
    ]


def _all_alike(diagnosis: Diagnosis) -> Iterator[Finding]:
    mean = diagnosis.mean_cosine
    if len(diagnosis) >= FEWEST_WORDS and mean > NEAR_ONE:
        yield Finding(
            "cosines_near_1",
            f"the mean cosine of two words is {mean:.2f}: all vectors point in one direction",
            [],
            "the training was too short, or its steps too small: train for more --epochs, on more"
            " text, or with a higher --learning-rate",
        )


def _frequency_clusters(diagnosis: Diagnosis) -> Iterator[Finding]:
    if len(diagnosis.bands) < 2:
        return
    within, across = diagnosis.cosines_within, diagnosis.cosines_across
    if within.mean() - across.mean() > BAND_GAP:
        worst = int(np.argmax(within - across))
        band = diagnosis.bands[worst]
        yield Finding(
            "frequency_clusters",
            "words are near because they are about as frequent: the mean cosine of two words is"
            f" {within.mean():.2f} within a band of frequency and {across.mean():.2f} across bands;"
            f" most so for ranks {band.first:,} to {band.last:,}",
            [str(word) for word in diagnosis.vectors.vocabulary.words[band.rows][:SHOWN_WORDS]],
            "use center vectors (--vectors center) and learned biases (--biases learned), or"
            " train for more --epochs",
        )


def _hubs(diagnosis: Diagnosis) -> Iterator[Finding]:
    n = len(diagnosis)
    limit = max(HUB_SHARE * n, HUB_FACTOR * diagnosis.k)
    order = np.argsort(-diagnosis.occurrences, kind="stable")
    hubs = order[diagnosis.occurrences[order] > limit].tolist()
    if hubs:
        share = diagnosis.occurrences[hubs[0]] / n
        yield Finding(
            "hubs",
            f"{_count(len(hubs), 'word')} among the {diagnosis.k} nearest of very many others, the"
            f" first of {share:.0%} of all words",
            _named(diagnosis.vectors, hubs),
            "leave these words out with --stop-words if they mean nothing; if there are many, train"
            " for more --epochs",
        )


def _rows(vectors: Vectors) -> Iterator[Finding]:
    """Yield what is wrong with single rows of the table, also beyond those that were compared."""
    zeros, unmoved = _weak_rows(vectors.table)
    if zeros:
        yield Finding(
            "zero_rows",
            f"{_count(len(zeros), 'word')} without a direction: the vector is all zeros",
            _named(vectors, zeros),
            "the training never met these words: raise --min-count, or take them out of --vocab",
        )
    if unmoved and vectors.table.shape[1] >= FEWEST_NUMBERS:
        yield Finding(
            "unmoved_rows",
            f"{_count(len(unmoved), 'word')} about as at the start of training: the vector is not"
            f" {START_LENGTHS:g} times as long as those of word2vec's random start,"
            f" {_start_length(vectors.table):.2g}",
            _named(vectors, unmoved),
            "these words were hardly trained: raise --min-count, train for more --epochs, or take"
            " them out of --vocab",
        )
    if repeated := _repeated_rows(vectors.table, zeros):
        yield Finding(
            "equal_rows",
            f"{_count(len(repeated), 'word')} with the same vector as another word",
            _named(vectors, repeated),
            "if the file was put together from parts, leave the copies out; a word of its own needs"
            " a vector of its own",
        )


def _start_length(table: NDArray[np.float32]) -> float:
    """Return the length that word2vec's vectors start with, as a root mean square.

    Their D numbers are uniform in +-1/(2D), so the mean square of one is 1/(12 D^2).
    """
    return float(1 / np.sqrt(12 * table.shape[1]))


def _weak_rows(table: NDArray[np.float32]) -> tuple[list[int], list[int]]:
    """Return the rows of zeros, and others that are hardly longer than those of the start."""
    zeros, unmoved = [], []
    short = START_LENGTHS * _start_length(table)
    for start in range(0, len(table), BLOCK_ROWS):
        block = table[start : start + BLOCK_ROWS]
        are_zero, lengths = ~block.any(axis=1), np.linalg.norm(block, axis=1)
        zeros += (start + np.flatnonzero(are_zero)).tolist()
        unmoved += (start + np.flatnonzero(~are_zero & (lengths < short))).tolist()
    return zeros, unmoved


def _repeated_rows(table: NDArray[np.float32], zeros: list[int]) -> list[int]:
    """Return the rows that are equal to an earlier one; rows of zeros are left out."""
    hashes = np.concatenate(
        [_hashes(table[start : start + BLOCK_ROWS]) for start in range(0, len(table), BLOCK_ROWS)]
    )
    _, first, group = np.unique(hashes, return_index=True, return_inverse=True)
    earlier = first[group]
    known_zeros = set(zeros)
    return [
        row
        for row in np.flatnonzero(earlier < np.arange(len(table))).tolist()
        if row not in known_zeros and (table[row] == table[earlier[row]]).all()
    ]


def _hashes(rows: NDArray[np.float32]) -> NDArray[np.uint64]:
    """Return a number for each of [n, D] rows that is the same for equal rows, [n] uint64."""
    factors = np.random.default_rng(0).integers(1 << 63, size=rows.shape[1], dtype=np.uint64) | 1
    # Zero is added because -0.0 equals 0.0.
    bits = np.ascontiguousarray(rows + np.float32(0)).view(np.uint32).astype(np.uint64)
    # Sums of 64 bits run over, as they may.
    hashes: NDArray[np.uint64] = (bits * factors).sum(axis=1, dtype=np.uint64)
    return hashes


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'s are' if n > 1 else ' is'}"


def _named(vectors: Vectors, rows: list[int]) -> list[str]:
    return [vectors.vocabulary.words[row] for row in rows[:SHOWN_WORDS]]
