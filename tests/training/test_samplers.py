"""Noise is drawn from the stated distribution, and its expected counts are true."""

import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from w2v_cli.noise import log_uniform_probabilities, unigram_probabilities
from w2v_cli.training.samplers import LearnedUnigramSampler, alias_tables, make_sampler

COUNTS = np.array([640, 160, 90, 40, 40, 20, 8, 2])
N_WORDS = len(COUNTS)
SEED = tf.constant([3, 5])


DISTRIBUTIONS = {
    "log_uniform": log_uniform_probabilities(N_WORDS),
    "fixed_unigram": COUNTS**0.75 / (COUNTS**0.75).sum(),
    "uniform": np.full(N_WORDS, 1 / N_WORDS),
}


def test_noise_exponent_flattens_counts() -> None:
    # 16 ** 0.75 = 8 and 1 ** 0.75 = 1, so the shares are 8/9 and 1/9.
    np.testing.assert_allclose(unigram_probabilities(np.array([16, 1]), 0.75), [8 / 9, 1 / 9])


@pytest.mark.parametrize("exponent", [0.0, 0.75, 3.0])
@pytest.mark.parametrize("n_words", [1, 2, 49, 1000, 100_000])
def test_alias_tables_hold_the_probability_of_every_word(n_words: int, exponent: float) -> None:
    probabilities = unigram_probabilities(10**6 // np.arange(1, n_words + 1), exponent)
    keep, alias = alias_tables(probabilities)
    assert keep.min() >= 0
    assert keep.max() <= 1
    as_alias = np.bincount(alias, weights=1 - keep, minlength=n_words)
    np.testing.assert_allclose((keep + as_alias) / n_words, probabilities, rtol=1e-6, atol=1e-15)


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_draws_follow_the_distribution(name: str) -> None:
    n_draws = 200_000
    sampler = make_sampler(name, COUNTS, n_draws, exponent=0.75, seed=0)
    ids = sampler(tf.constant([0]), SEED).ids.numpy()
    observed = np.bincount(ids, minlength=N_WORDS)
    assert stats.chisquare(observed, n_draws * DISTRIBUTIONS[name]).pvalue > 0.01


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_expected_counts_are_draws_times_probability(name: str) -> None:
    sampler = make_sampler(name, COUNTS, num_sampled=5, exponent=0.75, seed=0)
    contexts = np.arange(N_WORDS)
    drawn = sampler(tf.constant(contexts, tf.int32), SEED)
    expected = 5 * DISTRIBUTIONS[name]
    np.testing.assert_allclose(drawn.context_expected[:, 0], expected, rtol=1e-6)
    np.testing.assert_allclose(drawn.expected, expected[drawn.ids.numpy()], rtol=1e-6)


@pytest.mark.parametrize("n_words", [2, 8, 70_000])
def test_log_uniform_expects_what_tensorflows_sampler_expects(n_words: int) -> None:
    contexts = np.unique(np.geomspace(1, n_words, 20).astype(int)) - 1
    ours = make_sampler("log_uniform", np.ones(n_words, np.int64), 64, 0.75, seed=0)
    theirs = tf.random.log_uniform_candidate_sampler(
        contexts[:, np.newaxis].astype(np.int64), 1, 64, unique=False, range_max=n_words, seed=1
    )
    # TensorFlow computes with float32 logarithms of ids.
    np.testing.assert_allclose(
        ours(tf.constant(contexts, tf.int32), SEED).context_expected,
        theirs.true_expected_count,
        rtol=2e-3,
    )


def test_log_uniform_reaches_the_last_word_and_no_further() -> None:
    ids = make_sampler("log_uniform", np.ones(3, np.int64), 10_000, 0.75, seed=0)(
        tf.constant([0]), SEED
    ).ids
    assert (ids.numpy().min(), ids.numpy().max()) == (0, 2)


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_the_seed_alone_decides_a_draw(name: str) -> None:
    first, second = (make_sampler(name, COUNTS, 50, 0.75, seed) for seed in (1, 2))
    drawn = first(tf.constant([0]), SEED).ids.numpy()
    first(tf.constant([0]), SEED + 1)
    np.testing.assert_array_equal(drawn, first(tf.constant([0]), SEED).ids)
    np.testing.assert_array_equal(drawn, second(tf.constant([0]), SEED).ids)
    assert (drawn != first(tf.constant([0]), SEED + 1).ids.numpy()).any()


def test_learned_unigram_follows_the_contexts_it_has_seen() -> None:
    n_draws = 100_000
    seen = np.repeat(np.arange(4), [70, 20, 8, 2]).astype(np.int32)
    sampler = LearnedUnigramSampler(n_words=4, num_sampled=n_draws, seed=7)

    @tf.function  # one operation, whose kernel holds the counts from call to call
    def draw() -> tf.Tensor:
        return sampler(tf.constant(seen), SEED).ids

    draw()
    observed = np.bincount(draw().numpy(), minlength=4)
    # Each word starts at 1, and the first call has added what it saw.
    assert stats.chisquare(observed, n_draws * np.array([71, 21, 9, 3]) / 104).pvalue > 0.01
