"""Look at the vectors of one model as a whole: lengths, cosines and hubs by frequency.

A hub is a word that is among the nearest words of very many others. How often a word is among the k
nearest ones of others is its k-occurrence; the skewness of this number over all words measures
hubness (Radovanović, Nanopoulos and Ivanović 2010).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from w2v_cli.errors import ModelError
from w2v_cli.vectors.comparison.frequency_bands import Band, frequency_bands
from w2v_cli.vectors.comparison.neighborhoods import (
    Progress,
    adding,
    nearest_words,
    no_progress,
    usable_k,
)
from w2v_cli.vectors.queries import Vectors

BLOCK_ROWS = 1 << 13


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """What the vectors of a model are like.

    `n` is the number of words that are looked at, the most frequent ones.

    Attributes:
        vectors: the model.
        lengths: [n] float64, length of each vector.
        bands: the words by frequency.
        band_means: [bands, D] float64, the mean of the vectors of each band, with length 1 each.
        k: how many nearest words of each word were looked at.
        occurrences: [n] int64, how many words have a word among their `k` nearest.
    """

    vectors: Vectors
    lengths: NDArray[np.float64]
    bands: list[Band]
    band_means: NDArray[np.float64]
    k: int
    occurrences: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def mean_cosine(self) -> float:
        """The mean cosine of two different words."""
        sizes = np.array([band.n_words for band in self.bands])
        return _mean_of_pairs(sizes @ self.band_means / sizes.sum(), self._n_directed(slice(None)))

    @cached_property
    def cosines_within(self) -> NDArray[np.float64]:
        """[bands] float64, the mean cosine of two different words of each band."""
        return np.array(
            [
                _mean_of_pairs(mean, self._n_directed(band.rows))
                for band, mean in zip(self.bands, self.band_means, strict=True)
            ]
        )

    @cached_property
    def cosines_across(self) -> NDArray[np.float64]:
        """[bands] float64, the mean cosine of a word of each band with one of another band.

        All other bands count alike. Not a number if there is one band.
        """
        products = self.band_means @ self.band_means.T
        others = products.sum(axis=1) - products.diagonal()
        with np.errstate(invalid="ignore"):
            return np.asarray(others / (len(self.bands) - 1))

    def skewness(self, rows: slice = slice(None)) -> float:
        """Return the skewness of the k-occurrences of some words; 0 if all are equal."""
        return skewness(self.occurrences[rows])

    def _n_directed(self, rows: slice) -> tuple[int, int]:
        """Return how many of some words there are, and how many have a direction, so no zeros."""
        lengths = self.lengths[rows]
        return len(lengths), int(np.count_nonzero(lengths))


def diagnose(
    vectors: Vectors, restrict: int | None = None, progress: Progress = no_progress
) -> Diagnosis:
    """Measure the vectors of a model.

    Args:
        vectors: at least two words.
        restrict: look only at so many words, the most frequent ones.
        progress: see `Progress`.

    Raises:
        ModelError: there is only one word, or a number is not finite.
    """
    n = vectors.n_searched(restrict)
    if n < 2:
        raise ModelError("one vector alone has nothing to be compared with; at least 2 are needed")
    units = vectors.units(np.arange(n))
    bands = frequency_bands(vectors.vocabulary.counts[:n])
    k = usable_k(10, n)
    occurrences = np.zeros(n, dtype=np.int64)
    for ids in nearest_words(units, k, adding(progress, n)):
        occurrences += np.bincount(ids.ravel(), minlength=n)
    return Diagnosis(
        vectors=vectors,
        lengths=np.concatenate([_lengths(vectors.table[rows]) for rows in _blocks(n)]),
        bands=bands,
        band_means=np.stack([units[band.rows].mean(axis=0, dtype=np.float64) for band in bands]),
        k=k,
        occurrences=occurrences,
    )


def skewness(values: NDArray[np.int64]) -> float:
    """Return the third standardized moment of [n] values; 0 if all are equal.

    >>> skewness(np.array([1, 1, 1, 5]))
    1.1547005383792515
    """
    deviations = values - values.mean()
    variance = float((deviations**2).mean())
    return float((deviations**3).mean() / variance**1.5) if variance else 0.0


def _mean_of_pairs(mean: NDArray[np.float64], n: tuple[int, int]) -> float:
    """Return the mean cosine of two different words from the mean of their unit vectors.

    Args:
        mean: [D] float64.
        n: how many words there are, and how many of them are no zeros.
    """
    # The squared length of the sum has each pair twice, and 1 for each word with itself.
    n_words, n_directed = n
    return float((n_words**2 * (mean @ mean) - n_directed) / max(n_words * (n_words - 1), 1))


def _lengths(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    wide = rows.astype(np.float64)
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", wide, wide)))


def _blocks(n: int) -> list[slice]:
    return [slice(start, min(start + BLOCK_ROWS, n)) for start in range(0, n, BLOCK_ROWS)]
