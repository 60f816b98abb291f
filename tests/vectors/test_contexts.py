"""What a model expects beside a word, by hand and as the definition has it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from w2v_cli.errors import ModelError, QueryError, UnknownWordError
from w2v_cli.vectors.contexts import contexts
from w2v_cli.vectors.loading import load_vectors

MakeModel = Callable[..., Path]


@pytest.fixture
def model(make_model: MakeModel) -> Path:
    """Mean center vector (2 * 2 + 4 + 4) / 4 = 3, mean context vector (2 * 1 + 5 + 1) / 4 = 2.

    Biases 0.5, -18, 0.
    """
    return softmax_model(make_model)


def softmax_model(make_model: MakeModel, **settings: object) -> Path:
    settings = {"objective": "sampled_softmax", **settings}
    tables = [[2], [4], [4]], [[1], [5], [1]]
    path = make_model(["a", "b", "c"], [2, 1, 1], *tables, min_count=1, **settings)
    np.save(path / "context_biases.npy", np.array([0.5, -18, 0], dtype=np.float32))
    return path


def test_by_hand(model: Path) -> None:
    # Of b: associations (4 - 3) * (1 - 2, 5 - 2, 1 - 2), logits 4 * (1, 5, 1) + biases.
    vectors = load_vectors(model)
    assert contexts(vectors, "b") == [("b", 3, 2), ("a", -1, 4.5), ("c", -1, 4)]
    assert contexts(vectors, "b", by="logit") == [("a", -1, 4.5), ("c", -1, 4), ("b", 3, 2)]
    assert contexts(vectors, "b", k=1, by="logit", restrict=2) == [("a", -1, 4.5)]
    assert contexts(vectors, "b", restrict=1) == [("a", -1, 4.5)]


def test_logits_of_negative_sampling_contain_the_noise(model: Path, make_model: MakeModel) -> None:
    # Training fits v . u + b to log(p / q), so log q is missing to log p; noise count^0.5.
    expected = {each.word: each for each in contexts(load_vectors(model), "b")}
    path = softmax_model(make_model, objective="negative_sampling", noise_exponent=0.5)
    noise = np.sqrt([2, 1, 1]) / np.sqrt([2, 1, 1]).sum()
    for word, log_noise in zip("abc", np.log(noise), strict=True):
        (found,) = [each for each in contexts(load_vectors(path), "b") if each.word == word]
        assert found.association == expected[word].association
        assert found.logit == pytest.approx(expected[word].logit + log_noise)


def test_other_kinds_of_vectors_have_the_same_contexts(model: Path) -> None:
    assert contexts(load_vectors(model, "sum"), "b") == contexts(load_vectors(model), "b")


def test_what_cannot_be_answered_is_an_error(model: Path, tmp_path: Path) -> None:
    vectors = load_vectors(model)
    with pytest.raises(UnknownWordError, match="'pear' has no vector"):
        contexts(vectors, "pear")
    with pytest.raises(QueryError, match="by must be one of association, logit, got 'count'"):
        contexts(vectors, "b", by="count")  # type: ignore[arg-type]
    (tmp_path / "foreign.txt").write_text("2 2\na 1 0\nb 0 1\n")
    with pytest.raises(ModelError, match="contexts are known only for a model directory"):
        contexts(load_vectors(tmp_path / "foreign.txt"), "a")
