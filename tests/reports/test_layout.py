"""The layout: exact neighbors, the same places on every run, near words near each other."""

import os
import subprocess
import sys

import numpy as np
import pytest

from w2v_cli.errors import PictureError
from w2v_cli.reports.layout.exact import principal_axes
from w2v_cli.reports.layout.graph import attractions, nearest
from w2v_cli.reports.layout.layouts import lay_out
from w2v_cli.reports.layout.nearness import kept_neighbors, nearest_on_map
from w2v_cli.vectors.queries import Vectors
from w2v_cli.vectors.search import Highest
from w2v_cli.vocabulary import Vocabulary


def vectors_of(table: np.ndarray) -> Vectors:
    words = [f"w{number}" for number in range(len(table))]
    counts = np.arange(len(table), 0, -1)
    return Vectors(Vocabulary(words, counts), table.astype(np.float32))


def planted(n_groups: int, size: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Return [n_groups * size, 20] vectors around `n_groups` directions, and their groups."""
    random = np.random.default_rng(seed)
    of = random.permutation(np.repeat(np.arange(n_groups), size))
    return random.normal(size=(n_groups, 20))[of] + random.normal(size=(len(of), 20)) * 0.4, of


def quiet(done: int, total: int) -> None:
    pass


def places_of(table: np.ndarray, layout: str = "neighbors") -> np.ndarray:
    vectors = vectors_of(table)
    units = vectors.units(np.arange(len(vectors)))
    return lay_out(layout, units, nearest(vectors, 15), quiet)


def test_nearest_words_are_those_of_neighbors() -> None:
    vectors = vectors_of(np.random.default_rng(2).normal(size=(300, 20)))
    near = nearest(vectors, 15)
    for word in range(0, 300, 17):
        expected = vectors.neighbors(f"w{word}", 15)
        assert [f"w{id}" for id in near.ids[word]] == [each.word for each in expected]
        np.testing.assert_allclose(near.cosines[word], [each.similarity for each in expected], 1e-5)


def test_each_word_attracts_as_many_words_as_log2_of_k() -> None:
    cosines = np.array([[0.9, 0.8, 0.5, 0.1]] * 5, dtype=np.float32)
    ids = np.array([[other for other in range(5) if other != word] for word in range(5)])
    graph = attractions(Highest(ids, cosines))
    # All have the same distances, so one direction of weights w adds up to log2(4) = 2.
    directed = 1 - np.sqrt(1 - graph.weights[(graph.ends == 1) & (graph.weights > 0.999)])
    np.testing.assert_allclose(directed, 1, atol=0.01)
    assert graph.starts.tolist() == [0, 4, 8, 12, 16, 20]
    both = np.zeros((5, 5))
    both[np.repeat(np.arange(5), 4), graph.ends] = graph.weights
    np.testing.assert_array_equal(both, both.T)


@pytest.mark.parametrize("side", [4, 300, 65_535], ids=["many ties", "some ties", "few ties"])
def test_nearest_on_the_map_is_exact(side: int) -> None:
    places = np.random.default_rng(3).integers(0, side, (700, 2)).astype(np.uint16)
    whole = places.astype(np.int64)
    squares = ((whole[:, np.newaxis] - whole) ** 2).sum(axis=2)
    np.fill_diagonal(squares, np.iinfo(np.int64).max)
    expected = np.argsort(squares, axis=1, kind="stable")[:, :10]
    np.testing.assert_array_equal(nearest_on_map(places, 10), expected)


def test_kept_neighbors_are_counted_whatever_their_order() -> None:
    true, on_map = np.array([[1, 2, 3], [0, 2, 3]]), np.array([[3, 1, 9], [7, 8, 9]])
    assert kept_neighbors(true, on_map).tolist() == [2, 0]


def test_the_first_axis_is_that_of_the_greatest_variance() -> None:
    random = np.random.default_rng(4)
    table = random.normal(size=(500, 3)) * [0.1, 1.0, 0.3]
    vectors = vectors_of(table)
    units = vectors.units(np.arange(500))
    axes = principal_axes(units, 2)
    expected = np.linalg.svd(units - units.mean(axis=0), full_matrices=False)
    found = np.abs(np.corrcoef(axes[:, 0], expected[0][:, 0])[0, 1])
    assert found > 0.999
    assert axes[:, 0].std() > axes[:, 1].std()


def test_planted_groups_lie_apart() -> None:
    table, of = planted(n_groups=8, size=40)
    on_map = nearest_on_map(places_of(table), 10)
    same = (of[on_map] == of[:, np.newaxis]).mean()
    assert same > 0.95  # by chance: 39 / 319 = 0.12


def test_the_map_keeps_more_neighbors_than_principal_components_do() -> None:
    table, _ = planted(n_groups=10, size=40)
    near = nearest(vectors_of(table), 10).ids
    kept = {
        layout: kept_neighbors(near, nearest_on_map(places_of(table, layout), 10)).mean()
        for layout in ("neighbors", "pca")
    }
    assert kept["neighbors"] > kept["pca"] + 1


@pytest.mark.parametrize("n", [3, 4, 20])
def test_few_words_have_a_map(n: int) -> None:
    places = places_of(np.random.default_rng(5).normal(size=(n, 5)))
    assert places.shape == (n, 2)
    assert len(np.unique(places, axis=0)) == n


def test_words_with_the_same_vector_get_different_places() -> None:
    assert len(np.unique(places_of(np.ones((30, 4))), axis=0)) == 30


def test_zero_vectors_have_a_map() -> None:
    assert places_of(np.zeros((20, 4))).shape == (20, 2)


def test_an_unknown_layout_is_an_error() -> None:
    with pytest.raises(PictureError, match="layout must be one of neighbors, pca, umap, tsne"):
        places_of(np.eye(5), "circle")


PROGRAM = """
import hashlib
import numpy as np
from tests.reports.test_layout import places_of, planted
print(hashlib.sha256(places_of(planted(12, 100)[0]).tobytes()).hexdigest())
"""


def test_places_are_the_same_with_one_and_with_two_threads_of_blas() -> None:
    hashes = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "OPENBLAS_NUM_THREADS": str(threads)},
            capture_output=True,
            encoding="utf-8",
            check=True,
        ).stdout
        for threads in (1, 2, 1)
    }
    assert len(hashes) == 1
