"""Turn an encoded corpus into (center, context) pairs, a chunk at a time.

A window never crosses the border of a sentence. A chunk is a sequence of whole sentences with about
10^5 tokens. All its pairs are made at once.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from w2v_cli.corpus.encoding import EncodedCorpus
from w2v_cli.corpus.windows import Windows

Ids = NDArray[np.int32]


class Pairs(NamedTuple):
    """Pairs of a chunk.

    Attributes:
        centers, contexts: [n_pairs] int32, ids.
        weights: [n_pairs] float32, by which their losses are multiplied; None if all are 1.
    """

    centers: Ids
    contexts: Ids
    weights: NDArray[np.float32] | None = None


class PairPlaces(NamedTuple):
    """Where center and context of each pair stand in a text, [n_pairs] int64 each."""

    centers: NDArray[np.int64]
    contexts: NDArray[np.int64]


def kept_tokens(
    corpus: EncodedCorpus,
    first: int,
    last: int,
    keep: NDArray[np.float64],
    random: np.random.Generator,
) -> tuple[Ids, NDArray[np.int64]]:
    """Subsample sentences `first` to `last` (exclusive).

    Args:
        corpus: the encoded text.
        first: first sentence.
        last: sentence after the last one.
        keep: [n_words] float64, probability to keep an occurrence of each word.
        random: decides which tokens are kept.

    Returns:
        The ids of the kept tokens, [n] int32, and the sentence of each, [n] int64.
    """
    bounds = corpus.starts[first : last + 1]
    ids = corpus.tokens(int(bounds[0]), int(bounds[-1]))
    kept = np.flatnonzero(random.random(len(ids), dtype=np.float32) < keep[ids])
    n_kept = np.diff(np.searchsorted(kept, bounds - bounds[0]))
    return ids[kept], np.repeat(np.arange(first, last), n_kept)


def weights_of_tokens(
    corpus: EncodedCorpus, sentences: NDArray[np.int64]
) -> NDArray[np.float32] | None:
    """Return the weight of each token's sentence, [n] float32; None if all weights are 1."""
    return None if corpus.weights is None else np.asarray(corpus.weights[sentences])


def pair_places(
    sentences: NDArray[np.int64], windows: Windows, random: np.random.Generator
) -> PairPlaces:
    """Return the pairs of each center with all contexts in its window.

    Args:
        sentences: [n] int64, the sentence of each token, in rising order. A pair never crosses a
            sentence border.
        windows: which tokens are the contexts of a center.
        random: draws the radii.
    """
    before, after = windows.reach(sentences, random)
    none = np.zeros(0, dtype=np.int64)
    centers, contexts = [none], [none]
    farthest = max(before.max(initial=0), after.max(initial=0))
    for distance in range(1, int(farthest) + 1):
        forward, backward = np.flatnonzero(after >= distance), np.flatnonzero(before >= distance)
        centers += [forward, backward]
        contexts += [forward + distance, backward - distance]
    return PairPlaces(np.concatenate(centers), np.concatenate(contexts))


def chunk_pairs(
    corpus: EncodedCorpus,
    first: int,
    last: int,
    keep: NDArray[np.float64],
    windows: Windows,
    random: np.random.Generator,
) -> Pairs:
    """Return the pairs of sentences `first` to `last` (exclusive), subsampled and shuffled.

    The arguments are those of `kept_tokens` and `pair_places`.
    """
    ids, sentences = kept_tokens(corpus, first, last, keep, random)
    centers, contexts = pair_places(sentences, windows, random)
    order = random.permutation(len(centers))
    centers, contexts = centers[order], contexts[order]
    weights = weights_of_tokens(corpus, sentences)
    if weights is not None:
        weights = weights[centers]
    if windows.kind == "weighted":
        by_distance = windows.weights(contexts - centers)
        weights = by_distance if weights is None else weights * by_distance
    return Pairs(ids[centers], ids[contexts], weights)
