"""The blocked search finds what sorting all cosines finds."""

import numpy as np
import pytest
from numpy.typing import NDArray

from w2v_cli import blas
from w2v_cli.vectors import search
from w2v_cli.vectors.search import Exclusions, Search

NONE = Exclusions(np.empty(0, np.intp), np.empty(0, np.intp))


def plain(cosines: NDArray[np.float32], k: int) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return ids and cosines of each row's `k` highest, equal ones in the order of their ids."""
    ids = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
    return ids, np.take_along_axis(cosines, ids, axis=1)


def grid(n_words: int, n_queries: int, seed: int) -> tuple[NDArray[np.float32], ...]:
    """Return a table and queries of small whole numbers, whose products are exact and often equal.

    They are no unit vectors; the search takes any.
    """
    random = np.random.default_rng(seed)
    table = random.integers(-3, 4, size=(n_words, 5)).astype(np.float32)
    return table, random.integers(-3, 4, size=(n_queries, 5)).astype(np.float32)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("k", [1, 2, 10, 33, 200, 900])
@pytest.mark.parametrize("rows", [64, 512, 4096])
def test_ties_and_all_come_as_from_a_stable_sort(
    monkeypatch: pytest.MonkeyPatch, seed: int, k: int, rows: int
) -> None:
    monkeypatch.setattr(search, "BLOCK_ROWS", rows)
    table, queries = grid(900, 40, seed)
    found = Search(table, np.ones(900, np.float32), k).highest(queries, NONE)
    ids, cosines = plain(queries @ table.T, k)
    assert found.ids.tolist() == ids.tolist()
    assert found.cosines.tolist() == cosines.tolist()


@pytest.mark.parametrize("seed", range(3))
def test_excluded_rows_are_no_answers(seed: int) -> None:
    random = np.random.default_rng(seed)
    table, queries = grid(5000, 700, seed)
    excluded = Exclusions(random.integers(0, 700, 20_000), random.integers(0, 5000, 20_000))
    found = Search(table, np.ones(5000, np.float32), 10).highest(queries, excluded)
    products = queries @ table.T
    products[excluded.queries, excluded.ids] = -np.inf
    assert found.ids.tolist() == plain(products, 10)[0].tolist()


def test_where_answers_run_out_ids_are_minus_one() -> None:
    table, queries = np.eye(3, dtype=np.float32), np.eye(3, dtype=np.float32)[:2]
    excluded = Exclusions(np.array([0, 0, 1]), np.array([0, 2, 0]))
    found = Search(table, np.ones(3, np.float32), 3).highest(queries, excluded)
    assert found.ids.tolist() == [[1, -1, -1], [1, 2, -1]]
    assert found.cosines.tolist() == [[0, -np.inf, -np.inf], [1, 0, -np.inf]]


def test_no_queries_have_no_answers() -> None:
    found = Search(np.eye(3, dtype=np.float32), np.ones(3, np.float32), 2).highest(
        np.empty((0, 3), np.float32), NONE
    )
    assert found.ids.shape == found.cosines.shape == (0, 2)


def test_lengths_are_divided_out() -> None:
    table = np.array([[3, 4], [0, 10], [-8, 6]], dtype=np.float32)
    queries = np.array([[0, 1], [1, 0]], dtype=np.float32)
    for asked in (queries, queries[:1]):  # one query takes a way of its own
        found = Search(table, np.array([0.2, 0.1, 0.1], np.float32), 2).highest(asked, NONE)
        assert found.ids.tolist() == [[1, 0], [0, 1]][: len(asked)]
        np.testing.assert_allclose(found.cosines, [[1, 0.8], [0.6, 0]][: len(asked)], rtol=1e-6)


def test_threads_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    table, queries = grid(3000, 1300, 4)
    looking = Search(table, np.ones(3000, np.float32), 10)
    monkeypatch.setenv(blas.VARIABLE, "2")
    assert blas.free_cores() == 1
    one = looking.highest(queries, NONE)
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    monkeypatch.setenv(blas.VARIABLE, "1")
    assert blas.free_cores() == 4
    four = looking.highest(queries, NONE)
    assert (one.ids == four.ids).all()
    assert (one.cosines == four.cosines).all()
