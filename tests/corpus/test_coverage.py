"""What a vocabulary covers, and how log-uniform a text is."""

import numpy as np
import pytest

from w2v_cli.corpus.coverage import log_uniform_overlap, rank_shares


def test_rank_shares_compare_the_first_words_with_the_noise() -> None:
    shares = rank_shares(np.array([60, 20, 10, 5, 3, 1, 1]))
    assert [row.rank for row in shares] == [1, 7]
    # Of seven words the noise draws the first with probability log 2 / log 8 = 1/3.
    assert shares[0].share == pytest.approx(0.6)
    assert shares[0].log_uniform == pytest.approx(1 / 3)
    assert (shares[1].share, shares[1].log_uniform) == (1, 1)


@pytest.mark.parametrize(
    ("n_words", "ranks"), [(2, [1, 2]), (10, [1, 10]), (11, [1, 10, 11]), (100, [1, 10, 100])]
)
def test_ranks_are_powers_of_ten_and_all(n_words: int, ranks: list[int]) -> None:
    assert [row.rank for row in rank_shares(np.ones(n_words, dtype=np.int64))] == ranks


def test_a_log_uniform_text_has_all_in_common_with_the_noise() -> None:
    ids = np.arange(1000)
    counts = np.round(1e12 * np.log((ids + 2) / (ids + 1))).astype(np.int64)
    assert log_uniform_overlap(counts) == pytest.approx(1)
