"""A run whose vectors are noise does not end as if all was well."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.long import long_after
from w2v_cli import Config, DivergedError, train
from w2v_cli.training.untrained import untrained_loss


@pytest.fixture
def text(tmp_path: Path) -> Path:
    """Return a text of 2,000 words, each so rare that few of its pairs meet in a step."""
    numbers = np.random.default_rng(0).integers(0, 2000, (1000, 20))
    path = tmp_path / "corpus.txt"
    path.write_text("".join(" ".join(f"w{n}" for n in line) + "\n" for line in numbers.tolist()))
    return path


def settings(text: Path, **more: object) -> Config:
    return Config.of(corpus=text, output=text.with_name("model"), epochs=2, dimension=16, **more)


def test_a_loss_above_that_of_an_untrained_model_is_refused_and_the_model_kept_aside(
    text: Path,
) -> None:
    with pytest.raises(DivergedError, match="a model that knows nothing has") as caught:
        train(settings(text, learning_rate=500.0))
    assert "use a --learning-rate below 500" in str(caught.value)
    aside = text.with_name("model.diverged")
    assert sorted(path.name for path in text.parent.iterdir()) == ["corpus.txt", "model.diverged"]
    training = json.loads((aside / "model.json").read_text())["training"]
    assert training["loss_by_epoch"][-1] > 1.1 * training["untrained_loss"]
    # Another failure takes the place of the first.
    with pytest.raises(DivergedError):
        train(settings(text, learning_rate=400.0))
    assert json.loads((aside / "model.json").read_text())["config"]["learning_rate"] == 400.0


def test_a_run_that_learns_next_to_nothing_is_not_refused(text: Path) -> None:
    vectors = train(settings(text, learning_rate=1e-12, min_learning_rate=0.0))
    assert vectors.model is not None
    training = vectors.model.manifest["training"]
    assert training["loss_by_epoch"][-1] == pytest.approx(training["untrained_loss"], rel=0.02)


def test_a_text_too_short_to_learn_from_is_warned_about(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    random = np.random.default_rng(0)
    words = [f"w{id}" for id in random.permutation(np.repeat(np.arange(100), 5))]
    (tmp_path / "corpus.txt").write_text(" ".join(words))
    vectors = train(settings(tmp_path / "corpus.txt"))
    assert vectors.model is not None
    training = vectors.model.manifest["training"]
    assert 1 < training["loss_by_epoch"][-1] / training["untrained_loss"] <= 1.1
    (warning,) = caplog.messages
    assert "a model that knows nothing has" in warning
    assert "the vectors have learned little; train on more text" in warning


@pytest.mark.parametrize(
    "objective", ["sampled_softmax", "nce", "sampled_logistic", "negative_sampling"]
)
@pytest.mark.parametrize("sampler", long_after(1, ["log_uniform", "fixed_unigram"]))
def test_the_loss_of_an_untrained_model_is_what_training_starts_with(
    text: Path, objective: str, sampler: str
) -> None:
    config = settings(
        text, objective=objective, sampler=sampler, learning_rate=1e-12, min_learning_rate=0.0
    )
    vectors = train(config)
    assert vectors.model is not None
    expected = untrained_loss(vectors.vocabulary.counts, config)
    assert vectors.model.manifest["training"]["loss_by_epoch"][0] == pytest.approx(
        expected, rel=0.02
    )
