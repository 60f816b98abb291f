"""Score vectors against files of questions, in one call."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from w2v_cli.vectors.evaluation import AnalogyScores, Evaluator, PairScores
from w2v_cli.vectors.loading import load_vectors
from w2v_cli.vectors.queries import Vectors
from w2v_cli.vectors.questions import read_analogies, read_pairs


@dataclass(frozen=True)
class Scores:
    """What vectors score.

    Attributes:
        n_words: words that have a vector.
        n_searched: the most frequent of them, among which questions and answers are.
        pairs: file -> scores.
        analogies: file -> scores.
        n_in_other_case: missing words that are there in another case; 0 if case was ignored.
    """

    n_words: int
    n_searched: int
    pairs: dict[str, PairScores]
    analogies: dict[str, AnalogyScores]
    n_in_other_case: int


def evaluate(
    model: str | Path | Vectors = "w2v-model",
    *,
    pairs: Sequence[str | Path] = (),
    analogies: Sequence[str | Path] = (),
    kind: str = "center",
    restrict: int | None = None,
    ignore_case: bool = False,
) -> Scores:
    """Score vectors: correlation with people's word pairs, accuracy on analogies.

    Args:
        model: vectors, or what `load_vectors` opens.
        pairs: files of `word word score` lines.
        analogies: files of `a b c d` lines under `: section` lines.
        kind: which vectors of a path, as for `load_vectors`.
        restrict: ask about, and answer with, only so many words, the most frequent ones.
        ignore_case: take words that differ only by case for one.

    Raises:
        EvaluationError: a file cannot be read, before anything is computed.
        InputMissingError, ModelError: as `load_vectors`.
    """
    pair_files = {str(path): read_pairs(Path(path)) for path in pairs}
    analogy_files = {str(path): read_analogies(Path(path)) for path in analogies}
    vectors = model if isinstance(model, Vectors) else load_vectors(model, kind)
    evaluator = Evaluator(vectors, restrict, ignore_case)
    pair_scores = {path: evaluator.pairs(given) for path, given in pair_files.items()}
    analogy_scores = {path: evaluator.analogies(given) for path, given in analogy_files.items()}
    missing = {word for scores in pair_scores.values() for word in scores.missing}
    missing |= {word for scores in analogy_scores.values() for word in scores.missing}
    return Scores(
        n_words=len(vectors),
        n_searched=evaluator.n_words,
        pairs=pair_scores,
        analogies=analogy_scores,
        n_in_other_case=0 if ignore_case else evaluator.n_found_in_other_case(missing),
    )
