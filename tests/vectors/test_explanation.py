"""What two words share, by hand and as the definition has it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from w2v_cli.errors import ModelError, UnknownWordError
from w2v_cli.vectors.explanation import explain
from w2v_cli.vectors.loading import load_vectors

MakeModel = Callable[..., Path]


def test_by_hand(make_model: MakeModel) -> None:
    # Counts 2, 1, 1: the mean center vector is (2 * 2 + 4 + 4) / 4 = 3 and the mean context vector
    # (2 * 1 + 5 + 1) / 4 = 2. Centered: a -1, b 1, c 1; contexts -1, 3, -1.
    model = make_model(["a", "b", "c"], [2, 1, 1], [[2], [4], [4]], [[1], [5], [1]], min_count=1)
    found = explain(load_vectors(model), "b", "c", k=2)
    assert (found.words, found.counts) == (("b", "c"), (1, 1))
    assert found.similarity == pytest.approx(1)
    assert found.neighbors == [("a", 1, 1)]
    assert found.contexts == [("b", 3, 3), ("a", -1, -1)]
    assert explain(load_vectors(model), "a", "b", k=1).contexts == [("a", 1, -1)]


@pytest.mark.parametrize("seed", range(3))
def test_associations_are_doubly_centered_logits(make_model: MakeModel, seed: int) -> None:
    random = np.random.default_rng(seed)
    counts = np.sort(random.integers(1, 100, size=30))[::-1]
    center, context = random.normal(size=(30, 5)), random.normal(size=(30, 5))
    words = [f"w{id}" for id in range(30)]
    model = make_model(words, counts, center, context, min_count=1)
    # Whatever is added to a word's row or a context's column is lost in the centering.
    logits = center @ context.T + random.normal(size=30) + random.normal(size=(30, 1))
    shares = counts / counts.sum()
    centered = logits - shares @ logits
    centered -= (centered @ shares)[:, np.newaxis]
    lower = np.minimum(centered[3], centered[8])
    found = explain(load_vectors(model), "w3", "w8", k=6, restrict=20)
    best = np.argsort(-lower[:20])[:6]
    assert [shared.word for shared in found.contexts] == [f"w{id}" for id in best]
    np.testing.assert_allclose([s.first for s in found.contexts], centered[3, best], atol=1e-5)
    np.testing.assert_allclose([s.second for s in found.contexts], centered[8, best], atol=1e-5)


def test_neighbors_have_the_highest_lower_cosine(tiny_model: Path) -> None:
    found = explain(load_vectors(tiny_model), "king", "queen")
    # Lower cosines: the 0.6 (king), apple 0.6 (queen), café -0.8 (queen).
    assert [shared.word for shared in found.neighbors] == ["the", "apple", "café"]
    np.testing.assert_allclose(found.neighbors[1][1:], [0.8, 0.6], rtol=1e-6)


def test_what_has_no_contexts_cannot_be_explained(tiny_model: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownWordError, match="'pear' has no vector"):
        explain(load_vectors(tiny_model), "king", "pear")
    (tmp_path / "foreign.txt").write_text("2 2\na 1 0\nb 0 1\n")
    with pytest.raises(ModelError, match="contexts are known only for a model directory"):
        explain(load_vectors(tmp_path / "foreign.txt"), "a", "b")
