"""Which pairs a model is scored on, and the training objective on them."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from w2v_cli.config.config import Config
from w2v_cli.corpus.encoding import BORDER, EncodedCorpus, write_encoded
from w2v_cli.corpus.windows import Windows
from w2v_cli.errors import CorpusError
from w2v_cli.training import held_out
from w2v_cli.training.devices import Placement
from w2v_cli.training.held_out import draw_pairs
from w2v_cli.training.held_out_objective import HeldOutObjective


def encoded(directory: Path, sentences: list[list[int]]) -> EncodedCorpus:
    codes = [code for sentence in sentences for code in (*sentence, BORDER)]
    return write_encoded([np.array(codes, "<i4")], directory, 1000).corpus


def tables_of_zeros(n_words: int) -> dict[str, NDArray[np.float32]]:
    row = np.zeros((n_words, 3), np.float32)
    return {"center": row, "context": row, "biases": np.zeros(n_words, np.float32)}


def test_all_pairs_of_a_small_text_are_taken(tmp_path: Path) -> None:
    corpus = encoded(tmp_path, [[0, 1, 2], [3], [4, 5]])
    pairs = draw_pairs(corpus, np.ones(6), windows=Windows(1, 1), seed=1)
    found = sorted(zip(pairs.centers, pairs.contexts, pairs.lines, strict=True))
    assert found == [(0, 1, 0), (1, 0, 0), (1, 2, 0), (2, 1, 0), (4, 5, 2), (5, 4, 2)]


def test_the_pairs_are_the_same_every_time_and_others_with_another_seed(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    corpus = encoded(tmp_path, random.integers(0, 50, (500, 12)).tolist())
    keep = np.full(50, 0.5)
    first, again, other = (
        draw_pairs(corpus, keep, windows=Windows(3, 3), seed=seed) for seed in (1, 1, 2)
    )
    assert first.centers.tolist() == again.centers.tolist()
    assert first.contexts.tolist() == again.contexts.tolist()
    assert first.centers.tolist() != other.centers.tolist()
    assert 0 < len(first) < 500 * 12 * 3


def test_a_large_text_is_sampled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held_out, "MOST_TOKENS", 2000)
    monkeypatch.setattr(held_out, "MOST_PAIRS", 700)
    monkeypatch.setattr(held_out, "MOST_LOGITS", 100 * 20)
    monkeypatch.setattr(held_out, "LEAST_CENTERS", 1)
    random = np.random.default_rng(1)
    corpus = encoded(tmp_path, random.integers(0, 100, (500, 12)).tolist())
    pairs = draw_pairs(corpus, np.ones(100), windows=Windows(5, 5), seed=1)
    assert len(set(pairs.centers.tolist())) == 20
    assert 0 < len(pairs) <= 700
    assert len(set(pairs.lines.tolist())) > 10


def test_a_text_without_pairs_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="the held-out text has no pairs"):
        draw_pairs(encoded(tmp_path, [[0], [1]]), np.ones(2), windows=Windows(5, 5), seed=1)


@pytest.mark.parametrize(
    ("objective", "expected"),
    [
        # Two candidates of four equal words: Q = 1/2, and every corrected logit is log 2.
        ("nce", np.log(1 + 1 / 2) + 2 * np.log(1 + 2)),
        ("negative_sampling", 6 * np.log(2)),
    ],
)
def test_the_objective_of_tables_of_zeros_by_hand(
    tmp_path: Path, objective: str, expected: float
) -> None:
    config = Config.of(objective=objective, sampler="uniform", num_sampled=2, dimension=3)
    pairs = draw_pairs(encoded(tmp_path, [[0, 1, 2, 3]]), np.ones(4), windows=Windows(5, 5), seed=1)
    tables = tables_of_zeros(4)
    found = HeldOutObjective(pairs, np.array([4, 3, 2, 1]), config, Placement())
    losses = found.losses(lambda name, ids: tables[name][ids])
    assert losses.dtype == np.float64
    np.testing.assert_allclose(losses, expected, rtol=1e-7)


@pytest.mark.parametrize("objective", ["sampled_softmax", "sampled_logistic"])
def test_a_candidate_that_is_the_context_does_not_count(tmp_path: Path, objective: str) -> None:
    config = Config.of(objective=objective, sampler="uniform", num_sampled=2, dimension=3)
    # With two words, each of two candidates either is the context or is the other word.
    pairs = draw_pairs(encoded(tmp_path, [[0, 1]]), np.ones(2), windows=Windows(5, 5), seed=1)
    tables = tables_of_zeros(2)
    found = HeldOutObjective(pairs, np.array([4, 3]), config, Placement())
    losses = found.losses(lambda name, ids: tables[name][ids])
    n_others = 2 - np.array([2, 0]), 2 - np.array([1, 1]), 2 - np.array([0, 2])
    # Q = 1, so every logit is 0: softmax among 1 + n equal words, or 1 + n times log 2.
    by_hits = [np.log(1 + n) if objective == "sampled_softmax" else (1 + n) * np.log(2)
               for n in n_others]  # fmt: skip
    assert any(np.allclose(sorted(losses), sorted(each)) for each in by_hits)
