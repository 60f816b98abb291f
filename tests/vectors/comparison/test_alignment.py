"""Orthogonal Procrustes brings the words of two models together and changes no cosine."""

import logging
from pathlib import Path

import numpy as np
import pytest

from tests.vectors.comparison.planted import random_rotation, vectors_of
from w2v_cli.errors import ConfigError, ModelError
from w2v_cli.vectors.comparison import alignment
from w2v_cli.vectors.comparison.alignment import align, rotated
from w2v_cli.vectors.comparison.reading import read_anchors
from w2v_cli.vectors.comparison.shared_words import shared_words
from w2v_cli.vectors.queries import unit

WORDS = [f"w{id}" for id in range(60)]


@pytest.mark.parametrize("seed", range(3))
def test_a_rotation_is_found_again(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alignment, "BLOCK_ROWS", 7)
    random = np.random.default_rng(seed)
    table, rotation = random.normal(size=(60, 8)), random_rotation(8, random)
    one, other = vectors_of(WORDS, table), vectors_of(WORDS, table @ rotation)
    found = align(shared_words([one, other]))
    np.testing.assert_allclose(found.rotation, rotation, atol=1e-6)
    assert found.residual == pytest.approx(0, abs=1e-3)
    assert found.mean_cosine == pytest.approx(1)
    assert (found.n_anchors, found.n_shared, found.mean_cosine_of_others) == (60, 60, None)
    np.testing.assert_allclose(rotated(one, found.rotation).table, other.table, atol=1e-5)


def test_no_other_rotation_leaves_a_smaller_residual() -> None:
    random = np.random.default_rng(1)
    one, other = random.normal(size=(2, 60, 5))
    shared = shared_words([vectors_of(WORDS, one), vectors_of(WORDS, other)])
    found = align(shared)
    x, y = shared.units(0), shared.units(1)
    np.testing.assert_allclose(found.rotation @ found.rotation.T, np.eye(5), atol=1e-12)
    residual = np.linalg.norm(x @ found.rotation - y) / np.linalg.norm(y)
    assert found.residual == pytest.approx(residual, rel=1e-6)
    for _ in range(50):
        assert residual < np.linalg.norm(x @ random_rotation(5, random) - y) / np.linalg.norm(y)


def test_only_shared_words_count_and_all_words_are_turned() -> None:
    # b and c are turned by a right angle; a has no counterpart.
    one = vectors_of(["a", "b", "c"], [[3, 3], [1, 0], [0, 2]])
    other = vectors_of(["c", "d", "b"], [[-1, 0], [5, 5], [0, 7]])
    found = align(shared_words([one, other]))
    assert found.n_shared == 2
    np.testing.assert_allclose(rotated(one, found.rotation).table, [[-3, 3], [0, 1], [-2, 0]])


def test_long_vectors_do_not_decide_alone() -> None:
    random = np.random.default_rng(2)
    table, rotation = random.normal(size=(60, 6)), random_rotation(6, random)
    other = table @ rotation
    other[0] = 1e6 * random.normal(size=6)
    found = align(shared_words([vectors_of(WORDS, table), vectors_of(WORDS, other)]))
    assert found.mean_cosine > 0.95


def test_anchors_decide_and_the_other_words_are_reported(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    table, rotation = random.normal(size=(60, 4)), random_rotation(4, random)
    other = table @ rotation
    other[30:] = -other[30:]
    shared = shared_words([vectors_of(WORDS, table), vectors_of(WORDS, other)])
    (tmp_path / "anchors.txt").write_text("\ufeffw3\n" + "\n".join(WORDS[:30]) + "\n\n")
    found = align(shared, read_anchors(tmp_path / "anchors.txt", shared))
    assert (found.n_anchors, found.n_shared) == (30, 60)
    assert found.mean_cosine == pytest.approx(1)
    assert found.mean_cosine_of_others == pytest.approx(-1)


def test_anchors_that_are_not_shared_are_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shared = shared_words([vectors_of(WORDS, np.eye(60))] * 2)
    path = tmp_path / "anchors.txt"
    path.write_text("w1\nxyz\nw2\nabc\n")
    assert read_anchors(path, shared).tolist() == [1, 2]
    assert "not in both models: 2 of the words: 'xyz', 'abc'" in caplog.text
    path.write_text("xyz\n")
    with pytest.raises(ConfigError, match=r"anchors.txt: none of its 1 words is in both models"):
        read_anchors(path, shared)
    path.write_bytes(b"w1\ncaf\xe9\n")
    with pytest.raises(ConfigError, match=r"anchors.txt: not valid UTF-8 at byte 6"):
        read_anchors(path, shared)


def test_too_few_words_for_a_rotation_are_told(caplog: pytest.LogCaptureFixture) -> None:
    one = vectors_of(["a", "b"], [[1, 0, 0], [0, 1, 0]])
    with caplog.at_level(logging.WARNING):
        align(shared_words([one, one]))
    assert "2 words are too few for vectors of 3 numbers" in caplog.text


def test_a_vector_of_zeros_agrees_with_nothing() -> None:
    one = vectors_of(["a", "b", "c"], [[1, 0], [0, 1], [0, 0]])
    found = align(shared_words([one, one]))
    assert found.residual == pytest.approx(0, abs=1e-6)
    assert found.mean_cosine == pytest.approx(2 / 3)
    assert np.isfinite(unit(rotated(one, found.rotation).table)).all()


def test_models_that_cannot_be_aligned_are_refused() -> None:
    one = vectors_of(["a", "b"], [[1, 0], [0, 1]])
    with pytest.raises(ModelError, match="of 2 numbers and the second of 3"):
        align(shared_words([one, vectors_of(["a", "b"], np.eye(3)[:2])]))
    with pytest.raises(ModelError, match="share 0 words and at least 2 are needed"):
        shared_words([one, vectors_of(["c", "d"], np.eye(2))])
    with pytest.raises(ModelError, match="share 1 word and at least 2"):
        shared_words([one, vectors_of(["b", "d"], np.eye(2))])
