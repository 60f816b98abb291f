"""Figures of a model's vectors by frequency, and what each planted fault makes of them."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from tests.vectors.comparison.planted import PlantedRuns, vectors_of
from w2v_cli.errors import ModelError
from w2v_cli.vectors.comparison import diagnosis, findings
from w2v_cli.vectors.comparison.diagnosis import diagnose
from w2v_cli.vectors.comparison.findings import Finding
from w2v_cli.vectors.queries import Vectors

PLANTED = PlantedRuns()


def found_in(vectors: Vectors) -> dict[str, Finding]:
    return {each.name: each for each in findings.findings(diagnose(vectors))}


def with_table(change: Callable[[NDArray[np.float32]], object]) -> Vectors:
    """Return the vectors of a healthy run after something was done to its table."""
    vectors = PLANTED.run(1)
    change(vectors.table)
    return vectors


@pytest.mark.parametrize("block", [64, 5000])
def test_figures_are_those_of_all_pairs(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(diagnosis, "BLOCK_ROWS", block)
    vectors = PLANTED.run(3)
    vectors.table[7] = 0
    found = diagnose(vectors)
    table = vectors.table.astype(np.float64)
    lengths = np.linalg.norm(table, axis=1)
    np.testing.assert_allclose(found.lengths, lengths, rtol=1e-6)
    units = table / np.where(lengths, lengths, 1)[:, np.newaxis]
    cosines = units @ units.T
    off = ~np.eye(1200, dtype=bool)
    assert found.mean_cosine == pytest.approx(cosines[off].mean(), abs=1e-6)
    edges = [0, 100, 300, 1000, 1200]
    for number, (start, end) in enumerate(pairwise(edges)):
        rows = slice(start, end)
        within = cosines[rows, rows][off[rows, rows]].mean()
        assert found.cosines_within[number] == pytest.approx(within, abs=1e-6)
        across = [cosines[rows, a:b].mean() for a, b in pairwise(edges) if a != start]
        assert found.cosines_across[number] == pytest.approx(np.mean(across), abs=1e-6)
    np.fill_diagonal(cosines, -np.inf)
    nearest = np.argsort(-cosines, axis=1)[:, :10]
    occurrences = np.bincount(nearest.ravel(), minlength=1200)
    # Cosines that are equal but for rounding may come in another order.
    assert np.abs(found.occurrences - occurrences).sum() <= 20
    assert found.skewness() == pytest.approx(stats.skew(found.occurrences))
    assert found.skewness(slice(100, 300)) == pytest.approx(stats.skew(found.occurrences[100:300]))


def test_restrict_looks_at_the_first_words() -> None:
    found = diagnose(PLANTED.run(1), restrict=150)
    assert len(found) == found.bands[-1].last == 150
    assert found.occurrences.sum() == 150 * found.k


@pytest.mark.parametrize("n_words", [2, 3, 20, 101, 199, 200, 450])
@pytest.mark.parametrize("dimension", [2, 50])
def test_nothing_looks_wrong_with_healthy_vectors(n_words: int, dimension: int) -> None:
    for seed in range(5):
        random = np.random.default_rng(seed)
        groups = random.normal(size=(1 + n_words // 5, dimension))
        table = groups[random.integers(0, len(groups), n_words)]
        table = table + 0.3 * random.normal(size=table.shape)
        assert found_in(vectors_of([f"w{id}" for id in range(n_words)], table)) == {}


def test_nothing_looks_wrong_with_planted_runs() -> None:
    assert [found_in(PLANTED.run(seed)) for seed in range(3)] == [{}] * 3


def test_vectors_in_one_direction_are_found() -> None:
    def push(table: NDArray[np.float32]) -> None:
        table += 40

    found = found_in(with_table(push))
    assert found.keys() == {"cosines_near_1"}
    assert "the mean cosine of two words is 1.00" in found["cosines_near_1"].what
    assert "--epochs" in found["cosines_near_1"].remedy


def test_clusters_by_frequency_are_found() -> None:
    def push(table: NDArray[np.float32]) -> None:
        table[:100, 0] += 12
        table[1000:, 1] += 12

    found = found_in(with_table(push))
    assert found.keys() == {"frequency_clusters"}
    assert "for ranks 1 to 100" in found["frequency_clusters"].what
    assert found["frequency_clusters"].words == ["w0", "w1", "w2", "w3", "w4"]


def test_a_hub_is_found() -> None:
    # 40 dimensions, groups around one direction: the word in that direction is near all of them.
    random = np.random.default_rng(0)
    table = random.normal(size=(1000, 40)) + 1.0
    table[500] = 1.0
    found = found_in(vectors_of([f"w{id}" for id in range(1000)], table))
    assert found.keys() == {"hubs"}
    assert found["hubs"].words == ["w500"]
    assert "1 word is among the 10 nearest of very many others" in found["hubs"].what
    assert "--stop-words" in found["hubs"].remedy


def test_rows_that_say_nothing_are_found() -> None:
    def break_rows(table: NDArray[np.float32]) -> None:
        random = np.random.default_rng(0)
        table[[1150, 1160]] = 0
        # 20 numbers a vector: word2vec's start is uniform in -1/40 to 1/40.
        table[900:903] = random.uniform(-1 / 40, 1 / 40, size=(3, 20))
        table[[40, 700]] = table[3]

    found = found_in(with_table(break_rows))
    assert {name: each.words for name, each in found.items()} == {
        "zero_rows": ["w1150", "w1160"],
        "unmoved_rows": ["w900", "w901", "w902"],
        "equal_rows": ["w40", "w700"],
    }
    assert found["zero_rows"].what.startswith("2 words are without a direction")
    # Numbers uniform in +-1/40 have the mean square 1/4,800, and 20 of them the length 0.065.
    assert "random start, 0.065" in found["unmoved_rows"].what


def test_rows_are_looked_at_beyond_the_words_that_are_compared() -> None:
    vectors = PLANTED.run(1)
    vectors.table[1199] = 0
    assert [each.name for each in findings.findings(diagnose(vectors, restrict=50))] == [
        "zero_rows"
    ]


def test_an_untrained_table_is_found_and_a_normalized_one_is_not() -> None:
    table = np.random.default_rng(1).uniform(-0.005, 0.005, size=(300, 100))
    words = [f"w{id}" for id in range(300)]
    assert found_in(vectors_of(words, table)).keys() == {"unmoved_rows"}
    assert found_in(vectors_of(words, table / np.linalg.norm(table, axis=1)[:, None])) == {}


def test_equal_hashes_are_not_taken_for_equal_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    def constant(rows: NDArray[np.float32]) -> NDArray[np.uint64]:
        return np.zeros(len(rows), dtype=np.uint64)

    monkeypatch.setattr(findings, "_hashes", constant)
    assert found_in(PLANTED.run(1)) == {}


def test_one_word_cannot_be_diagnosed() -> None:
    with pytest.raises(ModelError, match="at least 2 are needed"):
        diagnose(vectors_of(["a"], [[1, 2]]))
