"""Score vectors against groups of words: are the words of a group near each other?

Only the words of the groups take part: a neighbor that is in no group says nothing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from w2v_cli.vectors.evaluation import Evaluator
from w2v_cli.vectors.search import Exclusions, Search

BLOCK_OUTSIDERS = 1 << 12
"""Words outside a group that are compared with it at a time."""


@dataclass(frozen=True)
class GroupScore:
    """How well a group, or all groups together, hold together.

    Attributes:
        n_words: words of the file.
        n_scored: those that have a vector and are not alone in their group.
        purity: mean over these words of the share of their nearest words that are of their group,
            from 0 to 1; None if there are none. A word has as many nearest words as are asked for,
            but no more than there are other words in its group, so that 1 can be reached.
        purity_by_chance: what neighbors drawn at random would have.
        n_outliers: how many times a word of another group was added to a group.
        n_detected: how many times it had the lowest mean cosine to the others.
        detected_by_chance: share of outliers that a word drawn from the group and its outlier
            would be.
    """

    n_words: int
    n_scored: int
    purity: float | None
    purity_by_chance: float | None
    n_outliers: int
    n_detected: int
    detected_by_chance: float | None

    @property
    def detected(self) -> float | None:
        """Share of the outliers that were detected, from 0 to 1; None if there were none."""
        return self.n_detected / self.n_outliers if self.n_outliers else None


@dataclass(frozen=True)
class GroupScores:
    """The scores of the groups of a file.

    Attributes:
        groups: by name, in the order of the file.
        total: of all groups: the mean over words, and over outliers.
        missing: the words that are not among those searched.
    """

    groups: dict[str, GroupScore]
    total: GroupScore
    missing: list[str]


def score_groups(evaluator: Evaluator, groups: Mapping[str, str], k: int) -> GroupScores:
    """Return how pure the `k` nearest words are, and how many outliers are detected.

    Args:
        evaluator: the vectors, and which of their words are searched.
        groups: word -> name of its group.
        k: nearest words of each word, at least 1.
    """
    names = list(dict.fromkeys(groups.values()))
    found: dict[int, str] = {}
    for word, name in groups.items():
        if (id := evaluator.id_of(word)) is not None:
            found.setdefault(id, name)
    units = evaluator.vectors.units(np.array(list(found), dtype=np.intp))
    labels = np.array([names.index(name) for name in found.values()], dtype=np.intp)
    shares = _shares_of_own(units, labels, k)
    n_words = Counter(groups.values())
    scores = {
        name: _score(n_words[name], units, shares, labels == label)
        for label, name in enumerate(names)
    }
    return GroupScores(scores, _total([*scores.values()]), evaluator.missing(groups))


def _shares_of_own(
    units: NDArray[np.float32], labels: NDArray[np.intp], k: int
) -> NDArray[np.float64]:
    """Return for each of [n] words the share of its nearest that have its label; 0 if alone."""
    if not len(labels):
        return np.empty(0)
    n_nearest = np.minimum(k, np.bincount(labels)[labels] - 1)
    most = int(n_nearest.max(initial=1))
    every = np.arange(len(labels))
    search = Search(units, np.ones(len(labels), dtype=np.float32), most)
    nearest = search.highest(units, Exclusions(every, every)).ids
    is_own = labels[nearest] == labels[:, np.newaxis]
    is_own &= np.arange(most) < n_nearest[:, np.newaxis]
    return np.asarray(is_own.sum(axis=1) / np.maximum(n_nearest, 1))


def _score(
    n_words: int,
    units: NDArray[np.float32],
    shares: NDArray[np.float64],
    is_inside: NDArray[np.bool_],
) -> GroupScore:
    """Return the score of the group of the words that are inside; it may have none or one."""
    n = int(is_inside.sum())
    if n < 2:
        return GroupScore(n_words, 0, None, None, 0, 0, None)
    return GroupScore(
        n_words=n_words,
        n_scored=n,
        purity=float(shares[is_inside].mean()),
        purity_by_chance=(n - 1) / (len(units) - 1),
        n_outliers=len(units) - n,
        n_detected=_n_detected(units[is_inside], units[~is_inside]),
        detected_by_chance=1 / (n + 1),
    )


def _n_detected(inside: NDArray[np.float32], outside: NDArray[np.float32]) -> int:
    """Return how many words outside are further from a group than each of its words is.

    Where one of [m, D] words outside is added to the [n, D] words inside, the odd one is the word
    with the lowest sum of cosines to the others.
    """
    within = inside @ inside.T
    sums = within.sum(axis=1) - np.diag(within)
    n_detected = 0
    for start in range(0, len(outside), BLOCK_OUTSIDERS):
        across = inside @ outside[start : start + BLOCK_OUTSIDERS].T
        n_detected += int((across.sum(axis=0) < (sums[:, np.newaxis] + across).min(axis=0)).sum())
    return n_detected


def _total(scores: list[GroupScore]) -> GroupScore:
    n_scored = sum(score.n_scored for score in scores)
    n_outliers = sum(score.n_outliers for score in scores)
    by_words = [(score.purity, score.purity_by_chance, score.n_scored) for score in scores]
    return GroupScore(
        n_words=sum(score.n_words for score in scores),
        n_scored=n_scored,
        purity=_mean((purity, n) for purity, _, n in by_words),
        purity_by_chance=_mean((chance, n) for _, chance, n in by_words),
        n_outliers=n_outliers,
        n_detected=sum(score.n_detected for score in scores),
        detected_by_chance=_mean((score.detected_by_chance, score.n_outliers) for score in scores),
    )


def _mean(weighted: Iterable[tuple[float | None, int]]) -> float | None:
    """Return the mean of values by their weights; None if there are none."""
    known = [(value, weight) for value, weight in weighted if value is not None]
    total = sum(weight for _, weight in known)
    return sum(value * weight for value, weight in known) / total if total else None
