"""Find the words that two models use differently.

The vectors of the first model are turned into the space of the second. A word has changed if its
two vectors then point in different directions, or if other words are its nearest ones. Rare words
differ between any two runs, so null models say how much of this means nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from w2v_cli.errors import QueryError
from w2v_cli.vectors.comparison.alignment import Alignment, align, aligned_cosines
from w2v_cli.vectors.comparison.neighborhoods import (
    Add,
    Progress,
    adding,
    no_progress,
    overlaps,
    usable_k,
)
from w2v_cli.vectors.comparison.null_bands import NullBands, Placed
from w2v_cli.vectors.comparison.shared_words import SharedWords, shared_words
from w2v_cli.vectors.queries import Vectors


@dataclass(frozen=True, eq=False)
class Comparison:
    """What two models have in common, word by word.

    Attributes:
        shared: their words.
        alignment: the rotation of the first into the space of the second.
        cosines: [n] float64, of a word's two vectors after the rotation.
        overlaps: [n] float64, share of a word's nearest words that both models have in common.
    """

    shared: SharedWords
    alignment: Alignment
    cosines: NDArray[np.float64]
    overlaps: NDArray[np.float64]

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """How often each word was seen by the two models, [2, n]; 0 where it is not known."""
        return np.stack([self.shared.counts(0), self.shared.counts(1)])

    def frequencies(self, *, by_count: bool) -> NDArray[np.int64]:
        """Return [n] numbers that are higher for more frequent words.

        The model that saw a word less often decides, because its vector is the less certain one.
        """
        if by_count:
            lower: NDArray[np.int64] = self.counts.min(axis=0)
            return lower
        return np.asarray(-np.stack(self.shared.ids).max(axis=0), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Placement:
    """Where the words stand among words of similar frequency of null models.

    Attributes:
        n_pairs: pairs of null models.
        n_words: words in a band.
        mean_cosine: the mean aligned cosine of all null words.
        cosines: of the aligned cosines.
        overlaps: of the overlaps.
        n_outside: words whose cosine lies lower in its band than that of any null word.
        n_by_chance: how many words would lie so if none had changed.
    """

    n_pairs: int
    n_words: int
    mean_cosine: float
    cosines: Placed
    overlaps: Placed
    n_outside: int
    n_by_chance: float


@dataclass(frozen=True, eq=False)
class Differences:
    """How two models differ.

    Attributes:
        compared: the shared words.
        k: how many nearest words were compared.
        placement: where the words stand among null words; None without null models.
        order: [n] intp, places of the shared words, the most changed first: by the z of the cosine,
            and without null models by the cosine.
        new: words of the second model that the first does not have, with counts.
        lost: words of the first model that the second does not have, with counts.
    """

    compared: Comparison
    k: int
    placement: Placement | None
    order: NDArray[np.intp]
    new: list[tuple[str, int]]
    lost: list[tuple[str, int]]

    @property
    def overlap_by_chance(self) -> float:
        """The overlap that unrelated vectors would have."""
        return self.k / (len(self.compared.shared) - 1)


def differences(
    first: Vectors,
    second: Vectors,
    null: Sequence[Vectors] = (),
    k: int = 100,
    restrict: int | None = None,
    progress: Progress = no_progress,
) -> Differences:
    """Compare every word that two models have.

    Args:
        first, second: the models, of one dimension.
        null: models between which no word has changed; every pair of them is compared as the two
            are. None, or at least two.
        k: how many nearest words to compare; fewer where there are few words.
        restrict: only so many of the shared words, the most frequent ones.
        progress: see `Progress`; a word is done twice in each pair of models.

    Raises:
        QueryError: there is one null model.
        ModelError: two models share fewer than two words or have other dimensions, or a number is
            not finite.
    """
    if len(null) == 1:
        raise QueryError("one null model has none to be compared with; name at least two")
    pairs = [(first, second), *combinations(null, 2)]
    shared = [shared_words(pair, restrict) for pair in pairs]
    k = usable_k(k, min(map(len, shared)))
    add = adding(progress, 2 * sum(map(len, shared)))
    compared, *of_null = [_compare(words, k, add) for words in shared]
    placement = _placement(compared, of_null) if of_null else None
    by = compared.cosines if placement is None else placement.cosines.z
    return Differences(
        compared=compared,
        k=k,
        placement=placement,
        order=np.argsort(by, kind="stable"),
        new=_only_in(second, first),
        lost=_only_in(first, second),
    )


def _compare(shared: SharedWords, k: int, add: Add) -> Comparison:
    alignment = align(shared)
    units = [shared.units(0), shared.units(1)]
    return Comparison(
        shared=shared,
        alignment=alignment,
        cosines=aligned_cosines(units[0], units[1], alignment.rotation),
        overlaps=overlaps(units, k, add),
    )


def _placement(compared: Comparison, null: Sequence[Comparison]) -> Placement:
    by_count = all(each.counts.all() for each in (compared, *null))
    own = compared.frequencies(by_count=by_count)
    frequencies = np.concatenate([each.frequencies(by_count=by_count) for each in null])
    null_cosines = np.concatenate([each.cosines for each in null])
    cosine_bands = NullBands(frequencies, null_cosines)
    overlap_bands = NullBands(frequencies, np.concatenate([each.overlaps for each in null]))
    cosines = cosine_bands.place(own, compared.cosines)
    return Placement(
        n_pairs=len(null),
        n_words=cosine_bands.n_words,
        mean_cosine=float(null_cosines.mean()),
        cosines=cosines,
        overlaps=overlap_bands.place(own, compared.overlaps),
        n_outside=int(np.count_nonzero(cosines.z < cosine_bands.lowest_z)),
        n_by_chance=len(own) / (len(frequencies) + 1),
    )


def _only_in(one: Vectors, other: Vectors) -> list[tuple[str, int]]:
    pairs = zip(one.vocabulary.words, one.vocabulary.counts.tolist(), strict=True)
    return [(word, count) for word, count in pairs if word not in other]
