"""Score vectors against files of questions, in one call."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from w2v_cli.errors import ConfigError, EvaluationError
from w2v_cli.vectors.evaluation import AnalogyScores, Evaluator, PairScores
from w2v_cli.vectors.group_scores import GroupScores, score_groups
from w2v_cli.vectors.loading import load_vectors
from w2v_cli.vectors.next_item import SequenceScores, score_sequences
from w2v_cli.vectors.queries import Vectors
from w2v_cli.vectors.questions import read_analogies, read_groups, read_pairs, read_sequences


@dataclass(frozen=True)
class Scores:
    """What vectors score.

    Attributes:
        n_words: words that have a vector.
        n_searched: the most frequent of them, among which questions and answers are.
        pairs: file -> scores.
        analogies: file -> scores.
        groups: file -> scores.
        sequences: file -> scores.
        n_in_other_case: missing words that are there in another case; 0 if case was ignored.
    """

    n_words: int
    n_searched: int
    pairs: dict[str, PairScores]
    analogies: dict[str, AnalogyScores]
    groups: dict[str, GroupScores]
    sequences: dict[str, SequenceScores]
    n_in_other_case: int


def evaluate(
    model: str | Path | Vectors = "w2v-model",
    *,
    pairs: Sequence[str | Path] = (),
    analogies: Sequence[str | Path] = (),
    groups: Sequence[str | Path] = (),
    sequences: Sequence[str | Path] = (),
    k: int = 10,
    kind: str = "center",
    restrict: int | None = None,
    ignore_case: bool = False,
) -> Scores:
    """Score vectors on word pairs, analogies, groups of words and sequences of items.

    Args:
        model: vectors, or what `load_vectors` opens.
        pairs: files of `word word score` lines.
        analogies: files of `a b c d` lines under `: section` lines.
        groups: files of `word<TAB>group` lines.
        sequences: files with items between white space in each line, the last one to be found.
        k: nearest words that count for groups; answers that count as hits for sequences.
        kind: which vectors of a path, as for `load_vectors`.
        restrict: ask about, and answer with, only so many words, the most frequent ones.
        ignore_case: take words that differ only by case for one.

    Raises:
        EvaluationError: a file cannot be read, before anything is computed.
        ConfigError: `k` is below 1.
        InputMissingError, ModelError: as `load_vectors`.
    """
    if k < 1:
        raise ConfigError(f"k must be at least 1, got {k}")
    pair_files = {str(path): read_pairs(Path(path)) for path in pairs}
    analogy_files = {str(path): read_analogies(Path(path)) for path in analogies}
    group_files = {str(path): _read_several_groups(Path(path)) for path in groups}
    sequence_files = {str(path): read_sequences(Path(path)) for path in sequences}
    vectors = model if isinstance(model, Vectors) else load_vectors(model, kind)
    evaluator = Evaluator(vectors, restrict, ignore_case)
    pair_scores = {path: evaluator.pairs(given) for path, given in pair_files.items()}
    analogy_scores = {path: evaluator.analogies(given) for path, given in analogy_files.items()}
    group_scores = {path: score_groups(evaluator, given, k) for path, given in group_files.items()}
    sequence_scores = {
        path: score_sequences(evaluator, given, k) for path, given in sequence_files.items()
    }
    files = (pair_scores, analogy_scores, group_scores, sequence_scores)
    missing = {word for file in files for scores in file.values() for word in scores.missing}
    return Scores(
        n_words=len(vectors),
        n_searched=evaluator.n_words,
        pairs=pair_scores,
        analogies=analogy_scores,
        groups=group_scores,
        sequences=sequence_scores,
        n_in_other_case=0 if ignore_case else evaluator.n_found_in_other_case(missing),
    )


def _read_several_groups(path: Path) -> dict[str, str]:
    groups = read_groups(path)
    if len(set(groups.values())) == 1:
        raise EvaluationError(f"{path}: holds only one group, so there is nothing to compare")
    return groups
