"""Ask vectors questions: which words are near, which complete an analogy, which is the odd one.

Similarity is the cosine; a vector of zeros is at similarity 0 to every word. Nothing here copies
the table: it is read block by block from where it is mapped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, partial
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from w2v_cli.errors import ModelError, QueryError, UnknownWordError
from w2v_cli.vectors.expressions import Expression, Term
from w2v_cli.vectors.search import Exclusions, Highest, Search
from w2v_cli.vectors.store import Model
from w2v_cli.vocabulary import Vocabulary

LENGTH_ROWS = 1 << 13
"""Rows of the table whose lengths are taken at a time: 3 MB at 100 numbers each."""

Method = Literal["add", "mul"]

MUL_EPSILON = 1e-6
"""Keeps 3CosMul from dividing by zero; gensim's value."""


class Neighbor(NamedTuple):
    """A word and its cosine similarity, from -1 to 1."""

    word: str
    similarity: float


@dataclass(frozen=True, eq=False)
class Vectors:
    """Words and their vectors.

    `restrict`, wherever it is an argument, leaves only the so many most frequent words as answers;
    the words of a question can be any.

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

    def neighbors(self, word: str, k: int = 10, restrict: int | None = None) -> list[Neighbor]:
        """Return the `k` words nearest to `word` by cosine, nearest first, without itself.

        Raises:
            UnknownWordError: `word` has no vector.
        """
        return self.neighbors_of([word], k, restrict)[0]

    def neighbors_of(
        self, words: Sequence[str], k: int = 10, restrict: int | None = None
    ) -> list[list[Neighbor]]:
        """Return what `neighbors` returns for each of `words`, in blocked matrix products."""
        ids = np.array([self.id(word) for word in words], dtype=np.intp)
        asked = Exclusions(np.arange(len(ids)), ids)
        return self._answers(self.units(ids), asked, k, restrict)

    def nearest(
        self, queries: Sequence[Expression], k: int = 10, restrict: int | None = None
    ) -> list[list[Neighbor]]:
        """Return the `k` words nearest to each sum of words, without the words of the sum.

        The words' vectors count with length 1 each.

        Raises:
            UnknownWordError: a word of a query has no vector.
        """
        owners = np.array([n for n, query in enumerate(queries) for _ in query], dtype=np.intp)
        ids = np.array([self.id(term.word) for query in queries for term in query], dtype=np.intp)
        weights = np.array([term.weight for query in queries for term in query], dtype=np.float32)
        sums = np.zeros((len(queries), self.table.shape[1]), dtype=np.float32)
        np.add.at(sums, owners, weights[:, np.newaxis] * self.units(ids))
        return self._answers(unit(sums), Exclusions(owners, ids), k, restrict)

    def analogy(
        self,
        a: str,
        b: str,
        c: str,
        k: int = 10,
        method: Method = "add",
        restrict: int | None = None,
    ) -> list[Neighbor]:
        """Return the `k` words that are to `c` as `b` is to `a`, best first, without the three.

        With unit vectors, `add` (3CosAdd) ranks by the cosine with b - a + c, and `mul` (3CosMul)
        by s(b) s(c) / (s(a) + 1e-6), s = (1 + cosine) / 2; that score stands as `similarity`.

        Raises:
            UnknownWordError: a word has no vector.
            QueryError: `method` is neither.
        """
        if method not in get_args(Method):
            raise QueryError(f"method must be one of {', '.join(get_args(Method))}, got {method!r}")
        if method == "add":
            terms = [Term(1.0, b), Term(-1.0, a), Term(1.0, c)]
            return self.nearest([Expression(terms)], k, restrict)[0]
        ids = np.array([self.id(word) for word in (a, b, c)])
        near_a, near_b, near_c = (1 + self.cosines(self.units(ids), restrict)) / 2
        scores = near_b * near_c / (near_a + np.float32(MUL_EPSILON))
        scores[ids[ids < len(scores)]] = -np.inf
        best = np.argsort(-scores, kind="stable")[: max(k, 0)]
        best = best[scores[best] > -np.inf]
        return self._neighbors(Highest(best[np.newaxis], scores[np.newaxis, best]))[0]

    def similarity(self, first: str, second: str) -> float:
        """Return the cosine of two words; raise UnknownWordError if one has no vector."""
        one, other = self.units(np.array([self.id(first), self.id(second)]))
        return float(one @ other)

    def odd_one_out(self, words: Sequence[str]) -> list[Neighbor]:
        """Return `words` with their cosine to the mean of all, the odd one first.

        Each word counts with length 1 in the mean.

        Raises:
            UnknownWordError: a word has no vector.
            QueryError: there are fewer than three different words.
        """
        if len(set(words)) < 3:
            raise QueryError(f"at least three different words are needed, got {len(set(words))}")
        units = self.units(np.array([self.id(word) for word in words]))
        cosines = units @ unit(units.mean(axis=0, keepdims=True))[0]
        order = np.argsort(cosines, kind="stable").tolist()
        return [Neighbor(words[n], float(cosines[n])) for n in order]

    def highest(
        self,
        queries: NDArray[np.float32],
        excluded: Exclusions,
        k: int,
        restrict: int | None = None,
    ) -> Highest:
        """Return the `k` words of the highest cosines with each of [n, D] queries of length 1."""
        n_words = self.n_searched(restrict)
        search = Search(self.table[:n_words], self._inverse_lengths[:n_words], min(k, n_words))
        return search.highest(queries, excluded)

    def cosines(
        self, queries: NDArray[np.float32], restrict: int | None = None
    ) -> NDArray[np.float32]:
        """Return the cosines of [n, D] queries of length 1 with the words, [n, words] float32."""
        n_words = self.n_searched(restrict)
        return np.asarray((queries @ self.table[:n_words].T) * self._inverse_lengths[:n_words])

    def n_searched(self, restrict: int | None = None) -> int:
        """Return how many words `restrict` leaves."""
        return min(restrict or len(self), len(self))

    def units(self, ids: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return the vectors of words brought to length 1, [n, D] float32; zeros stay zeros."""
        return unit(self.table[ids])

    def n_words_seen(self, min_count: int) -> int:
        """Return how many words were seen at least `min_count` times; they are the first ones.

        Raises:
            QueryError: there is none, or the file does not tell counts, or not falling ones.
        """
        counts = self.vocabulary.counts
        if not counts[0] or (np.diff(counts) > 0).any():
            raise QueryError("min-count needs words by falling count, and this file has others")
        if counts[0] < min_count:
            raise QueryError(f"no word was seen {min_count:,} times; lower --min-count")
        return int(np.searchsorted(-counts, -min_count, side="right"))

    def why_missing(self, word: str) -> str:
        """Return that a word has no vector, and how often it was seen."""
        shown = repr(word) if len(word) < 100 else f"{word[:60]!r} and {len(word) - 60:,} more"
        message = f"{shown} has no vector"
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
        return message

    @cached_property
    def _inverse_lengths(self) -> NDArray[np.float32]:
        """[n_words] float32, 1 / length of each vector; 1 for a vector of zeros."""
        starts = range(0, len(self), LENGTH_ROWS)
        lengths = [_lengths(self.table[start : start + LENGTH_ROWS]) for start in starts]
        return np.reciprocal(np.concatenate(lengths))

    def _answers(
        self,
        queries: NDArray[np.float32],
        excluded: Exclusions,
        k: int,
        restrict: int | None,
    ) -> list[list[Neighbor]]:
        """Return the words that `highest` finds for each of [n, D] queries of length 1."""
        if k < 1:
            return [[] for _ in queries]
        return self._neighbors(self.highest(queries, excluded, k, restrict))

    def _neighbors(self, found: Highest) -> list[list[Neighbor]]:
        """Return words and similarities of each query."""
        k = found.ids.shape[1]
        words = map(self.vocabulary.words.__getitem__, found.ids.ravel().tolist())
        # Neighbor._make without its Python frame, for answers by the 100,000.
        make = partial(tuple.__new__, Neighbor)
        every = list(map(make, zip(words, found.cosines.ravel().tolist(), strict=True)))
        n_answers = np.count_nonzero(found.ids >= 0, axis=1).tolist()
        return [every[query * k : query * k + n] for query, n in enumerate(n_answers)]

    def _unknown(self, word: str) -> str:
        # difflib takes some 10 microseconds a word, and a near spelling has about the same length.
        candidates = [w for w in self.vocabulary.words if abs(len(w) - len(word)) < 3]
        near = get_close_matches(word, candidates, n=5, cutoff=0.7)
        return self.why_missing(word) + (f"; near spellings: {', '.join(near)}" if near else "")


def unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return [n, D] rows brought to length 1; a row of zeros stays as it is."""
    return np.asarray(rows / _lengths(rows)[:, np.newaxis], dtype=np.float32)


def _lengths(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the length of each of [n, D] rows, 1 for a row of zeros.

    Raises:
        ModelError: a row holds a number that is not finite.
    """
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    if not np.isfinite(lengths).all():
        raise ModelError("a vector is not finite; `w2v verify` says whether the model is damaged")
    return np.asarray(np.where(lengths > 0, lengths, 1), dtype=np.float32)
