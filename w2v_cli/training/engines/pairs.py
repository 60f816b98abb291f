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
    """Centers and contexts, [n_pairs] int32 each."""

    centers: Ids
    contexts: Ids


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


def skip_grams(
    ids: Ids, sentences: NDArray[np.int64], windows: Windows, random: np.random.Generator
) -> Pairs:
    """Return the pairs of each center with all contexts in its window.

    Args:
        ids: [n] int32, tokens.
        sentences: [n] int64, the sentence of each token, in rising order. A pair never crosses a
            sentence border.
        windows: which tokens are the contexts of a center.
        random: draws the radii.
    """
    before, after = windows.reach(sentences, random)
    centers, contexts = [], []
    farthest = max(before.max(initial=0), after.max(initial=0))
    for distance in range(1, int(farthest) + 1):
        forward, backward = np.flatnonzero(after >= distance), np.flatnonzero(before >= distance)
        centers += [forward, backward]
        contexts += [forward + distance, backward - distance]
    if not centers:
        return Pairs(ids[:0], ids[:0])
    return Pairs(ids[np.concatenate(centers)], ids[np.concatenate(contexts)])


def chunk_pairs(
    corpus: EncodedCorpus,
    first: int,
    last: int,
    keep: NDArray[np.float64],
    windows: Windows,
    random: np.random.Generator,
) -> Pairs:
    """Return the pairs of sentences `first` to `last` (exclusive), subsampled and shuffled.

    The arguments are those of `kept_tokens` and `skip_grams`.
    """
    ids, sentences = kept_tokens(corpus, first, last, keep, random)
    centers, contexts = skip_grams(ids, sentences, windows, random)
    order = random.permutation(len(centers))
    return Pairs(centers[order], contexts[order])
