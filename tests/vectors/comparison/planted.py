"""Vectors of several models with a known difference, made without training."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from w2v_cli.vectors.queries import Vectors
from w2v_cli.vocabulary import Vocabulary


def vectors_of(
    words: Sequence[str], table: ArrayLike, counts: Sequence[int] | None = None
) -> Vectors:
    """Return vectors of some words; without counts, as of another program's file."""
    seen = [0] * len(words) if counts is None else counts
    return Vectors(
        Vocabulary(list(words), np.array(seen, dtype=np.int64)),
        np.array(table, dtype=np.float32),
    )


def random_rotation(dimension: int, random: np.random.Generator) -> NDArray[np.float64]:
    rotation: NDArray[np.float64] = np.linalg.qr(random.normal(size=(dimension, dimension)))[0]
    return rotation


class PlantedRuns:
    """Runs on one text: words in groups, seen in a space of each run's own, and noisily.

    The noise of a word is larger if the word is rare, as in training.
    """

    def __init__(self, n_words: int = 1200, dimension: int = 20) -> None:
        random = np.random.default_rng(0)
        self.words = [f"w{id}" for id in range(n_words)]
        self.counts = (60_000 / (np.arange(n_words) + 3)).astype(int) + 5
        self.centers = random.normal(size=(40, dimension))
        self.groups = random.integers(0, 40, n_words)
        self.own = random.normal(size=(n_words, dimension))

    def run(self, seed: int, moved: dict[int, int] | None = None) -> Vectors:
        """Return the vectors of a run, in which some words, by id, are of other groups."""
        random = np.random.default_rng(seed)
        groups = self.groups.copy()
        for id, group in (moved or {}).items():
            groups[id] = group
        noise = random.normal(size=self.own.shape) * (8 / np.sqrt(self.counts))[:, np.newaxis]
        table = self.centers[groups] + 0.6 * self.own + noise
        rotation = random_rotation(table.shape[1], random)
        return vectors_of(self.words, table @ rotation, self.counts.tolist())
