"""Purity and outliers of groups: by hand, as their definitions have them, and by chance."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from w2v_cli.errors import EvaluationError
from w2v_cli.vectors.evaluation import Evaluator
from w2v_cli.vectors.group_scores import score_groups
from w2v_cli.vectors.loading import load_vectors
from w2v_cli.vectors.queries import Vectors
from w2v_cli.vectors.scores import evaluate
from w2v_cli.vocabulary import Vocabulary


def vectors_of(table: np.ndarray) -> Vectors:
    """Return vectors of w0, w1, ..."""
    words = [f"w{id}" for id in range(len(table))]
    return Vectors(Vocabulary(words, np.ones(len(table), np.int64)), table.astype(np.float32))


def test_by_hand(tiny_model: Path) -> None:
    # Cosines of king: queen 0.96, apple 0.8, the 0.6; of queen: the 0.8, apple 0.6; of the: apple
    # 0. Nearest of king and queen is the other; of the it is queen (0.8), of apple it is king.
    groups = {"king": "royal", "queen": "royal", "the": "rest", "apple": "rest", "pear": "fruit"}
    found = score_groups(Evaluator(load_vectors(tiny_model)), groups, k=1)
    royal, rest = found.groups["royal"], found.groups["rest"]
    assert (royal.purity, rest.purity, found.total.purity) == (1, 0, 0.5)
    # One of the three other words is of the same group.
    assert royal.purity_by_chance == pytest.approx(1 / 3)
    # royal + the: sums of cosines 1.56, 1.76, 1.4; royal + apple: 1.76, 1.56, 1.4: both detected.
    assert (royal.n_outliers, royal.n_detected, royal.detected) == (2, 2, 1)
    # rest + king: the 0.6, apple 0.8, king 1.4; rest + queen alike: nothing detected.
    assert (rest.n_outliers, rest.n_detected, rest.detected_by_chance) == (2, 0, 1 / 3)
    assert (found.total.n_outliers, found.total.n_detected) == (4, 2)
    fruit = found.groups["fruit"]
    assert (fruit.n_words, fruit.n_scored, fruit.purity, fruit.detected) == (1, 0, None, None)
    assert found.missing == ["pear"]


@pytest.mark.parametrize("seed", range(3))
def test_scores_are_those_of_the_definitions(seed: int) -> None:
    random = np.random.default_rng(seed)
    table = random.normal(size=(40, 5))
    labels = random.integers(0, 6, size=40)
    groups = {f"w{id}": f"g{label}" for id, label in enumerate(labels)}
    found = score_groups(Evaluator(vectors_of(table)), groups, k=4)
    units = table / np.linalg.norm(table, axis=1, keepdims=True)
    cosines = units @ units.T
    for name, score in found.groups.items():
        inside = [id for id in range(40) if f"g{labels[id]}" == name]
        outside = [id for id in range(40) if id not in inside]
        shares = []
        for id in inside:
            order = [other for other in np.argsort(-cosines[id]) if other != id]
            nearest = order[: min(4, len(inside) - 1)]
            shares.append(np.mean([other in inside for other in nearest]))
        assert score.purity == pytest.approx(np.mean(shares))
        detected = 0
        for id in outside:
            together = [*inside, id]
            sums = cosines[np.ix_(together, together)].sum(axis=1) - 1
            detected += int(sums.argmin()) == len(inside)
        assert (score.n_outliers, score.n_detected) == (len(outside), detected)


def test_random_vectors_score_as_chance_does() -> None:
    groups = {f"w{id}": f"g{id % 8}" for id in range(800)}
    table = np.random.default_rng(1).normal(size=(800, 50))
    total = score_groups(Evaluator(vectors_of(table)), groups, k=10).total
    assert total.purity_by_chance == pytest.approx(99 / 799)
    assert total.purity == pytest.approx(99 / 799, abs=0.01)
    assert total.detected_by_chance == pytest.approx(1 / 101)
    assert total.detected == pytest.approx(1 / 101, abs=0.005)


def test_perfect_groups_score_1_with_more_neighbors_than_the_group_has() -> None:
    table = np.repeat(np.eye(4), 3, axis=0) + 0.01 * np.random.default_rng(2).normal(size=(12, 4))
    groups = {f"w{id}": f"g{id // 3}" for id in range(12)}
    total = score_groups(Evaluator(vectors_of(table)), groups, k=10).total
    assert (total.purity, total.detected) == (1, 1)


def test_groups_without_a_word_that_is_known_have_no_score(tiny_model: Path) -> None:
    found = score_groups(Evaluator(load_vectors(tiny_model)), {"x": "a", "y": "b"}, k=3)
    assert (found.total.n_words, found.total.n_scored) == (2, 0)
    assert (found.total.purity, found.total.detected) == (None, None)


def test_restrict_and_case_choose_the_words(make_model: Callable[..., Path]) -> None:
    words = ["Paris", "paris", "Rome", "fig"]
    model = make_model(words, [4, 3, 2, 1], np.eye(4), min_count=1)
    groups = {"PARIS": "city", "rome": "city", "fig": "fruit"}
    found = score_groups(Evaluator(load_vectors(model), 3, ignore_case=True), groups, k=3)
    assert (found.total.n_scored, found.missing) == (2, ["fig"])


def test_one_group_is_an_error_before_anything_is_computed(
    tiny_model: Path, tmp_path: Path
) -> None:
    (tmp_path / "groups.tsv").write_text("king\ta\nqueen\ta\n")
    with pytest.raises(EvaluationError, match=r"groups.tsv: holds only one group"):
        evaluate(tiny_model, groups=[tmp_path / "groups.tsv"])
