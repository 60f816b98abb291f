"""Turn an encoded corpus into (center, context) pairs, a chunk at a time.

Assumes ids are ordered by falling count and that sentences never share a window. A chunk is a run
of whole sentences, some 10^5 tokens, and all its pairs are made at once.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from w2v_cli.corpus.encoding import EncodedCorpus

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
    """Subsample sentences `first` to `last` (exclusive); return ids and the sentence of each."""
    bounds = corpus.starts[first : last + 1]
    ids = corpus.tokens(int(bounds[0]), int(bounds[-1]))
    kept = np.flatnonzero(random.random(len(ids), dtype=np.float32) < keep[ids])
    n_kept = np.diff(np.searchsorted(kept, bounds - bounds[0]))
    return ids[kept], np.repeat(np.arange(first, last), n_kept)


def skip_grams(
    ids: Ids, sentences: NDArray[np.int64], window: int, random: np.random.Generator
) -> Pairs:
    """Return the pairs of every center with the words at most its radius away.

    Args:
        ids: [n] tokens.
        sentences: [n] the sentence of each token, rising; pairs never cross sentences.
        window: each center's radius is drawn uniformly from 1 to `window`.
    """
    radius = random.integers(1, window, size=len(ids), endpoint=True)
    left, right = [], []
    for distance in range(1, min(window, len(ids) - 1) + 1):
        together = sentences[distance:] == sentences[:-distance]
        # Whoever is the center, its radius decides: first the token on the left, then the right.
        forward = np.flatnonzero(together & (radius[:-distance] >= distance))
        backward = np.flatnonzero(together & (radius[distance:] >= distance))
        left += [forward, backward + distance]
        right += [forward + distance, backward]
    if not left:
        return Pairs(ids[:0], ids[:0])
    return Pairs(ids[np.concatenate(left)], ids[np.concatenate(right)])


def chunk_pairs(
    corpus: EncodedCorpus,
    first: int,
    last: int,
    keep: NDArray[np.float64],
    window: int,
    random: np.random.Generator,
) -> Pairs:
    """Return the pairs of sentences `first` to `last` (exclusive), subsampled and shuffled."""
    ids, sentences = kept_tokens(corpus, first, last, keep, random)
    centers, contexts = skip_grams(ids, sentences, window, random)
    order = random.permutation(len(centers))
    return Pairs(centers[order], contexts[order])
