"""Evaluations of a run in progress, and early stopping."""

import csv
import errno
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.long import long_after
from tests.reliability.runs import SETTINGS, Watched, learned, run_here, write_text
from w2v_cli import ConfigError, train
from w2v_cli.config.config import Config
from w2v_cli.runs.directory import unfinished_directory
from w2v_cli.runs.evaluation import Evaluation
from w2v_cli.runs.held_out_text import score_on_text
from w2v_cli.runs.observers import Observer

Record = dict[str, Any]


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_text(tmp_path_factory.mktemp("text") / "corpus.txt")


@pytest.fixture(scope="module")
def other(text: Path) -> Path:
    """Return a text of the same words that pairs nothing: whoever learns the first one, loses."""
    words = text.read_text().split()[:8000]
    np.random.default_rng(1).shuffle(words)
    path = text.with_name("other.txt")
    path.write_text("".join(" ".join(words[n : n + 10]) + "\n" for n in range(0, 8000, 10)))
    return path


def records(model: Path) -> list[Record]:
    return [json.loads(line) for line in (model / "metrics.jsonl").read_text().splitlines()]


def evaluations(model: Path) -> list[Record]:
    return [record for record in records(model) if record.get("kind") == "evaluation"]


def found_losses(model: Path) -> list[float]:
    return [each["held_out"]["softmax"]["cross_entropy"] for each in evaluations(model)]


def interrupt_at(number: int) -> Callable[[int], None]:
    """Return what presses Ctrl-C after so many reports."""

    def heard(reports: int) -> None:
        if reports == number:
            raise KeyboardInterrupt

    return heard


def manifest(model: Path) -> Record:
    found: Record = json.loads((model / "model.json").read_text())
    return found


@pytest.fixture(scope="module")
def plain(text: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    return run_here(text, tmp_path_factory.mktemp("plain") / "model", epochs=2)


def test_evaluations_change_no_byte_of_what_is_learned(
    text: Path, other: Path, tmp_path: Path, plain: str
) -> None:
    model = tmp_path / "model"
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("w1\tw2\t3\nw1\tw3\t1\nw2\tw4\t2\n")
    analogies = tmp_path / "analogies.txt"
    analogies.write_text(": all\nw1 w2 w3 w4\nw2 w1 w4 w3\n")
    settings: Record = {
        "validate": str(other),
        "evaluate_every": "30%",
        "watch": "w1, w7",
        "epochs": 2,
    }
    questions: Record = {"evaluate_pairs": str(pairs), "evaluate_analogies": str(analogies)}
    assert run_here(text, model, **settings, **questions) == plain

    # Eight chunks; 30 % is passed in the third, 60 % in the fifth, and epochs end at 4 and 8.
    reports = [record for record in records(model) if "kind" not in record]
    found = evaluations(model)
    assert [each["tokens"] for each in found] == [reports[n]["tokens"] for n in (2, 3, 4, 7)]
    for each in found:
        assert each["held_out"]["softmax"]["pairs"] > 1000
        assert -1 <= each["pairs_correlation"] <= 1
        assert each["analogies_accuracy"] in (0, 0.5, 1)
        assert [len(watched["neighbors"]) for watched in each["watched"]] == [5, 5]
    assert {"kind": "evaluation", **manifest(model)["evaluation"]} == found[-1]

    with (model / "metrics.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["tokens"]) for row in rows] == [report["tokens"] for report in reports]
    losses = [row["held_out_loss"] for row in rows]
    assert [bool(loss) for loss in losses] == [n in (2, 3, 4, 7) for n in range(8)]
    assert float(losses[7]) == found[-1]["held_out"]["softmax"]["cross_entropy"]

    # The model on disk has the loss that the run has found last.
    scores = score_on_text(model, [other])
    assert scores.cross_entropy == pytest.approx(float(losses[7]), rel=1e-9)


class Interrupting(Observer):
    """Presses Ctrl-C after an evaluation."""

    def __init__(self, number: int) -> None:
        self.number, self.n_heard = number, 0

    def evaluation(self, evaluation: Evaluation) -> None:
        self.n_heard += 1
        if self.n_heard == self.number:
            raise KeyboardInterrupt


OVERFITTING: Record = {
    "epochs": 8, "patience": 2, "evaluate_every": 1 / 32, "learning_rate": 0.1,
    "min_learning_rate": 0.1,
}  # fmt: skip


@pytest.fixture(scope="module")
def stopped(text: Path, other: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the model of a run that was stopped early."""
    model = tmp_path_factory.mktemp("stopped") / "model"
    run_here(text, model, validate=str(other), **OVERFITTING)
    return model


def test_a_run_whose_held_out_loss_rises_stops_with_its_best_tables(
    stopped: Path, other: Path
) -> None:
    losses = found_losses(stopped)
    told = manifest(stopped)["early_stopping"]
    assert told["stopped"]
    assert "2 evaluations without a gain in the held-out loss" in told["reason"]
    assert len(losses) < 32
    assert told["best_loss"] == losses[-3] < min(losses[-2:])
    assert told["stopped_at_tokens"] == evaluations(stopped)[-1]["tokens"]
    assert told["best_tokens"] == evaluations(stopped)[-3]["tokens"]
    best = score_on_text(stopped, [other])
    # What center vectors have in common is in the biases of the model. That moves the logits of
    # the few words that were not trained.
    assert best.cross_entropy == pytest.approx(told["best_loss"], rel=1e-5)


@pytest.mark.parametrize("number", long_after(1, [2, 1]))
def test_a_resumed_run_stops_where_the_unbroken_one_does(
    text: Path, other: Path, stopped: Path, tmp_path: Path, number: int
) -> None:
    model = tmp_path / "model"
    settings = {**SETTINGS, **OVERFITTING, "validate": str(other)}
    config = Config.of(**settings, corpus=str(text), output=str(model))
    n_evaluations = len(evaluations(stopped))
    heard = Interrupting(n_evaluations - number)
    with pytest.raises(KeyboardInterrupt):
        train(config, observer=heard)
    assert (unfinished_directory(model) / "run" / "best").is_dir()
    train(config, resume=True, observer=Watched(lambda number: None))
    assert learned(model) == learned(stopped)
    assert manifest(model)["early_stopping"] == manifest(stopped)["early_stopping"]
    assert len(evaluations(model)) == n_evaluations
    assert not (model / "run").exists()


@pytest.mark.long
def test_a_resumed_run_has_the_validation_text_that_it_began_with(
    text: Path, other: Path, tmp_path: Path
) -> None:
    changing = tmp_path / "changing.txt"
    changing.write_text(other.read_text())
    settings: Record = {"validate": str(changing), "epochs": 2}
    run_here(text, tmp_path / "unbroken", **settings)

    model = tmp_path / "model"
    with pytest.raises(KeyboardInterrupt):
        run_here(text, model, heard=interrupt_at(6), **settings)
    changing.write_text("w1 w2\n")
    run_here(text, model, resume=True, **settings)
    assert found_losses(model) == found_losses(tmp_path / "unbroken")


def test_a_run_that_is_resumed_at_its_end_has_its_evaluation(
    text: Path, other: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tmp_path / "model"
    settings: Record = {"validate": str(other), "epochs": 1}

    def fail(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, "the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("w2v_cli.runs.train.write_metrics_table", fail)
        with pytest.raises(OSError, match="the disk is full"):
            run_here(text, model, **settings)
    run_here(text, model, resume=True, **settings)
    assert len(evaluations(model)) == 1
    told, heard = manifest(model)["evaluation"]["held_out"], evaluations(model)[0]["held_out"]
    assert told["softmax"] == heard["softmax"]


def test_only_best_tables_that_a_state_or_the_run_needs_are_kept(
    text: Path, tmp_path: Path
) -> None:
    model = tmp_path / "model"
    kept: list[int] = []

    class Counting(Observer):
        def evaluation(self, evaluation: Evaluation) -> None:
            best = unfinished_directory(model) / "run" / "best"
            kept.append(sum(path.name.isdigit() for path in best.iterdir()))

    settings = {**SETTINGS, "holdout": 0.05, "patience": 12, "evaluate_every": 1 / 12}
    train(Config.of(**settings, corpus=str(text), output=str(model)), observer=Counting())
    assert len(kept) == 10  # an evaluation after each chunk
    assert max(kept) == 3  # for two states, and for the run itself


def test_a_least_gain_takes_the_place_of_the_standard_error(
    text: Path, other: Path, tmp_path: Path
) -> None:
    model = tmp_path / "model"
    run_here(text, model, validate=str(other), patience=3, min_delta=100, evaluate_every="12.5%")
    told = manifest(model)["early_stopping"]
    assert (len(evaluations(model)), told["waited"]) == (4, 3)
    assert told["best_tokens"] == evaluations(model)[0]["tokens"]


def test_without_a_stop_the_best_tables_are_those_of_the_end(text: Path, tmp_path: Path) -> None:
    run_here(text, tmp_path / "model", holdout=0.05, patience=1, epochs=2)
    told = manifest(tmp_path / "model")["early_stopping"]
    last = evaluations(tmp_path / "model")[-1]
    assert (told["stopped"], told["reason"]) == (False, None)
    assert told["best_tokens"] == last["tokens"] == last["total_tokens"]


def test_a_word_to_watch_must_have_a_vector(text: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"watch: w1000 is not in the vocabulary of this text"):
        run_here(text, tmp_path / "model", watch="w1,w1000")
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"holdout": 0.1, "validate": "a"}, "holdout and validate both give"),
        ({"patience": 1, "watch": "a"}, "patience needs a held-out text"),
        ({"holdout": 0.1, "min_delta": 1}, "min_delta belongs to patience"),
        ({"evaluate_every": 0.1}, "evaluate_every has nothing to evaluate"),
        ({"holdout": 0.1, "patience": 1, "workers": "2"}, "patience works with one worker only"),
        ({"holdout": 0.1, "patience": 1, "time_budget": "1m"}, "patience and time_budget both end"),
        (
            {"holdout": "60%"},
            r"holdout must be a share, such as 5% or 0\.05, above 0, at most 0\.5",
        ),
        ({"holdout": "x"}, "holdout must be a share, .* got 'x'"),
    ],
)
def test_settings_that_do_not_fit_together_are_refused(settings: Record, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Config.of(**settings)


def test_a_share_is_a_number_or_a_percentage() -> None:
    shares = [Config.of(holdout=share).evaluation.holdout for share in ("0.5%", "0.005", 0.005)]
    assert shares == [0.005] * 3
