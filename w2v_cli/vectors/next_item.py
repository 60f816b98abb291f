"""Score vectors against sequences of items: is the last item found from those before it?

The answers are all words that are searched but the earlier items. They are ordered in three ways:

    cosine      with the mean of the earlier items' vectors, which have length 1 each
    logit       mean of the logits that the model gives an item as a context of each earlier item
    popularity  how often an item occurs in the text, whatever the earlier items are
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from w2v_cli.vectors.contexts import logits
from w2v_cli.vectors.evaluation import Evaluator
from w2v_cli.vectors.queries import unit

BLOCK_SCORES = 1 << 24
"""Scores that are held at a time, 64 MB."""

Rows: TypeAlias = NDArray[np.float32]


class Found(NamedTuple):
    """How high the right items stand among the answers.

    Attributes:
        hit_rate: share of sequences whose item is among the k highest answers, from 0 to 1.
        mrr: mean of 1 / rank of the item among all answers.
    """

    hit_rate: float
    mrr: float


@dataclass(frozen=True)
class SequenceScores:
    """How well the last items of sequences are found.

    Attributes:
        k: how many answers a hit is among.
        n_sequences: sequences of the file.
        n_scored: those whose last item is known and not one of the earlier ones, of which at least
            one is known.
        n_repeats: those whose last item occurs earlier, which are left out.
        cosine: by cosines; None if no sequence is scored.
        logit: by logits; None for vectors of another program, too.
        popularity: by counts; None where they are not known, too.
        missing: the items that are not among those searched.
    """

    k: int
    n_sequences: int
    n_scored: int
    n_repeats: int
    cosine: Found | None
    logit: Found | None
    popularity: Found | None
    missing: list[str]


class _Question(NamedTuple):
    """The ids of the earlier items, and of the one to find."""

    history: list[int]
    item: int


def score_sequences(
    evaluator: Evaluator, sequences: Sequence[Sequence[str]], k: int
) -> SequenceScores:
    """Return how well the last item of each sequence is found from the items before it.

    Items before it that are not known are passed over.
    """
    questions = [question for each in sequences if (question := _question(evaluator, each))]
    asked = [each for each in questions if each.item not in each.history]
    vectors, n_words = evaluator.vectors, evaluator.n_words
    counts = vectors.vocabulary.counts[:n_words].astype(np.float32)

    def by_cosine(means: Rows) -> Rows:
        return vectors.cosines(unit(means), n_words)

    def by_logit(means: Rows) -> Rows:
        return logits(vectors, means, n_words)

    def by_count(means: Rows) -> Rows:
        return np.broadcast_to(counts, (len(means), n_words)).copy()

    # The items before and the item to find have to be words of one vocabulary.
    has_logits = vectors.model is not None and not vectors.model.has_own_contexts
    centers = vectors.model.table("center") if vectors.model and has_logits else None
    return SequenceScores(
        k=k,
        n_sequences=len(sequences),
        n_scored=len(asked),
        n_repeats=len(questions) - len(asked),
        cosine=_found(asked, vectors.units, by_cosine, n_words, k),
        logit=None if centers is None else _found(asked, centers.__getitem__, by_logit, n_words, k),
        popularity=_found(asked, vectors.units, by_count, n_words, k) if counts.any() else None,
        missing=evaluator.missing(item for each in sequences for item in each),
    )


def _question(evaluator: Evaluator, sequence: Sequence[str]) -> _Question | None:
    *earlier, last = map(evaluator.id_of, sequence)
    history = [id for id in earlier if id is not None]
    return _Question(history, last) if history and last is not None else None


def _found(
    questions: list[_Question],
    rows: Callable[[NDArray[np.intp]], Rows],
    score: Callable[[Rows], Rows],
    n_words: int,
    k: int,
) -> Found | None:
    """Return how high the items stand by the scores of the means of their histories' rows."""
    if not questions:
        return None
    n_block = max(BLOCK_SCORES // n_words, 1)
    ranks = np.concatenate(
        [
            _ranks(questions[start : start + n_block], rows, score)
            for start in range(0, len(questions), n_block)
        ]
    )
    return Found(float((ranks <= k).mean()), float((1 / ranks).mean()))


def _ranks(
    questions: list[_Question],
    rows: Callable[[NDArray[np.intp]], Rows],
    score: Callable[[Rows], Rows],
) -> NDArray[np.intp]:
    """Return the ranks of [n] items from 1; of equal scores the more frequent item's is first."""
    lengths = np.array([len(each.history) for each in questions])
    ids = np.array([id for each in questions for id in each.history])
    starts = np.cumsum(lengths) - lengths
    means = np.add.reduceat(rows(ids), starts, axis=0) / lengths[:, np.newaxis]
    scores = score(means.astype(np.float32))
    scores[np.repeat(np.arange(len(questions)), lengths), ids] = -np.inf
    items = np.array([[each.item] for each in questions])
    own = np.take_along_axis(scores, items, axis=1)
    is_before = (scores == own) & (np.arange(scores.shape[1]) < items)
    return np.asarray(1 + ((scores > own) | is_before).sum(axis=1))
