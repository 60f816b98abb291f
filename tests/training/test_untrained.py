"""Where biases start: a model that knows only frequencies is at its best there."""

import numpy as np
import pytest

from w2v_cli.config.config import Config
from w2v_cli.noise import unigram_probabilities
from w2v_cli.training.untrained import starting_biases, untrained_loss

COUNTS = np.array([900, 300, 300, 40, 5])


def test_biases_of_negative_sampling_by_hand() -> None:
    # The noise is like the text, and there is 5 times as much of it: log 1/5 for every word. A true
    # word costs log(1 + 5), and each of 5 noise words log(1 + 1/5).
    config = Config.of(negatives=5, noise_exponent=1, subsample=0)
    np.testing.assert_allclose(starting_biases(COUNTS, config), np.log(1 / 5))
    assert untrained_loss(COUNTS, config) == pytest.approx(np.log(6) + 5 * np.log(6 / 5))


def test_biases_of_the_other_objectives_are_logarithms_of_frequencies() -> None:
    for objective in ("sampled_softmax", "nce", "sampled_logistic"):
        biases = starting_biases(COUNTS, Config.of(objective=objective))
        np.testing.assert_allclose(np.exp(biases), COUNTS / COUNTS.sum())


def test_biases_that_are_not_learned_start_at_zero() -> None:
    config = Config.of(biases="zero")
    assert not starting_biases(COUNTS, config).any()
    assert untrained_loss(COUNTS, config) == pytest.approx(6 * np.log(2))


@pytest.mark.parametrize("noise_exponent", [0.0, 0.75, 1.5])
@pytest.mark.parametrize("negatives", [0.5, 5.0])
def test_no_other_biases_have_a_lower_loss_without_vectors(
    noise_exponent: float, negatives: float
) -> None:
    config = Config.of(negatives=negatives, noise_exponent=noise_exponent, subsample=0)
    shares, noise = COUNTS / COUNTS.sum(), unigram_probabilities(COUNTS, noise_exponent)

    def loss(biases: np.ndarray) -> float:
        true, false = np.logaddexp(0, -biases), np.logaddexp(0, biases)
        return float(shares @ true + negatives * noise @ false)

    start = starting_biases(COUNTS, config)
    assert untrained_loss(COUNTS, config) == pytest.approx(loss(start))
    random = np.random.default_rng(0)
    others = start + random.normal(scale=[[0.1]] * 50 + [[2]] * 50, size=(100, len(COUNTS)))
    assert min(map(loss, others)) > loss(start)


def test_subsampling_counts_for_the_true_words_and_not_for_the_noise() -> None:
    # 10 words: the threshold keeps frequent words seldom, and then their biases are lower.
    counts = np.array([10_000, *[100] * 9])
    kept = starting_biases(counts, Config.of(subsample=0))
    thinned = starting_biases(counts, Config.of(subsample=0.01))
    assert thinned[0] < kept[0] - 0.4
    assert (thinned[1:] > kept[1:]).all()
