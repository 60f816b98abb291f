"""The nearest words that several models have in common."""

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.vectors.comparison.planted import PlantedRuns, random_rotation, vectors_of
from w2v_cli.errors import ModelError, QueryError
from w2v_cli.vectors.comparison import neighborhoods
from w2v_cli.vectors.comparison.stability import stability, with_stability
from w2v_cli.vectors.expressions import read_expressions


def nearest_sets(table: NDArray[np.float32], k: int) -> list[set[int]]:
    """Return the ids of the `k` nearest words of each word, by sorting all cosines."""
    units = table / np.linalg.norm(table, axis=1, keepdims=True)
    cosines = units @ units.T
    np.fill_diagonal(cosines, -np.inf)
    return [set(row) for row in np.argsort(-cosines, axis=1, kind="stable")[:, :k].tolist()]


@pytest.mark.parametrize("n_models", [2, 3, 4])
@pytest.mark.parametrize("block", [32, 1000])
def test_the_overlap_is_the_mean_share_over_pairs_of_models(
    monkeypatch: pytest.MonkeyPatch, n_models: int, block: int
) -> None:
    monkeypatch.setattr(neighborhoods, "BLOCK_WORDS", block)
    random = np.random.default_rng(n_models)
    common = random.normal(size=(150, 6))
    tables = [
        (common + 0.4 * random.normal(size=common.shape)).astype(np.float32)
        for _ in range(n_models)
    ]
    words = [f"w{id}" for id in range(150)]
    found = stability([vectors_of(words, table) for table in tables], k=7)
    sets = [nearest_sets(table, 7) for table in tables]
    expected = [
        np.mean([len(a[id] & b[id]) / 7 for a, b in combinations(sets, 2)]) for id in range(150)
    ]
    np.testing.assert_allclose(found.overlaps, expected)
    assert 0.2 < found.overlaps.mean() < 0.9


def test_rotated_models_agree_wholly_and_unrelated_ones_by_chance() -> None:
    random = np.random.default_rng(5)
    table = random.normal(size=(400, 10))
    words = [f"w{id}" for id in range(400)]
    one = vectors_of(words, table)
    turned = vectors_of(words, table @ random_rotation(10, random))
    assert stability([one, turned], k=10).overlaps.mean() == pytest.approx(1, abs=0.01)
    unrelated = stability([one, vectors_of(words, random.normal(size=(400, 25)))], k=50)
    assert unrelated.by_chance == 50 / 399
    assert unrelated.overlaps.mean() == pytest.approx(50 / 399, abs=0.02)


def test_rare_words_are_seen_to_be_less_stable() -> None:
    planted = PlantedRuns()
    found = stability([planted.run(seed) for seed in (1, 2, 3)])
    bands = found.bands()
    assert [band.ranks for band, _, _ in bands] == [
        "1 to 100", "101 to 300", "301 to 1,000", "1,001 to 1,200"
    ]  # fmt: skip
    means = [mean for _, mean, _ in bands]
    assert means[0] > means[1] > means[2] > means[3] > 5 * found.by_chance
    assert all(tenth <= mean for _, mean, tenth in bands)
    assert bands[0][0].counts == "20,005 to 593"


def test_words_of_one_model_alone_do_not_count() -> None:
    random = np.random.default_rng(6)
    table = random.normal(size=(60, 5))
    words = [f"w{id}" for id in range(60)]
    one = vectors_of([*words, "alone"], [*table, table[3]])
    found = stability([one, vectors_of(words[::-1], table[::-1])], k=3)
    assert found.shared.words == words
    assert (found.overlaps == 1).all()
    assert [len(stability([one, one], restrict=n).shared) for n in (2, 20, 999)] == [2, 20, 61]


@pytest.mark.parametrize(("n_words", "k"), [(2, 1), (3, 1), (20, 4), (100, 10)])
def test_few_words_have_few_nearest_ones(n_words: int, k: int) -> None:
    table = np.random.default_rng(7).normal(size=(n_words, 4))
    one = vectors_of([f"w{id}" for id in range(n_words)], table)
    found = stability([one, one], k=10)
    assert found.k == k
    assert (found.overlaps == 1).all()


def test_one_model_is_not_enough() -> None:
    one = vectors_of(["a", "b"], np.eye(2))
    with pytest.raises(QueryError, match="at least two models are needed, got 1"):
        stability([one])
    with pytest.raises(ModelError, match="share 0 words"):
        stability([one, vectors_of(["c", "d"], np.eye(2))])


def test_progress_ends_at_its_total() -> None:
    calls: list[tuple[int, int]] = []
    one = vectors_of([f"w{id}" for id in range(9)], np.eye(9))
    stability([one] * 3, progress=lambda done, total: calls.append((done, total)))
    assert calls == [(9, 27), (18, 27), (27, 27)]


def test_a_neighbor_is_as_stable_as_other_models_say() -> None:
    # 30 words in a row of angles: the 10 nearest of w0 are w1 to w10.
    angles = np.linspace(0, 1, 30)
    table = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    words = [f"w{id}" for id in range(30)]
    one = vectors_of(words, table)
    swapped = [*words[:2], "w20", *words[3:20], "w2", *words[21:]]
    others = [one, vectors_of(swapped, table), vectors_of(["x", "y"], table[:2])]
    queries = read_expressions(["w0"])
    answers = one.nearest(queries, k=3)
    (found,) = with_stability(queries, answers, others, 3, [None] * 3)
    assert [(near.word, near.stability) for near in found] == [("w1", 1), ("w2", 0.5), ("w3", 1)]
    assert [near[:2] for near in found] == answers[0]
    (unknown,) = with_stability(queries, answers, others[2:], 3, [None])
    assert [near.stability for near in unknown] == [None] * 3
    # Only the word that is searched among 2 can be found among them.
    (limited,) = with_stability(queries, answers, others[:1], 3, [2])
    assert [near.stability for near in limited] == [1, 0, 0]
