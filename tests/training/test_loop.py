"""A run passes over every token, learns what is there, and repeats bit for bit."""

import logging
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.corpus.text import count_words, encode
from tests.training.combinations import combinations
from w2v_cli.config.config import Config
from w2v_cli.corpus.encoding import EncodedCorpus
from w2v_cli.corpus.reading.tokenizer import LINE_END
from w2v_cli.errors import ConfigError, TrainingError
from w2v_cli.training.devices import Placement
from w2v_cli.training.loop import Report, Trainer
from w2v_cli.training.tables import Tables
from w2v_cli.vocabulary import Vocabulary, build_vocabulary

Corpus = tuple[EncodedCorpus, Vocabulary]
SETTINGS = {
    "dimension": 16,
    "epochs": 4,
    "subsample": 0.0,
    "num_sampled": 8,
    "batch_size": 256,
    "step_tokens": 64,
    "noise_tokens": 32,
    "block_length": 8,
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Two topics of 10 words that never meet in a sentence."""
    rng = np.random.default_rng(0)
    words = []
    for _ in range(1500):
        topic = rng.choice(["a", "b"])
        words.append([f"{topic}{number}" for number in rng.integers(0, 10, 8)] + [LINE_END])
    vocabulary = build_vocabulary(count_words(words))
    return encode(words, vocabulary, tmp_path_factory.mktemp("corpus"), 1000), vocabulary


class Learned(NamedTuple):
    """What a run has learned."""

    center: NDArray[np.float32]
    context: NDArray[np.float32]
    biases: NDArray[np.float32]


def learned(tables: Tables) -> Learned:
    return Learned(*(tables.variables[f"{name}.values"].numpy() for name in Learned._fields))


def run(corpus: Corpus, **settings: object) -> tuple[list[Report], Learned]:
    trainer = Trainer(*corpus, Config.of(**{**SETTINGS, **settings}), Placement())
    return list(trainer.run()), learned(trainer.tables)


def topics_told_apart(corpus: Corpus, tables: Learned) -> float:
    """Return the share of words whose nearest neighbor is of their own topic."""
    unit = tables.center / np.linalg.norm(tables.center, axis=1, keepdims=True)
    nearest = (unit @ unit.T - 2 * np.eye(len(unit))).argmax(axis=1)
    words = corpus[1].words
    return float(np.mean([words[i][0] == words[j][0] for i, j in enumerate(nearest)]))


@pytest.mark.parametrize(("objective", "engine", "sampler"), combinations())
def test_every_objective_learns_with_every_sampler(
    corpus: Corpus, objective: str, engine: str, sampler: str
) -> None:
    reports, tables = run(corpus, objective=objective, engine=engine, sampler=sampler)
    assert reports[-1].loss < reports[0].loss
    assert topics_told_apart(corpus, tables) == 1.0


@pytest.mark.long
@pytest.mark.parametrize("engine", ["blocks", "pairs"])
def test_sgd_learns_with_frozen_biases(corpus: Corpus, engine: str) -> None:
    _, tables = run(
        corpus,
        engine=engine,
        objective="negative_sampling",
        optimizer="sgd",
        biases="zero",
        batch_size=32,
        step_tokens=8,
        noise_tokens=8,
        epochs=8,
    )
    assert topics_told_apart(corpus, tables) == 1.0
    assert not tables.biases.any()


def test_reports_account_for_every_token_and_the_whole_schedule(corpus: Corpus) -> None:
    reports, _ = run(corpus, window=3, learning_rate=0.2, min_learning_rate=0.05)
    n_tokens = corpus[0].n_tokens
    assert (reports[-1].tokens, reports[-1].total_tokens) == (4 * n_tokens, 4 * n_tokens)
    assert [report.epoch for report in reports] == [1, 2, 3, 4]
    # One chunk an epoch: the rate falls by a quarter of 0.15 from report to report.
    rates = [report.learning_rate for report in reports]
    np.testing.assert_allclose(rates, [0.1625, 0.125, 0.0875, 0.05])


@pytest.mark.parametrize(
    ("engine", "sampler"),
    [
        ("blocks", "log_uniform"),
        ("pairs", "learned_unigram"),
        pytest.param("pairs", "log_uniform", marks=pytest.mark.long),
    ],
)
def test_two_runs_with_one_seed_are_bit_identical_and_another_seed_differs(
    corpus: Corpus, engine: str, sampler: str
) -> None:
    settings = {"engine": engine, "sampler": sampler, "subsample": 0.01}
    _, first = run(corpus, **settings)
    _, second = run(corpus, **settings)
    _, other = run(corpus, **settings, seed=2)
    for name in ("center", "context", "biases"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))
        assert (getattr(first, name) != getattr(other, name)).any()


def test_more_noise_than_words_is_clamped_with_a_warning(
    corpus: Corpus, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        _, tables = run(corpus, num_sampled=64)
    assert "num_sampled is 64 but the vocabulary has 20 words; drawing 20" in caplog.messages
    assert topics_told_apart(corpus, tables) == 1.0


def test_a_loss_that_is_not_finite_stops_the_run_with_advice(corpus: Corpus) -> None:
    with pytest.raises(TrainingError, match=r"no longer a finite number.*--learning-rate below"):
        run(corpus, objective="sampled_softmax", optimizer="sgd", learning_rate=1e30)


def test_the_loss_of_the_first_chunk_is_that_of_an_untrained_model(corpus: Corpus) -> None:
    # A step as large as the chunk: every loss is taken before the first step. All logits are 0,
    # so a pair costs (1 + 5) log 2.
    reports, _ = run(
        corpus,
        objective="negative_sampling",
        biases="zero",
        engine="pairs",
        batch_size=10**6,
        epochs=1,
    )
    assert reports[0].loss == pytest.approx(6 * np.log(2), rel=1e-4)


def test_text_that_subsampling_leaves_without_pairs_is_an_error(tmp_path: Path) -> None:
    words = [["a", "b", LINE_END]] * 5
    vocabulary = build_vocabulary(count_words(words))
    tiny = encode(words, vocabulary, tmp_path, 1000), vocabulary
    with pytest.raises(TrainingError, match="raise --subsample"):
        run(tiny, subsample=1e-9)


@pytest.mark.parametrize("kind", ["weighted", "drawn"])
def test_both_engines_train_the_same_number_of_pairs_and_of_tokens(
    corpus: Corpus, kind: str
) -> None:
    blocks, _ = run(corpus, engine="blocks", subsample=0.01, windows=kind)
    pairs, _ = run(corpus, engine="pairs", subsample=0.01, windows=kind)
    assert [report.tokens for report in blocks] == [report.tokens for report in pairs]
    # Sentences of 8 words, radii drawn from 1 to 5: the two draw their windows apart.
    counts = [sum(report.pairs for report in reports) for reports in (blocks, pairs)]
    assert counts[0] == pytest.approx(counts[1], rel=0.02 if kind == "drawn" else 0)


def test_learned_unigram_names_the_engine_that_has_it() -> None:
    with pytest.raises(ConfigError, match="use it with engine pairs"):
        Config.of(sampler="learned_unigram")
