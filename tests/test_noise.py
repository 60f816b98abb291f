"""Noise distributions as numbers."""

import numpy as np
import pytest

from w2v_cli.errors import ConfigError
from w2v_cli.noise import (
    log_uniform_probabilities,
    log_uniform_share,
    unigram_probabilities,
)


def test_log_uniform_noise_adds_up_and_its_first_words_have_their_share() -> None:
    for n_words in (2, 3, 10, 1000):
        noise = log_uniform_probabilities(n_words)
        assert noise.sum() == pytest.approx(1)
        for n_first in (1, 2, n_words):
            assert noise[:n_first].sum() == pytest.approx(log_uniform_share(n_first, n_words))


@pytest.mark.parametrize("exponent", [20.0, 300.0, 1e6])
def test_an_exponent_that_leaves_rare_words_no_noise_is_refused_by_name(exponent: float) -> None:
    # 2^20 is a million, 2^300 beyond float32, 1e6 ** 300 beyond float64.
    with pytest.raises(ConfigError, match=r"noise_exponent .* leaves the rarest words no noise"):
        unigram_probabilities(np.array([1_000_000, 2]), exponent)


def test_a_large_exponent_that_leaves_every_word_some_is_taken() -> None:
    assert unigram_probabilities(np.array([4, 2]), 10.0).tolist() == [1024 / 1025, 1 / 1025]
