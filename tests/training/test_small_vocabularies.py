"""With few words, each of which stands in a step hundreds of times, training is stable."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest

from tests.corpus.text import count_words, encode
from tests.long import long_after
from w2v_cli.config.config import Config
from w2v_cli.corpus.encoding import EncodedCorpus
from w2v_cli.corpus.reading.tokenizer import LINE_END
from w2v_cli.training.devices import Placement
from w2v_cli.training.loop import Trainer
from w2v_cli.vocabulary import Vocabulary, build_vocabulary

OBJECTIVES = ("sampled_softmax", "nce", "sampled_logistic", "negative_sampling")
Corpus = tuple[EncodedCorpus, Vocabulary]


def classes_that_follow_themselves(n_words: int, directory: Path) -> Corpus:
    """Return 200,000 tokens of two classes; from word to word the class changes in 15 of 100."""
    rng = np.random.default_rng(n_words)
    changes = rng.random((2000, 100)) < 0.15
    is_second = np.cumsum(changes, axis=1) % 2
    numbers = rng.integers(0, n_words // 2, is_second.shape)
    lines = [
        [f"{'ab'[c]}{number}" for c, number in zip(*line, strict=True)] + [LINE_END]
        for line in zip(is_second, numbers, strict=True)
    ]
    vocabulary = build_vocabulary(count_words(lines))
    return encode(lines, vocabulary, directory, 1000), vocabulary


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Corpus]:
    return {
        n: classes_that_follow_themselves(n, tmp_path_factory.mktemp("corpus")) for n in (4, 20, 80)
    }


def check_learns(corpus: Corpus, **settings: object) -> None:
    """Check that losses stay low and that each word is nearest to words of its class."""
    trainer = Trainer(*corpus, Config.of(dimension=50, **settings), Placement())
    losses = [report.loss for report in trainer.run()]
    # Nothing known costs less than 5 nats with these objectives; a run that diverges, hundreds.
    assert max(losses) < 5.0
    assert losses[-1] <= losses[0]
    center = trainer.tables.center.variable.numpy()
    unit = center / np.linalg.norm(center, axis=1, keepdims=True)
    nearest = (unit @ unit.T - 2 * np.eye(len(unit))).argmax(axis=1)
    words = corpus[1].words
    assert np.mean([words[i][0] == words[j][0] for i, j in enumerate(nearest)]) >= 0.95


@pytest.mark.parametrize("n_words", long_after(1, [4, 20, 80]))
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_every_objective_finds_the_classes(
    corpora: dict[int, Corpus], objective: str, n_words: int
) -> None:
    check_learns(corpora[n_words], objective=objective)


@pytest.mark.parametrize("subsample", long_after(1, [0.0, 0.01]))
@pytest.mark.parametrize("optimizer", ["adagrad", "sgd"])
@pytest.mark.parametrize("engine", long_after(1, ["blocks", "pairs"]))
def test_both_engines_and_optimizers_find_the_classes(
    corpora: dict[int, Corpus], engine: str, optimizer: str, subsample: float
) -> None:
    check_learns(corpora[20], engine=engine, optimizer=optimizer, subsample=subsample)


@pytest.mark.parametrize("num_sampled", long_after(1, [8, 64]))
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_noise_that_many_words_share_does_not_make_plain_steps_diverge(
    tmp_path: Path, objective: str, num_sampled: int
) -> None:
    config = Config.of(
        objective=objective,
        optimizer="sgd",
        learning_rate=0.1,
        biases="zero",
        num_sampled=num_sampled,
        noise_tokens=4096,
        step_tokens=4096,
        subsample=0,
    )
    trainer = Trainer(*classes_that_follow_themselves(1000, tmp_path), config, Placement())
    losses = [report.loss for report in trainer.run()]
    # Without a limit, all of these overflow in the first steps.
    assert max(losses) < 1.5 * trainer.untrained_loss
    assert losses[-1] < 1.1 * trainer.untrained_loss


SIZES = (2, 4, 10, 20, 40, 80, 160, 320, 1000)
SUBSAMPLES = (None, 0.0, 1e-3, 1e-4)


def matrix() -> list[object]:
    """Return sizes, objectives, engines, optimizers and subsampling that cover each other."""
    cases: list[object] = []
    for number, (n_words, objective, engine) in enumerate(
        product(SIZES, OBJECTIVES, ["blocks", "pairs"])
    ):
        # 72 cases of 576: the optimizer changes every ninth, the threshold every second.
        optimizer = ("adagrad", "sgd")[number // 9 % 2]
        subsample = SUBSAMPLES[number // 2 % 4]
        cases.append((n_words, objective, engine, optimizer, subsample))
    return cases


@pytest.mark.long
@pytest.mark.parametrize(("n_words", "objective", "engine", "optimizer", "subsample"), matrix())
def test_no_size_of_vocabulary_trains_to_noise(
    tmp_path: Path,
    n_words: int,
    objective: str,
    engine: str,
    optimizer: str,
    subsample: float | None,
) -> None:
    corpus = classes_that_follow_themselves(n_words, tmp_path)
    settings = {"objective": objective, "engine": engine, "optimizer": optimizer}
    config = Config.of(dimension=50, subsample=subsample, epochs=3, **settings)
    trainer = Trainer(*corpus, config, Placement())
    losses = [report.loss for report in trainer.run()]
    assert np.isfinite(losses).all()
    assert max(losses) < 1.5 * trainer.untrained_loss
    assert losses[-1] < 1.1 * trainer.untrained_loss
