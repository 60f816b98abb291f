"""Loss and gradients of a step equal a direct NumPy computation, pair by pair."""

from dataclasses import dataclass

import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray

from tests.long import long_after
from w2v_cli.config.config import Config
from w2v_cli.training.devices import Placement
from w2v_cli.training.engines.pair_engine import PairEngine
from w2v_cli.training.samplers import Candidates
from w2v_cli.training.tables import Gradients, RowGradients, Tables

COUNTS = np.array([50, 20, 12, 9, 6, 3])
N_WORDS, DIMENSION = 6, 4
OBJECTIVES = ("sampled_softmax", "nce", "sampled_logistic", "negative_sampling")
REMOVES_HITS = ("sampled_softmax", "sampled_logistic")
Floats = NDArray[np.float64]


@dataclass
class Batch:
    """Random tables and a batch in which words repeat and candidates hit contexts."""

    center: Floats
    context: Floats
    biases: Floats
    centers: NDArray[np.int32]
    contexts: NDArray[np.int32]
    candidates: NDArray[np.int64]
    expected: Floats
    weights: Floats | None = None

    @classmethod
    def random(cls, seed: int) -> "Batch":
        rng = np.random.default_rng(seed)
        return cls(
            center=rng.normal(size=(N_WORDS, DIMENSION)),
            context=rng.normal(size=(N_WORDS, DIMENSION)),
            biases=rng.normal(size=N_WORDS),
            centers=rng.integers(0, N_WORDS, 9).astype(np.int32),
            contexts=rng.integers(0, N_WORDS, 9).astype(np.int32),
            candidates=rng.integers(0, N_WORDS, 4),
            expected=rng.uniform(0.2, 2.0, N_WORDS),
        )


def direct(batch: Batch, objective: str, negatives: float) -> tuple[float, Floats, Floats, Floats]:
    """Return loss and dense gradients (center, context, biases), one pair after the other."""
    loss, log_q = 0.0, np.log(batch.expected)
    by_center, by_context = np.zeros_like(batch.center), np.zeros_like(batch.context)
    by_bias = np.zeros_like(batch.biases)
    of_pairs = np.ones(len(batch.centers)) if batch.weights is None else batch.weights
    for c, o, weight in zip(batch.centers, batch.contexts, of_pairs, strict=True):
        hits = batch.candidates == o
        noise = batch.candidates[~hits] if objective in REMOVES_HITS else batch.candidates
        words = np.concatenate([[o], noise])
        logits = batch.context[words] @ batch.center[c] + batch.biases[words]
        weights = np.ones(len(words))
        if objective == "negative_sampling":
            weights[1:] = negatives / len(batch.candidates)
        else:
            logits -= log_q[words]
        truth = np.eye(len(words))[0]
        if objective == "sampled_softmax":
            shares = np.exp(logits) / np.exp(logits).sum()
            loss -= weight * np.log(shares[0])
        else:
            shares = 1 / (1 + np.exp(-logits))
            losses = weights * np.log(np.where(truth == 1, shares, 1 - shares))
            loss -= weight * losses.sum()
        by_logit = weight * weights * (shares - truth)
        by_center[c] += by_logit @ batch.context[words]
        np.add.at(by_context, words, by_logit[:, np.newaxis] * batch.center[c])
        np.add.at(by_bias, words, by_logit)
    return loss, by_center, by_context, by_bias


def engine_for(batch: Batch, objective: str) -> PairEngine:
    config = Config.of(engine="pairs", objective=objective, dimension=DIMENSION, negatives=2.5)
    tables = Tables(COUNTS, config, Placement())
    tables.center.variable.assign(batch.center)
    tables.context.variable.assign(batch.context)
    tables.biases.variable.assign(batch.biases)
    return PairEngine(tables, COUNTS, config, Placement())


def dense(gradients: RowGradients) -> Floats:
    rows = gradients.rows.numpy()
    assert len(np.unique(rows)) == len(rows)
    table = np.zeros((N_WORDS, *gradients.gradients.shape[1:]))
    table[rows] = gradients.gradients
    return table


def gradients_of(batch: Batch, objective: str) -> tuple[float, Gradients]:
    engine = engine_for(batch, objective)

    @tf.function
    def compute() -> tuple[tf.Tensor, Gradients]:
        candidates = Candidates(
            ids=tf.constant(batch.candidates),
            context_expected=tf.constant(batch.expected[batch.contexts, np.newaxis], tf.float32),
            expected=tf.constant(batch.expected[batch.candidates], tf.float32),
        )
        weights = None if batch.weights is None else tf.constant(batch.weights, tf.float32)
        return engine.loss_and_gradients(
            tf.constant(batch.centers), tf.constant(batch.contexts), candidates, weights
        )

    loss, gradients = compute()
    return float(loss), gradients


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("seed", long_after(2, range(4)))
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_loss_and_gradients_equal_a_direct_computation(
    objective: str, seed: int, weighted: bool
) -> None:
    batch = Batch.random(seed)
    if weighted:
        batch.weights = np.random.default_rng(seed).choice([0, 0.25, 1, 7], len(batch.centers))
    loss, by_center, by_context, by_bias = direct(batch, objective, negatives=2.5)
    actual_loss, actual = gradients_of(batch, objective)
    np.testing.assert_allclose(actual_loss, loss, rtol=1e-5)
    for gradients, expected in zip(actual, (by_center, by_context, by_bias), strict=True):
        np.testing.assert_allclose(dense(gradients), expected, rtol=1e-4, atol=1e-5)


def test_rows_count_the_weights_of_their_pairs_and_not_the_noise() -> None:
    batch = Batch.random(0)
    batch.weights = np.arange(9.0)
    _, gradients = gradients_of(batch, "sampled_softmax")
    for rows, words in ((gradients.center, batch.centers), (gradients.context, batch.contexts)):
        counted = np.zeros(N_WORDS)
        counted[rows.rows.numpy()] = rows.n_pairs
        np.testing.assert_allclose(counted, np.bincount(words, batch.weights, N_WORDS))


def test_batches_of_this_test_hold_hits_and_repeated_words() -> None:
    batch = Batch.random(0)
    assert np.isin(batch.contexts, batch.candidates).any()
    assert len(np.unique(batch.centers)) < len(batch.centers)


def test_negative_sampling_of_an_untrained_model_costs_log_2_for_each_word_that_weighs() -> None:
    # All logits are 0, sigmoid(0) = 1/2: one context and 2.5 negatives cost 3.5 log 2 a pair.
    batch = Batch.random(0)
    batch.center[:], batch.biases[:] = 0, 0
    loss, _ = gradients_of(batch, "negative_sampling")
    assert loss == pytest.approx(9 * 3.5 * np.log(2), rel=1e-6)


def test_sampled_softmax_of_an_untrained_model_with_uniform_noise_costs_log_of_the_choices() -> (
    None
):
    # All logits are equal; of 4 candidates none hits, so each pair chooses among 5.
    batch = Batch.random(0)
    batch.center[:], batch.biases[:], batch.expected[:] = 0, 0, 0.7
    batch.contexts[:], batch.candidates[:] = 5, 1
    loss, _ = gradients_of(batch, "sampled_softmax")
    assert loss == pytest.approx(9 * np.log(5), rel=1e-6)
