"""Words that changed are told from words that are only rare, by what null models show."""

import numpy as np
import pytest

from tests.vectors.comparison.planted import PlantedRuns, vectors_of
from w2v_cli.errors import ModelError, QueryError
from w2v_cli.vectors.comparison.differences import Differences, differences
from w2v_cli.vectors.comparison.null_bands import NullBands
from w2v_cli.vectors.queries import Vectors

PLANTED = PlantedRuns()
MOVED = 30
GROUP = (int(PLANTED.groups[MOVED]) + 1) % 40


@pytest.fixture(scope="module")
def null() -> list[Vectors]:
    return [PLANTED.run(seed) for seed in (11, 12, 13)]


def first_words(found: Differences, n: int) -> list[str]:
    return [found.compared.shared.words[place] for place in found.order[:n].tolist()]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_word_of_other_company_comes_first(null: list[Vectors], seed: int) -> None:
    one, other = PLANTED.run(seed), PLANTED.run(seed + 100, moved={MOVED: GROUP})
    found = differences(one, other, null)
    assert first_words(found, 1) == [f"w{MOVED}"]
    assert found.placement is not None
    assert found.placement.n_outside >= 1
    assert found.placement.cosines.percentile[MOVED] == 0
    assert found.placement.overlaps.percentile[MOVED] < 5
    assert found.placement.cosines.z[MOVED] < -4
    # Rare words have lower cosines than it without any change, so without a band it is not first.
    assert first_words(differences(one, other), 1) != [f"w{MOVED}"]


@pytest.mark.parametrize("seed", [1, 2])
def test_between_runs_without_a_change_next_to_nothing_is_outside(
    null: list[Vectors], seed: int
) -> None:
    found = differences(PLANTED.run(seed), PLANTED.run(seed + 100), null).placement
    assert found is not None
    assert (found.n_pairs, found.n_words) == (3, 180)  # a twentieth of 3 x 1,200 words
    assert found.n_by_chance == pytest.approx(1 / 3, abs=0.01)
    assert found.n_outside <= 3
    assert found.cosines.percentile.mean() == pytest.approx(50, abs=5)
    assert abs(found.cosines.z.mean()) < 0.2


def test_the_word_is_found_without_counts_too(null: list[Vectors]) -> None:
    def uncounted(vectors: Vectors) -> Vectors:
        return vectors_of(vectors.vocabulary.words, vectors.table)

    other = PLANTED.run(2, moved={MOVED: GROUP})
    found = differences(
        uncounted(PLANTED.run(1)), uncounted(other), [uncounted(each) for each in null]
    )
    assert first_words(found, 1) == [f"w{MOVED}"]
    assert found.compared.counts.max() == 0


def test_new_and_lost_words_are_listed_by_frequency() -> None:
    table = np.random.default_rng(0).normal(size=(5, 3))
    one = vectors_of(["a", "b", "c", "d", "e"], table, [9, 8, 7, 6, 5])
    other = vectors_of(["x", "b", "y", "e", "a"], table, [30, 20, 10, 6, 5])
    found = differences(one, other)
    assert found.new == [("x", 30), ("y", 10)]
    assert found.lost == [("c", 7), ("d", 6)]
    assert found.compared.shared.words == ["a", "b", "e"]
    assert found.compared.counts.tolist() == [[9, 8, 5], [5, 20, 6]]
    assert found.placement is None
    assert found.compared.frequencies(by_count=True).tolist() == [5, 8, 5]
    assert found.compared.frequencies(by_count=False).tolist() == [-4, -1, -4]


def test_a_model_does_not_differ_from_itself() -> None:
    one = PLANTED.run(1)
    found = differences(one, one)
    np.testing.assert_allclose(found.compared.cosines, 1, atol=1e-6)
    assert (found.compared.overlaps == 1).all()
    assert (found.new, found.lost, found.k) == ([], [], 100)
    assert found.overlap_by_chance == 100 / 1199


def test_two_words_can_be_compared() -> None:
    one = vectors_of(["a", "b"], [[1, 0], [0, 1]])
    found = differences(one, vectors_of(["b", "a"], [[1, 0], [0, 1]]), [one, one])
    np.testing.assert_allclose(found.compared.cosines, 1)
    assert found.placement is not None
    assert found.placement.n_outside == 0


def test_what_cannot_be_compared_is_refused() -> None:
    one = vectors_of(["a", "b"], np.eye(2))
    with pytest.raises(QueryError, match="name at least two"):
        differences(one, one, [one])
    with pytest.raises(ModelError, match="only vectors of the same dimension"):
        differences(one, vectors_of(["a", "b"], np.eye(3)[:2]))


@pytest.mark.parametrize("n", [30, 700])
def test_a_value_is_placed_among_values_of_its_frequency(n: int) -> None:
    random = np.random.default_rng(n)
    frequencies, values = random.permutation(n), random.normal(size=n)
    bands = NullBands(frequencies, values)
    assert bands.n_words == {30: 30, 700: 50}[n]
    asked = np.array([0, n // 2, 2 * n])
    placed = bands.place(asked, np.array([-1.0, 0.3, 9.0]))
    ordered = values[np.argsort(frequencies)]
    for number, (frequency, value) in enumerate(zip(asked, [-1.0, 0.3, 9.0], strict=True)):
        first = int(np.clip(frequency - bands.n_words // 2, 0, n - bands.n_words))
        band = ordered[first : first + bands.n_words]
        assert placed.z[number] == pytest.approx((value - band.mean()) / band.std())
        assert placed.percentile[number] == pytest.approx(100 * (band <= value).mean())
    assert placed.expected[2] == pytest.approx(3)


def test_what_is_usual_for_rare_words_is_unusual_for_frequent_ones() -> None:
    random = np.random.default_rng(1)
    frequencies = np.arange(1, 2001)
    values = 1 - np.abs(random.normal(size=2000)) / np.sqrt(frequencies)
    placed = NullBands(frequencies, values).place(np.array([5, 1900]), np.array([0.8, 0.8]))
    assert placed.percentile[0] > 10
    assert placed.percentile[1] == 0
    assert placed.z[1] < -5


def test_equal_null_models_make_every_difference_unusual() -> None:
    bands = NullBands(np.arange(60), np.ones(60))
    placed = bands.place(np.array([3, 4]), np.array([1.0, 0.9]))
    assert placed.z[0] == pytest.approx(0)
    assert placed.z[1] < -1000
    assert placed.z[1] < bands.lowest_z <= placed.z[0] + 1e-6
