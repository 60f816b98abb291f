"""Score vectors against files of word pairs and of analogies.

A question with a word that is not among those searched is left out of the score and counted beside
it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from w2v_cli.vectors.queries import Vectors, unit
from w2v_cli.vectors.questions import Analogy, Pair
from w2v_cli.vectors.search import Exclusions

BLOCK_QUESTIONS = 4096
"""Analogies whose vectors are held at a time."""

SYNTACTIC = "gram"
"""What the names of syntactic sections begin with."""


@dataclass(frozen=True)
class PairScores:
    """How well cosines follow people's scores.

    Attributes:
        spearman, pearson: correlations, from -1 to 1; None where one side does not vary.
        n_scored: pairs whose words are both among those searched.
        n_pairs: pairs of the file.
        missing: the words that are not.
    """

    spearman: float | None
    pearson: float | None
    n_scored: int
    n_pairs: int
    missing: list[str]


@dataclass(frozen=True)
class Section:
    """How many analogies of a section were solved.

    Attributes:
        n_correct: analogies whose best answer was the right one.
        n_asked: analogies whose four words are all among those searched.
        n_questions: analogies of the file.
    """

    n_correct: int
    n_asked: int
    n_questions: int

    @property
    def accuracy(self) -> float | None:
        """Share of the asked that were solved, from 0 to 1; None if none was asked."""
        return self.n_correct / self.n_asked if self.n_asked else None


@dataclass(frozen=True)
class AnalogyScores:
    """How many analogies were solved, section by section.

    Attributes:
        sections: by name, in the order of the file.
        missing: the words that are not among those searched.
    """

    sections: dict[str, Section]
    missing: list[str]

    @property
    def semantic(self) -> Section:
        """The sections whose name does not begin with `gram`."""
        return _sum(s for name, s in self.sections.items() if not name.startswith(SYNTACTIC))

    @property
    def syntactic(self) -> Section:
        """The sections whose name begins with `gram`."""
        return _sum(s for name, s in self.sections.items() if name.startswith(SYNTACTIC))

    @property
    def total(self) -> Section:
        """All sections."""
        return _sum(self.sections.values())


def _sum(sections: Iterable[Section]) -> Section:
    each = list(sections)
    return Section(
        sum(section.n_correct for section in each),
        sum(section.n_asked for section in each),
        sum(section.n_questions for section in each),
    )


@dataclass(frozen=True, eq=False)
class Evaluator:
    """Vectors, and which of their words questions are asked about.

    Attributes:
        vectors: what is scored.
        restrict: questions and answers are among so many words, the most frequent ones; all if
            None.
        ignore_case: whether words that differ only by case are one; the most frequent of them
            stands for all.
    """

    vectors: Vectors
    restrict: int | None = None
    ignore_case: bool = False

    @property
    def n_words(self) -> int:
        """How many words questions and answers are among."""
        return self.vectors.n_searched(self.restrict)

    def pairs(self, pairs: Sequence[Pair]) -> PairScores:
        """Correlate the cosines of word pairs with their scores."""
        known = [pair for pair in pairs if self._knows(pair[:2])]
        ids = self._ids_of([pair[:2] for pair in known], 2)
        first, second = (self.vectors.units(ids[:, side]).astype(np.float64) for side in (0, 1))
        cosines = np.einsum("ij,ij->i", first, second)
        scores = np.array([pair.score for pair in known])
        return PairScores(
            spearman=correlation(average_ranks(cosines), average_ranks(scores)),
            pearson=correlation(cosines, scores),
            n_scored=len(known),
            n_pairs=len(pairs),
            missing=self.missing(word for pair in pairs for word in pair[:2]),
        )

    def analogies(self, sections: Mapping[str, Sequence[Analogy]]) -> AnalogyScores:
        """Solve analogies by 3CosAdd; the words of a question are no answer to it."""
        known = {
            name: [analogy for analogy in analogies if self._knows(analogy)]
            for name, analogies in sections.items()
        }
        ids = self._ids_of([analogy for asked in known.values() for analogy in asked], 4)
        correct = iter(self._solve(ids[:, :3]) == ids[:, 3])
        return AnalogyScores(
            {
                name: Section(
                    sum(bool(next(correct)) for _ in asked), len(asked), len(sections[name])
                )
                for name, asked in known.items()
            },
            self.missing(word for each in sections.values() for a in each for word in a),
        )

    def n_found_in_other_case(self, words: Iterable[str]) -> int:
        """Return how many of `words` would be there if case were ignored."""
        known = {word.upper() for word in self.vectors.vocabulary.words[: self.n_words]}
        return sum(word.upper() in known for word in words)

    def id_of(self, word: str) -> int | None:
        """Return the id of a word's most frequent spelling, or None if it is not searched."""
        return self._ids.get(self._key(word))

    def missing(self, words: Iterable[str]) -> list[str]:
        """Return the different words that are not there, in the order they come."""
        return [word for word in dict.fromkeys(words) if not self._knows([word])]

    @cached_property
    def _ids(self) -> dict[str, int]:
        """Word as it is looked up -> id of its most frequent spelling."""
        words = self.vectors.vocabulary.words[: self.n_words]
        return {self._key(words[id]): id for id in reversed(range(len(words)))}

    @cached_property
    def _spellings(self) -> NDArray[np.intp]:
        """[n_words], for each word the id of its most frequent spelling."""
        words = self.vectors.vocabulary.words[: self.n_words]
        return np.array([self._ids[self._key(word)] for word in words], dtype=np.intp)

    @cached_property
    def _variants(self) -> dict[int, list[int]]:
        """Id of a most frequent spelling -> the ids of all spellings."""
        variants: dict[int, list[int]] = {}
        for id, spelling in enumerate(self._spellings.tolist()):
            variants.setdefault(spelling, []).append(id)
        return variants

    def _key(self, word: str) -> str:
        return word.upper() if self.ignore_case else word

    def _knows(self, words: Iterable[str]) -> bool:
        return all(self._key(word) in self._ids for word in words)

    def _ids_of(self, questions: Sequence[Sequence[str]], width: int) -> NDArray[np.intp]:
        """Return the ids of questions of `width` words each, [n, width]."""
        ids = [self._ids[self._key(word)] for question in questions for word in question]
        return np.array(ids, dtype=np.intp).reshape(-1, width)

    def _solve(self, questions: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the spelling nearest to b - a + c for [n, 3] ids a, b, c; -1 if there is none."""
        answers = [np.empty(0, dtype=np.intp)]
        for start in range(0, len(questions), BLOCK_QUESTIONS):
            answers.append(self._nearest(questions[start : start + BLOCK_QUESTIONS]))
        return np.concatenate(answers)

    def _nearest(self, questions: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return what `_solve` does, in one pass over the table."""
        a, b, c = (self.vectors.units(questions[:, place]) for place in range(3))
        asked = self._all_spellings(questions)
        found = self.vectors.highest(unit(b - a + c), asked, k=1, restrict=self.restrict)
        return np.where(found.ids >= 0, self._spellings[found.ids], -1)[:, 0]

    def _all_spellings(self, questions: NDArray[np.intp]) -> Exclusions:
        """Return which words are no answer to [n, 3] questions.

        With case ignored these are all spellings of the three words.
        """
        pairs = [
            (number, id)
            for number, words in enumerate(questions.tolist())
            for word in words
            for id in self._variants[word]
        ]
        return Exclusions(*np.array(pairs, dtype=np.intp).T)


def average_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the rank of each of [n] values from 1; equal values share the mean of their ranks.

    >>> average_ranks(np.array([0.5, 0.1, 0.5, 0.9])).tolist()
    [2.5, 1.0, 2.5, 4.0]
    """
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks: NDArray[np.float64] = (np.cumsum(counts) - (counts - 1) / 2)[places]
    return ranks


def correlation(x: NDArray[np.float64], y: NDArray[np.float64]) -> float | None:
    """Return Pearson's correlation of [n] numbers each, or None if one side does not vary."""
    if len(x) < 2 or not np.ptp(x) or not np.ptp(y):
        return None
    x, y = x - x.mean(), y - y.mean()
    return float(x @ y / np.sqrt((x @ x) * (y @ y)))
