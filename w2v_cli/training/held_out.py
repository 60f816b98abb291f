"""Choose the pairs on which a model is scored.

In: an encoded text that is not trained on. Out: some of its pairs, the same in every evaluation of
a run. They are made as in training: subsampling drops words, and each center has a radius of its
own.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from w2v_cli.corpus.encoding import EncodedCorpus
from w2v_cli.corpus.windows import Windows
from w2v_cli.errors import CorpusError
from w2v_cli.training.engines.pairs import pair_places
from w2v_cli.training.randomness import Purpose, generator

MOST_TOKENS = 1 << 18
"""Greatest number of words of the text that pairs are made of, before subsampling."""

MOST_PAIRS = 20_000
MOST_LOGITS = 1 << 25
"""Greatest number of logits of the full softmax: distinct center words times vocabulary.

They take about a tenth of a second. So scoring stays below 2 % of a run, and the sample is smaller
where the vocabulary is larger."""

LEAST_CENTERS = 512
"""A sample has so many distinct center words, however large the vocabulary is."""


@dataclass(frozen=True, eq=False)
class HeldOutPairs:
    """Pairs of a text that is not trained on.

    Attributes:
        centers: [n_pairs] int32.
        contexts: [n_pairs] int32.
        lines: [n_pairs] int64, number of the line of each pair.
    """

    centers: NDArray[np.int32]
    contexts: NDArray[np.int32]
    lines: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.centers)

    @cached_property
    def distinct_centers(self) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
        """The distinct center words, and for each pair the place of its center among them."""
        return np.unique(self.centers, return_inverse=True)


def draw_pairs(
    corpus: EncodedCorpus, keep: NDArray[np.float64], windows: Windows, seed: int
) -> HeldOutPairs:
    """Draw the pairs of a held-out text.

    Centers are drawn, and each of them comes with all its contexts.

    Args:
        corpus: the text.
        keep: [n_words] float64, probability to keep an occurrence of each word.
        windows: which words are the contexts of a center.
        seed: the seed of the run.

    Raises:
        CorpusError: the text has no pairs.
    """
    random = generator(seed, Purpose.HELD_OUT_PAIRS)
    order = random.permutation(corpus.n_sentences)
    passed = np.cumsum(np.diff(corpus.starts)[order])
    chosen = np.sort(order[: np.searchsorted(passed, MOST_TOKENS) + 1])
    parts = [corpus.ids[corpus.starts[line] : corpus.starts[line + 1]] for line in chosen]
    ids = np.concatenate(parts)
    lines = np.repeat(chosen, [len(part) for part in parts])
    kept = random.random(len(ids), dtype=np.float32) < keep[ids]
    ids, lines = ids[kept], lines[kept]
    # By places, because two equal words are different centers.
    places = pair_places(lines, windows.with_weights_of_1, random)
    rank = random.permutation(len(ids))[places.centers]
    first = np.argsort(rank, kind="stable")[:MOST_PAIRS]
    first = first[: _most_pairs(ids[places.centers[first]], len(keep))]
    if not len(first):
        raise CorpusError(
            "the held-out text has no pairs; it needs lines of two words that have vectors"
        )
    centers = places.centers[first]
    return HeldOutPairs(ids[centers], ids[places.contexts[first]], lines[centers])


def _most_pairs(centers: NDArray[np.int32], n_words: int) -> int:
    """Return how many of the first pairs have no more distinct centers than may be."""
    most = max(LEAST_CENTERS, MOST_LOGITS // n_words)
    first_uses = np.sort(np.unique(centers, return_index=True)[1])
    return int(first_uses[most]) if len(first_uses) > most else len(centers)
