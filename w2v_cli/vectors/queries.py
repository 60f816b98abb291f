"""Ask vectors questions: which words are near, which complete an analogy, which is the odd one.

Similarity is the cosine; a vector of zeros is at similarity 0 to every word. Nothing here copies
the table: it is read block by block from where it is mapped.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from itertools import product
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from w2v_cli.corpus.vocabulary import Vocabulary
from w2v_cli.errors import ModelError, QueryError, UnknownWordError
from w2v_cli.vectors.expressions import Expression, Term
from w2v_cli.vectors.store import Model

BLOCK_ROWS = 1 << 13
"""Rows of the table in one product: 3 MB at 100 numbers each, what a core's cache can hold."""

BLOCK_COSINES = 1 << 23
"""Cosines held at a time, 32 MB, whatever the length of a batch and the number of words."""

BLOCK_WORDS = 1 << 17
"""Words in one block of cosines at most, so that one pass over the table serves many queries."""

GROUPS = 64
"""Into how many parts a row of scores is folded to bound its k-th largest."""

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
        """Return what `neighbors` returns for each of `words`, in one blocked matrix product."""
        return self.nearest([Expression.of(word) for word in words], k, restrict)

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
        found: list[list[Neighbor]] = [[] for _ in queries]
        for block in self.cosine_blocks(unit(sums), restrict):
            block.leave_out(owners, ids)
            for query, cosines in enumerate(block.cosines, start=block.query):
                found[query] += self._best(cosines, k, block.word)
        # Sorting is stable: equally near words stay in the order of their ids.
        return [sorted(each, key=lambda near: -near.similarity)[:k] for each in found]

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
        return self._best(scores, k)

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

    def cosines(
        self, queries: NDArray[np.float32], restrict: int | None = None
    ) -> NDArray[np.float32]:
        """Return the cosines of [n, D] queries of length 1 with the words, [n, words] float32."""
        cosines = np.empty((len(queries), self.n_searched(restrict)), dtype=np.float32)
        for block in self.cosine_blocks(queries, restrict):
            rows, columns = block.cosines.shape
            cosines[block.query :, block.word :][:rows, :columns] = block.cosines
        return cosines

    def cosine_blocks(
        self, queries: NDArray[np.float32], restrict: int | None = None
    ) -> Iterator["Block"]:
        """Yield the cosines of [n, D] queries of length 1 with the words, in blocks of both.

        The words of one query come in rising order. A block may be changed, and holds until the
        next one is asked for.
        """
        n_words = self.n_searched(restrict)
        width = min(n_words, BLOCK_WORDS)
        height = max(1, min(len(queries), BLOCK_COSINES // width))
        # One buffer for all blocks: fresh memory for each would take as long as the products.
        buffer = np.empty((height, width), dtype=np.float32)
        for query, word in product(range(0, len(queries), height), range(0, n_words, width)):
            part = queries[query : query + height]
            cosines = buffer[: len(part), : n_words - word]
            for first in range(0, cosines.shape[1], BLOCK_ROWS):
                columns = cosines[:, first : first + BLOCK_ROWS]
                rows = slice(word + first, word + first + columns.shape[1])
                if len(part) == 1:
                    # BLAS wakes its threads for every product; where other programs keep the cores
                    # busy it waits for them, 8 ms a product that takes 0.1.
                    np.einsum("ij,j->i", self.table[rows], part[0], out=columns[0])
                else:
                    np.matmul(part, self.table[rows].T, out=columns)
                columns *= self._inverse_lengths[rows]
            yield Block(query, word, cosines)

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
        starts = range(0, len(self), BLOCK_ROWS)
        lengths = [_lengths(self.table[start : start + BLOCK_ROWS]) for start in starts]
        return np.reciprocal(np.concatenate(lengths))

    def _best(self, scores: NDArray[np.float32], k: int, first: int = 0) -> list[Neighbor]:
        """Return the `k` words of the highest of [n] scores, equal ones in the order of their ids.

        Args:
            scores: of the words from id `first` on; minus infinity for those that are left out.
            k: how many words at most.
            first: the id of the first word.
        """
        if k < 1:
            return []
        candidates = np.flatnonzero(scores >= _bound(scores, min(k, len(scores))))
        best = candidates[np.argsort(-scores[candidates], kind="stable")][:k]
        best = best[scores[best] > -np.inf]
        words = [self.vocabulary.words[id] for id in (first + best).tolist()]
        return list(map(Neighbor._make, zip(words, scores[best].tolist(), strict=True)))

    def _unknown(self, word: str) -> str:
        # difflib takes some 10 microseconds a word, and a near spelling has about the same length.
        candidates = [w for w in self.vocabulary.words if abs(len(w) - len(word)) < 3]
        near = get_close_matches(word, candidates, n=5, cutoff=0.7)
        return self.why_missing(word) + (f"; near spellings: {', '.join(near)}" if near else "")


class Block(NamedTuple):
    """Cosines of some queries with some words.

    Attributes:
        query, word: the first of each.
        cosines: [queries, words] float32.
    """

    query: int
    word: int
    cosines: NDArray[np.float32]

    def leave_out(self, queries: NDArray[np.intp], ids: NDArray[np.intp]) -> None:
        """Set the cosines of pairs of [n] queries and [n] words to minus infinity."""
        rows, columns = queries - self.query, ids - self.word
        height, width = self.cosines.shape
        inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        self.cosines[rows[inside], columns[inside]] = -np.inf


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


def _bound(scores: NDArray[np.float32], k: int) -> np.float32:
    """Return a number that is at most the `k`-th largest of [n] scores, and close to it.

    The k-th largest of the maxima of disjoint groups is one, and a fold finds the maxima at a
    fraction of the cost of a partition of all scores.
    """
    size = len(scores) // GROUPS
    if size > 2 * k:
        scores = scores[: size * GROUPS].reshape(GROUPS, size).max(axis=0)
    bound: np.float32 = np.partition(scores, -k)[-k]
    return bound
