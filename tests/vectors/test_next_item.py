"""The next item of a sequence: ranks by hand, as defined, and by chance."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from w2v_cli.vectors import next_item
from w2v_cli.vectors.evaluation import Evaluator
from w2v_cli.vectors.loading import load_vectors
from w2v_cli.vectors.next_item import score_sequences

MakeModel = Callable[..., Path]


def test_by_hand(tiny_model: Path) -> None:
    # After king: queen 0.96, apple 0.8, the 0.6, café -0.6; so apple has rank 2.
    evaluator = Evaluator(load_vectors(tiny_model))
    found = score_sequences(evaluator, [["king", "apple"]], k=1)
    assert found.cosine == (0, 1 / 2)
    assert score_sequences(evaluator, [["king", "apple"]], k=2).cosine == (1, 1 / 2)
    # By count after king: the 10, queen 5, café 4, apple 3.
    assert found.popularity == (0, 1 / 4)
    # Logits of (3, 4) with contexts the 1.5, queen -12, café 7, apple -3.7.
    assert found.logit == (0, 1 / 3)
    both = score_sequences(evaluator, [["king", "apple"], ["king", "queen"]], k=1)
    assert both.cosine == (0.5, 0.75)


def test_what_cannot_be_asked_is_left_out_and_counted(tiny_model: Path) -> None:
    sequences = [
        ["king", "apple"],
        ["pear", "king", "plum", "apple"],  # as the first: unknown items are passed over
        ["king", "queen", "king"],  # a repeat
        ["king"],
        ["pear", "king"],
        ["king", "pear"],
    ]
    found = score_sequences(Evaluator(load_vectors(tiny_model)), sequences, k=2)
    assert (found.n_sequences, found.n_scored, found.n_repeats) == (6, 2, 1)
    assert found.cosine == (1, 1 / 2)
    assert found.missing == ["pear", "plum"]


def test_nothing_to_ask_has_no_score(tiny_model: Path) -> None:
    found = score_sequences(Evaluator(load_vectors(tiny_model)), [["king"], ["x", "y"]], k=2)
    assert (found.n_scored, found.cosine, found.logit, found.popularity) == (0, None, None, None)


def test_vectors_of_other_programs_have_cosines_only(tmp_path: Path) -> None:
    (tmp_path / "foreign.txt").write_text("3 2\na 1 0\nb 0 1\nc 1 1\n")
    evaluator = Evaluator(load_vectors(tmp_path / "foreign.txt"))
    found = score_sequences(evaluator, [["a", "c"], ["a", "b"]], k=1)
    assert (found.cosine, found.logit, found.popularity) == ((0.5, 0.75), None, None)


@pytest.mark.parametrize("seed", range(3))
def test_ranks_are_those_of_the_definitions(
    make_model: MakeModel, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    random = np.random.default_rng(seed)
    counts = np.sort(random.integers(1, 100, size=30))[::-1]
    center, context = random.normal(size=(30, 4)), random.normal(size=(30, 4))
    settings = {"min_count": 1, "objective": "sampled_softmax"}
    model = make_model([f"w{id}" for id in range(30)], counts, center, context, **settings)
    sequences = [[f"w{id}" for id in random.permutation(30)[: 2 + n % 5]] for n in range(50)]
    units = center / np.linalg.norm(center, axis=1, keepdims=True)
    expected: dict[str, list[int]] = {"cosine": [], "logit": [], "popularity": []}
    for sequence in sequences:
        *history, item = (int(word[1:]) for word in sequence)
        scores = {
            "cosine": units @ units[history].mean(axis=0),
            "logit": np.mean([context @ center[id] for id in history], axis=0),
            "popularity": counts.astype(float),
        }
        for by, values in scores.items():
            order = [id for id in np.argsort(-values, kind="stable") if id not in history]
            expected[by].append(order.index(item) + 1)
    # So few scores at a time that the questions come in several blocks.
    monkeypatch.setattr(next_item, "BLOCK_SCORES", 30 * 7)
    found = score_sequences(Evaluator(load_vectors(model)), sequences, k=5)
    for by, ranks in expected.items():
        given = np.array(ranks)
        assert getattr(found, by) == pytest.approx(((given <= 5).mean(), (1 / given).mean()))


def test_restrict_leaves_fewer_answers(tiny_model: Path) -> None:
    # Among the, king and queen the nearest to king is queen, and apple is unknown.
    evaluator = Evaluator(load_vectors(tiny_model), restrict=3)
    found = score_sequences(evaluator, [["king", "the"], ["king", "apple"]], k=1)
    assert (found.n_scored, found.cosine, found.popularity) == (1, (0, 0.5), (1, 1))
    assert found.missing == ["apple"]
