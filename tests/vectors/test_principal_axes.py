"""Vectors on fewer axes: what they keep, and that they are the same every time."""

import numpy as np
import pytest

from w2v_cli.errors import ConfigError
from w2v_cli.vectors.principal_axes import BLOCK_ROWS, on_principal_axes


def rows(n: int = 300, dimension: int = 8, seed: int = 0) -> np.ndarray:
    """Return rows with a mean far from zero and another variance along each direction."""
    random = np.random.default_rng(seed)
    turned = np.linalg.qr(random.normal(size=(dimension, dimension)))[0]
    spread = random.normal(size=(n, dimension)) * np.arange(dimension, 0, -1)
    return np.asarray(spread @ turned + 5, dtype=np.float32)


def test_by_hand() -> None:
    # Variances along (3, 4) and (-4, 3): 25 and 1 of 26. Rows are +-5 and +-1 on these axes.
    table = np.array([[3, 4], [-3, -4], [-0.8, 0.6], [0.8, -0.6]], dtype=np.float32)
    found = on_principal_axes(table, 2)
    np.testing.assert_allclose(found.table, [[5, 0], [-5, 0], [0, -1], [0, 1]], atol=1e-6)
    assert on_principal_axes(table, 1).variance_kept == pytest.approx(25 / 26)


def test_variances_are_those_of_a_singular_value_decomposition() -> None:
    table = rows()
    singular = np.linalg.svd(table - table.mean(axis=0), compute_uv=False) ** 2
    for dimension in (1, 3, 8):
        found = on_principal_axes(table, dimension)
        assert found.variance_kept == pytest.approx(singular[:dimension].sum() / singular.sum())
        np.testing.assert_allclose(
            found.table.var(axis=0), singular[:dimension] / len(table), rtol=1e-4
        )


def test_with_all_axes_products_of_rows_stay_as_they_are() -> None:
    table = rows()
    found = on_principal_axes(table, table.shape[1])
    assert found.variance_kept == pytest.approx(1)
    np.testing.assert_allclose(found.table @ found.table.T, table @ table.T, rtol=1e-4, atol=1e-3)


def test_the_same_rows_give_the_same_bytes_and_every_axis_points_one_way() -> None:
    table = rows(BLOCK_ROWS + 300)
    first, second = on_principal_axes(table, 4), on_principal_axes(table.copy(), 4)
    assert first.table.tobytes() == second.table.tobytes()
    # The negative rows have the same axes, so they lie at the negative places on them.
    np.testing.assert_array_equal(on_principal_axes(-table, 4).table, -first.table)


def test_equal_rows_have_no_variance_to_lose() -> None:
    found = on_principal_axes(np.ones((5, 3), dtype=np.float32), 2)
    assert found.variance_kept == 1
    assert np.isfinite(found.table).all()


@pytest.mark.parametrize("dimension", [0, 9])
def test_a_dimension_that_the_vectors_do_not_have_is_an_error(dimension: int) -> None:
    with pytest.raises(ConfigError, match=f"from 1 to 8, which the vectors have, got {dimension}"):
        on_principal_axes(rows(), dimension)
