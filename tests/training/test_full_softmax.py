"""The full softmax on held-out pairs: by hand, and beside NumPy in float64."""

import numpy as np
import pytest
from numpy.typing import NDArray

from w2v_cli.training import full_softmax
from w2v_cli.training.full_softmax import Gather, score, softmax_losses, standard_error
from w2v_cli.training.held_out import HeldOutPairs

Tables = dict[str, NDArray[np.float32]]


def gather_from(tables: Tables) -> Gather:
    return lambda name, ids: tables[name][ids]


def pairs_of(centers: list[int], contexts: list[int]) -> HeldOutPairs:
    lines = np.arange(len(centers))
    return HeldOutPairs(np.array(centers, np.int32), np.array(contexts, np.int32), lines)


def drawn(n_words: int, n_pairs: int, dimension: int, seed: int) -> tuple[HeldOutPairs, Tables]:
    random = np.random.default_rng(seed)
    ids = random.integers(0, n_words, (2, n_pairs), dtype=np.int32)
    pairs = HeldOutPairs(ids[0], ids[1], np.sort(random.integers(0, 40, n_pairs)))
    tables = {
        "center": random.normal(size=(n_words, dimension)).astype(np.float32),
        "context": random.normal(size=(n_words, dimension)).astype(np.float32),
        "biases": random.normal(-8, 2, n_words).astype(np.float32),
    }
    return pairs, tables


def test_the_loss_of_two_pairs_by_hand() -> None:
    # Word 1 as center has logits log 1, log 2, log 5: shares 1/8, 2/8, 5/8 of the contexts.
    tables = {
        "center": np.array([[0], [1], [0]], np.float32),
        "context": np.log(np.array([[1], [2], [5]], np.float32)),
        "biases": np.zeros(3, np.float32),
    }
    losses = softmax_losses(pairs_of([1, 1], [1, 2]), gather_from(tables), 3, n_threads=1)
    np.testing.assert_allclose(losses, [np.log(8 / 2), np.log(8 / 5)], rtol=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_losses_are_those_of_a_direct_softmax_in_float64(
    monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(full_softmax, "BLOCK_LOGITS", 100 * 128)  # four blocks of words
    pairs, tables = drawn(n_words=500, n_pairs=300, dimension=30, seed=seed)
    wide = {name: table.astype(np.float64) for name, table in tables.items()}
    logits = wide["center"][pairs.centers] @ wide["context"].T + wide["biases"]
    expected = np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(pairs)), pairs.contexts]
    losses = softmax_losses(pairs, gather_from(tables), 500, n_threads=2)
    assert abs(losses.mean() / expected.mean() - 1) < 1e-6
    np.testing.assert_allclose(losses, expected, rtol=1e-6, atol=5e-6)


def test_large_logits_do_not_overflow() -> None:
    tables = {
        "center": np.array([[30], [30]], np.float32),
        "context": np.array([[30], [-30]], np.float32),
        "biases": np.zeros(2, np.float32),
    }
    losses = softmax_losses(pairs_of([0, 0], [0, 1]), gather_from(tables), 2, n_threads=1)
    assert losses.tolist() == [0, 1800]


def test_a_model_that_knows_only_frequencies_has_the_loss_of_the_unigram_baseline() -> None:
    pairs, tables = drawn(n_words=200, n_pairs=500, dimension=4, seed=5)
    shares = np.arange(200, 0, -1) / np.arange(201).sum()
    tables |= {"center": np.zeros_like(tables["center"]), "biases": np.log(shares, dtype="f4")}
    scores = score(softmax_losses(pairs, gather_from(tables), 200, 1), pairs, shares)
    assert scores.cross_entropy == pytest.approx(scores.unigram, rel=1e-6)
    for band in scores.bands:
        assert band.cross_entropy == pytest.approx(band.unigram, rel=1e-6)


def test_a_model_that_knows_nothing_has_the_loss_of_the_uniform_baseline() -> None:
    pairs, tables = drawn(n_words=200, n_pairs=50, dimension=4, seed=5)
    zeros = {name: np.zeros_like(table) for name, table in tables.items()}
    losses = softmax_losses(pairs, gather_from(zeros), 200, 1)
    scores = score(losses, pairs, np.full(200, 1 / 200))
    assert scores.cross_entropy == pytest.approx(scores.uniform) == pytest.approx(np.log(200))
    assert scores.perplexity == pytest.approx(200)


def test_bands_are_powers_of_ten_of_the_rank_and_hold_all_pairs() -> None:
    contexts = [0, 9, 10, 99, 100, 249]  # ranks 1, 10, 11, 100, 101, 250
    losses = np.arange(6.0)
    scores = score(losses, pairs_of([0] * 6, contexts), np.full(250, 1 / 250))
    found = [(b.first_rank, b.last_rank, b.pairs, b.cross_entropy) for b in scores.bands]
    assert found == [(1, 10, 2, 0.5), (11, 100, 2, 2.5), (101, 250, 2, 4.5)]


def test_the_standard_error_of_independent_values_is_the_usual_one() -> None:
    values = np.random.default_rng(1).normal(size=100)
    usual = values.std(ddof=1) / 10
    assert standard_error(values, np.arange(100)) == pytest.approx(usual)
    # One line alone says nothing of how lines differ.
    assert standard_error(values, np.zeros(100, np.int64)) == pytest.approx(usual)


def test_values_that_a_line_repeats_make_the_standard_error_no_smaller() -> None:
    values = np.random.default_rng(2).normal(size=50)
    once = standard_error(values, np.arange(50))
    assert standard_error(np.repeat(values, 10), np.repeat(np.arange(50), 10)) == pytest.approx(
        once
    )
