"""Weights of words in the vector of a sentence: the rarer the word, the more it counts."""

import numpy as np
from numpy.typing import NDArray

from w2v_cli.errors import ConfigError


def sentence_weights(counts: NDArray[np.int64], a: float) -> NDArray[np.float32]:
    """Return the weight of each word, [n_words] float32: a / (a + p), p its share of all words.

    This is the smooth inverse frequency of Arora, Liang and Ma, "A Simple but Tough-to-Beat
    Baseline for Sentence Embeddings" (ICLR 2017). The mean of a sentence's weighted vectors is its
    vector. The paper then takes the first principal component of all sentence vectors out of each
    of them; that depends on the sentences, so it is left to the program that has them.

    Args:
        counts: [n_words] int64, occurrences in the corpus, not all zero.
        a: above 0; the paper finds 1e-3 to 1e-4 best.

    Raises:
        ConfigError: `a` is not above 0, or no word was counted.

    >>> sentence_weights(np.array([900, 90, 10]), a=0.01).round(3)
    array([0.011, 0.1  , 0.5  ], dtype=float32)
    """
    if not 0 < a < np.inf:
        raise ConfigError(f"sif must be a number above 0, such as 1e-4, got {a:g}")
    if not counts.any():
        raise ConfigError("sif needs the counts of the words, which this file does not tell")
    return np.asarray(a / (a + counts / counts.sum()), dtype=np.float32)
