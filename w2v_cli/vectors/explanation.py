"""Say why two words are near: the words near both, and the contexts that both are met with.

Contexts are ordered by their association, which `contexts` defines. Two words share a context as
much as the lower of their associations with it.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from w2v_cli.vectors.contexts import associations, model_of
from w2v_cli.vectors.queries import Vectors
from w2v_cli.vocabulary import Vocabulary


class Shared(NamedTuple):
    """A word with its similarity to, or association with, each of two others."""

    word: str
    first: float
    second: float


@dataclass(frozen=True)
class Explanation:
    """Why two words are near, or not.

    Attributes:
        words: the two.
        counts: how often each was seen.
        similarity: their cosine.
        neighbors: words near both, the highest lower cosine first.
        contexts: words that both are met with, the highest lower association first.
    """

    words: tuple[str, str]
    counts: tuple[int, int]
    similarity: float
    neighbors: list[Shared]
    contexts: list[Shared]


def explain(
    vectors: Vectors, first: str, second: str, k: int = 10, restrict: int | None = None
) -> Explanation:
    """Return what two words of a model have in common.

    Args:
        vectors: of a model directory.
        first, second: the two words.
        k: how many neighbors and how many contexts to give at most.
        restrict: take them from so many words, the most frequent ones; all if None.

    Raises:
        UnknownWordError: a word has no vector.
        ModelError: the vectors come from another program's file, which has no context vectors.
    """
    ids = np.array([vectors.id(first), vectors.id(second)])
    counts = vectors.vocabulary.counts
    cosines = vectors.cosines(vectors.units(ids), restrict)
    cosines[:, ids[ids < cosines.shape[1]]] = -np.inf
    return Explanation(
        words=(first, second),
        counts=(int(counts[ids[0]]), int(counts[ids[1]])),
        similarity=vectors.similarity(first, second),
        neighbors=_shared(vectors.vocabulary, cosines, k),
        contexts=_shared(model_of(vectors).contexts, associations(vectors, ids, restrict), k),
    )


def _shared(vocabulary: Vocabulary, scores: NDArray[np.float32], k: int) -> list[Shared]:
    """Return the words with the `k` highest minima of [2, n] scores."""
    lower = scores.min(axis=0)
    best = np.argsort(-lower, kind="stable")[:k]
    best = best[lower[best] > -np.inf]
    return [
        Shared(vocabulary.words[id], first, second)
        for id, first, second in zip(best.tolist(), *scores[:, best].tolist(), strict=True)
    ]
