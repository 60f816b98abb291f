"""Say which contexts a model expects beside a word.

A model gives the word w before the context c the logit v_w . u_c + b_c: the product of the center
vector of w and the context vector of c, and the bias of c. With negative_sampling the logarithm of
c's noise probability is added. So a logit is an estimate of the logarithm of the context's
probability with every objective, but for a number that all contexts of the word have in common;
frequent contexts are high with every word.

The association is how far that is above what w has with the average context, and c with the average
word:

    association(w, c) = (v_w - v) . (u_c - u)        v, u: means of all tokens' vectors

It is in nats: 1 means e times as likely beside each other as their frequencies make them. Biases,
normalizers and whatever else belongs to w or to c alone drop out, so that it means the same with
every objective.
"""

from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from w2v_cli.errors import ModelError, QueryError
from w2v_cli.vectors.queries import Vectors
from w2v_cli.vectors.store import Model

Order = Literal["association", "logit"]


class Context(NamedTuple):
    """A word as a context of another: its association with it, and the logit of the two."""

    word: str
    association: float
    logit: float


def contexts(
    vectors: Vectors, word: str, k: int = 10, by: Order = "association", restrict: int | None = None
) -> list[Context]:
    """Return the `k` contexts that a model expects most beside a word, the highest first.

    Args:
        vectors: of a model directory.
        word: the center word.
        k: how many contexts to give at most.
        by: what they are ordered by.
        restrict: take them from so many words, the most frequent ones; all if None.

    Raises:
        UnknownWordError: the word has no vector.
        QueryError: `by` is neither.
        ModelError: the vectors come from another program's file, which has no context vectors.
    """
    if by not in get_args(Order):
        raise QueryError(f"by must be one of {', '.join(get_args(Order))}, got {by!r}")
    ids = np.array([vectors.id(word)])
    found = {
        "association": associations(vectors, ids, restrict)[0],
        "logit": logits(vectors, model_of(vectors).table("center")[ids], restrict)[0],
    }
    best = np.argsort(-found[by], kind="stable")[: max(k, 0)]
    columns = (found[name][best].tolist() for name in ("association", "logit"))
    return [
        Context(model_of(vectors).contexts.words[id], *numbers)
        for id, *numbers in zip(best.tolist(), *columns, strict=True)
    ]


def associations(
    vectors: Vectors, ids: NDArray[np.intp], restrict: int | None
) -> NDArray[np.float32]:
    """Return the associations of [n] words with the contexts, [n, contexts] float32."""
    model = model_of(vectors)
    centers, table = model.table("center"), model.table("context")
    of_centers, of_contexts = (
        (vocabulary.counts / vocabulary.n_tokens).astype(np.float32)
        for vocabulary in (vectors.vocabulary, model.contexts)
    )
    centered = centers[ids] - of_centers @ centers
    # (u_c - u) . x = u_c . x - u . x, so that the table is not copied.
    found = centered @ table[:restrict].T - (centered @ (of_contexts @ table))[:, np.newaxis]
    return np.asarray(found, dtype=np.float32)


def logits(
    vectors: Vectors, centers: NDArray[np.float32], restrict: int | None
) -> NDArray[np.float32]:
    """Return the logits of [n, D] center vectors with the contexts, [n, contexts] float32."""
    model = model_of(vectors)
    found = centers @ model.table("context")[:restrict].T + model.context_offsets[:restrict]
    return np.asarray(found, dtype=np.float32)


def model_of(vectors: Vectors) -> Model:
    """Return the model directory of vectors, which alone has context vectors."""
    if vectors.model is None:
        raise ModelError("contexts are known only for a model directory, not for a file of vectors")
    return vectors.model
