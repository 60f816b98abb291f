"""Measure how far runs that differ only by their seed agree on what is near."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from w2v_cli.errors import QueryError
from w2v_cli.vectors.comparison.frequency_bands import Band, frequency_bands
from w2v_cli.vectors.comparison.neighborhoods import (
    Progress,
    adding,
    no_progress,
    overlaps,
    usable_k,
)
from w2v_cli.vectors.comparison.shared_words import SharedWords, shared_words
from w2v_cli.vectors.expressions import Expression
from w2v_cli.vectors.queries import Neighbor, Vectors

FEWEST_NEAREST = 10
"""Other models are asked for at least so many nearest words, so that a change of places from rank 1
to rank 2 is no disagreement."""


@dataclass(frozen=True, eq=False)
class Stability:
    """How stable the nearest words of each word are.

    Attributes:
        shared: the words that all models have.
        k: how many nearest words were compared.
        overlaps: [n] float64, for each shared word the share of its k nearest words that two models
            have in common, the mean over pairs of models.
    """

    shared: SharedWords
    k: int
    overlaps: NDArray[np.float64]

    @property
    def by_chance(self) -> float:
        """The overlap that unrelated vectors would have."""
        return self.k / (len(self.shared) - 1)

    def bands(self) -> list[tuple[Band, float, float]]:
        """Return bands of frequency, with the mean of the overlaps and their lowest tenth's end."""
        return [
            (band, float(shares.mean()), float(np.quantile(shares, 0.1)))
            for band in frequency_bands(self.shared.counts(0))
            for shares in [self.overlaps[band.rows]]
        ]


def stability(
    models: Sequence[Vectors],
    k: int = 10,
    restrict: int | None = None,
    progress: Progress = no_progress,
) -> Stability:
    """Compare the nearest words of every word that all models have.

    Args:
        models: at least two; their dimensions may differ.
        k: how many nearest words to compare; fewer where there are few words.
        restrict: only so many of the shared words, the most frequent ones.
        progress: see `Progress`; a word is done once in each model.

    Raises:
        QueryError: there are fewer than two models.
        ModelError: they share fewer than two words, or a number is not finite.
    """
    if len(models) < 2:
        raise QueryError(f"at least two models are needed, got {len(models)}")
    shared = shared_words(models, restrict)
    k = usable_k(k, len(shared))
    units = [shared.units(model) for model in range(len(models))]
    return Stability(shared, k, overlaps(units, k, adding(progress, len(models) * len(shared))))


class StableNeighbor(NamedTuple):
    """A neighbor, and how far other models agree.

    Attributes:
        word, similarity: as in `Neighbor`.
        stability: share of the other models that have it among the nearest words of the query, from
            0 to 1; None where no other model has the words of the query.
    """

    word: str
    similarity: float
    stability: float | None


def with_stability(
    queries: Sequence[Expression],
    answers: Sequence[Sequence[Neighbor]],
    others: Sequence[Vectors],
    k: int,
    restrict: Sequence[int | None],
) -> list[list[StableNeighbor]]:
    """Return the neighbors that one model gives, with the share of other models that agree.

    Args:
        queries: what was asked.
        answers: what the model said.
        others: models of the same text with other seeds.
        k: how many nearest words the others are asked for; `FEWEST_NEAREST` if that is more.
        restrict: for each of `others`, among how many words it searches.
    """
    named: list[list[set[str]]] = [[] for _ in queries]
    for other, limit in zip(others, restrict, strict=True):
        known = [n for n, query in enumerate(queries) if all(term.word in other for term in query)]
        found = other.nearest([queries[n] for n in known], max(k, FEWEST_NEAREST), limit)
        for n, near in zip(known, found, strict=True):
            named[n].append({neighbor.word for neighbor in near})
    return [
        [StableNeighbor(*near, _share(near.word, names)) for near in answer]
        for answer, names in zip(answers, named, strict=True)
    ]


def _share(word: str, names: Sequence[set[str]]) -> float | None:
    return sum(word in each for each in names) / len(names) if names else None
