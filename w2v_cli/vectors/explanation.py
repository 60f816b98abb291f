"""Say why two words are near: the words near both, and the contexts that both are met with.

A model gives the word w before the context c the logit v_w . u_c + b_c. What counts here is how far
that is above what w has with the average context, and c with the average word:

    association(w, c) = (v_w - v) . (u_c - u)        v, u: means of all tokens' vectors

It is in nats: 1 means e times as likely beside each other as their frequencies make them. Biases,
normalizers and whatever else belongs to w or to c alone drop out, so that it means the same with
every objective. Two words share a context as much as the lower of their associations with it.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from w2v_cli.errors import ModelError
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
        contexts=_shared(_contexts(vectors), _associations(vectors, ids, restrict), k),
    )


def _contexts(vectors: Vectors) -> Vocabulary:
    """Return the words that have context vectors."""
    if vectors.model is None:
        raise ModelError("contexts are known only for a model directory, not for a file of vectors")
    return vectors.model.contexts


def _associations(
    vectors: Vectors, ids: NDArray[np.intp], restrict: int | None
) -> NDArray[np.float32]:
    """Return the associations of [n] words with the contexts, [n, contexts] float32."""
    assert vectors.model is not None
    centers, contexts = vectors.model.table("center"), vectors.model.table("context")
    of_centers, of_contexts = (
        (vocabulary.counts / vocabulary.n_tokens).astype(np.float32)
        for vocabulary in (vectors.vocabulary, vectors.model.contexts)
    )
    centered = centers[ids] - of_centers @ centers
    # (u_c - u) . x = u_c . x - u . x, so that the table is not copied.
    associations = (
        centered @ contexts[:restrict].T - (centered @ (of_contexts @ contexts))[:, np.newaxis]
    )
    return np.asarray(associations, dtype=np.float32)


def _shared(vocabulary: Vocabulary, scores: NDArray[np.float32], k: int) -> list[Shared]:
    """Return the words with the `k` highest minima of [2, n] scores."""
    lower = scores.min(axis=0)
    best = np.argsort(-lower, kind="stable")[:k]
    best = best[lower[best] > -np.inf]
    return [
        Shared(vocabulary.words[id], first, second)
        for id, first, second in zip(best.tolist(), *scores[:, best].tolist(), strict=True)
    ]
