"""Ask vectors questions: which words are near, which rows belong to a word."""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from w2v_cli.corpus.vocabulary import Vocabulary
from w2v_cli.errors import ModelError, UnknownWordError
from w2v_cli.vectors.store import Model

BLOCK_ROWS = 1 << 14
"""Rows normalized at a time, so that a query's memory does not grow with the vocabulary."""


class Neighbor(NamedTuple):
    """A word and its cosine similarity, from -1 to 1."""

    word: str
    similarity: float


@dataclass(frozen=True, eq=False)
class Vectors:
    """Words and their vectors.

    Attributes:
        vocabulary: words by falling frequency; counts are 0 where they are not known.
        table: [n_words, D] float32, memory-mapped where it comes from a file.
        model: where the vectors come from; None for a file that another program wrote.
    """

    vocabulary: Vocabulary
    table: NDArray[np.float32]
    model: Model | None = None

    def __len__(self) -> int:
        return len(self.vocabulary)

    def __contains__(self, word: object) -> bool:
        return word in self.vocabulary.ids

    def __getitem__(self, word: str) -> NDArray[np.float32]:
        """Return a word's vector, [D] float32; raise UnknownWordError if it has none."""
        vector: NDArray[np.float32] = self.table[self.id(word)]
        return vector

    def id(self, word: str) -> int:
        """Return a word's row, or raise UnknownWordError with near spellings."""
        try:
            return self.vocabulary.ids[word]
        except KeyError:
            raise UnknownWordError(self._unknown(word)) from None

    def neighbors(self, word: str, k: int = 10) -> list[Neighbor]:
        """Return the `k` words nearest to `word` by cosine, nearest first, without itself."""
        return self.neighbors_of([word], k)[0]

    def neighbors_of(self, words: list[str], k: int = 10) -> list[list[Neighbor]]:
        """Return what `neighbors` returns for each of `words`, reading the table once."""
        ids = np.array([self.id(word) for word in words])
        similarities = self._similarities(unit(self.table[ids]))
        similarities[np.arange(len(ids)), ids] = -np.inf
        return [self._best(row, min(k, len(self) - 1)) for row in similarities]

    def _best(self, similarities: NDArray[np.float32], k: int) -> list[Neighbor]:
        """Return the `k` most similar words, equal ones in the order of their ids."""
        if k < 1:
            return []
        kth = np.partition(similarities, -k)[-k]
        candidates = np.flatnonzero(similarities >= kth)
        best = candidates[np.argsort(-similarities[candidates], kind="stable")][:k]
        return [Neighbor(self.vocabulary.words[id], float(similarities[id])) for id in best]

    def _similarities(self, queries: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the cosines of [n, D] unit-length queries with all words, [n, n_words]."""
        similarities = np.empty((len(queries), len(self)), dtype=np.float32)
        for start in range(0, len(self), BLOCK_ROWS):
            block = slice(start, start + BLOCK_ROWS)
            similarities[:, block] = queries @ unit(self.table[block]).T
        return similarities

    def _unknown(self, word: str) -> str:
        message = f"{word!r} has no vector"
        if self.model and (seen := self.model.rare_count(word)):
            run = self.model.manifest["config"]
            ways = ("vocab", "stop_words", "max_vocab")
            left_out = [f"--{way.replace('_', '-')}" for way in ways if run.get(way) is not None]
            rare = seen < run["min_count"] and run.get("vocab") is None
            why = (
                f"below --min-count {run['min_count']}"
                if rare
                else (f"left out by {' or '.join(left_out)}")
            )
            message += f", seen {seen:,} time{'s' * (seen > 1)}, {why}"
        # difflib takes some 10 microseconds a word, and a near spelling has about the same length.
        candidates = [w for w in self.vocabulary.words if abs(len(w) - len(word)) < 3]
        near = get_close_matches(word, candidates, n=5, cutoff=0.7)
        return message + (f"; near spellings: {', '.join(near)}" if near else "")


def unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return rows of length 1; a row of zeros stays as it is.

    Raises:
        ModelError: a row has no length, because a number in it is not finite or far too large.
    """
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    if not np.isfinite(lengths).all():
        raise ModelError("a vector is not finite; `w2v verify` says whether the model is damaged")
    return np.asarray(rows / np.where(lengths > 0, lengths, 1)[:, np.newaxis], dtype=np.float32)
