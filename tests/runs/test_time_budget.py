"""Runs that end in a given time: they keep to it, say what they decided, and can be repeated."""

import json
import subprocess
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.long import long_after
from tests.reliability.runs import SETTINGS, learned, run_here, write_text
from w2v_cli import Config, train
from w2v_cli.config.sources import read_yaml
from w2v_cli.errors import ConfigError, TrainingError
from w2v_cli.runs import deadline

LENGTH: dict[str, Any] = {"epochs": None, "checkpoint_minutes": 60}

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_text(tmp_path_factory.mktemp("budget") / "corpus.txt")


@pytest.fixture(scope="module")
def short_text(text: Path) -> Path:
    """Return a text of 5,000 words; a chunk is an epoch."""
    lines = text.read_text().splitlines(keepends=True)
    (text.parent / "short.txt").write_text("".join(lines[:500]))
    return text.parent / "short.txt"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Let deadlines read a clock that only the test moves."""
    clock = Clock()
    read = SimpleNamespace(monotonic=clock.monotonic, process_time=clock.monotonic)
    monkeypatch.setattr(deadline, "time", read)
    return clock


def budgeted(
    text: Path, output: Path, budget: str, heard: Callable[[int], None], **how: bool
) -> str:
    return run_here(text, output, heard=heard, **LENGTH, time_budget=budget, **how)


def repeated(model: Path, output: Path) -> str:
    """Repeat a run from the configuration that its model has."""
    settings = {key: value for key, (value, _) in read_yaml(model / "config.yaml").items()}
    train(Config.of(**{**settings, "output": str(output)}))
    return learned(output)


def decisions(model: Path) -> str:
    config = json.loads((model / "model.json").read_text())["config"]
    assert config["time_budget"] is None
    assert config["epochs"] is None
    total: str = config["total_words"]
    return total


def reports(model: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (model / "metrics.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("later_s", long_after(1, [0.5, 2.0, 1.0]))
def test_a_run_ends_in_time_though_its_speed_changes(
    short_text: Path, tmp_path: Path, clock: Clock, later_s: float
) -> None:
    began = clock.now

    def pass_time(number: int) -> None:
        clock.now += 1.0 if number < 10 else later_s

    model = tmp_path / "model"
    budgeted(short_text, model, "30s", pass_time)
    # A chunk takes up to 2 s, and about a second is set aside for the end.
    assert clock.now - began == pytest.approx(30, abs=2.5)
    assert reports(model)[-1]["learning_rate"] == pytest.approx(1e-4)
    assert repeated(model, tmp_path / "again") == learned(model)


@pytest.mark.long
def test_a_run_ends_in_time_by_the_real_clock_and_repeats_without_it(
    short_text: Path, tmp_path: Path
) -> None:
    started = time.monotonic()
    budgeted(short_text, tmp_path / "model", "12s", lambda number: None)
    # Other tests may take the cores meanwhile, so this only shows that the clock is heard.
    assert 4 < time.monotonic() - started < 40
    done = reports(tmp_path / "model")[-1]
    assert (
        done["tokens"] == done["total_tokens"] == int(decisions(tmp_path / "model").split(":")[-1])
    )
    assert done["learning_rate"] == pytest.approx(1e-4)
    assert repeated(tmp_path / "model", tmp_path / "again") == learned(tmp_path / "model")


def test_the_learning_rate_falls_in_equal_steps_where_the_speed_stays(
    short_text: Path, tmp_path: Path, clock: Clock
) -> None:
    def pass_time(number: int) -> None:
        clock.now += 1.0

    budgeted(short_text, tmp_path / "model", "30s", pass_time)
    rates = [report["learning_rate"] for report in reports(tmp_path / "model")]
    # In the first tenth of the time nothing is decided yet.
    assert rates[:3] == [0.1] * 3
    falls = [before - after for before, after in pairwise(rates[6:])]
    assert min(falls) > 0
    assert max(falls) < 1.5 * min(falls)


@pytest.mark.long
def test_a_stopped_run_goes_on_to_the_length_that_was_decided(
    short_text: Path, tmp_path: Path, clock: Clock
) -> None:
    def stop(number: int) -> None:
        clock.now += 1.0
        if number == 12:
            raise KeyboardInterrupt

    model = tmp_path / "model"
    with pytest.raises(KeyboardInterrupt):
        budgeted(short_text, model, "40s", stop)
    clock.now += 10_000
    resumed = budgeted(short_text, model, "40s", lambda number: None, resume=True)
    assert len(decisions(model).split()) == 1
    assert repeated(model, tmp_path / "again") == resumed


def test_it_is_said_at_once_that_less_than_an_epoch_fits(
    text: Path, tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    # Four chunks are an epoch; two fit, or nearly three.
    def pass_time(number: int) -> None:
        clock.now += 10.0

    budgeted(text, tmp_path / "model", "20s", pass_time)
    [warning] = [r.message for r in caplog.records if "of the text" in r.message]
    assert warning.startswith("20 s are enough for ")
    assert reports(tmp_path / "model")[-1]["epoch"] == 1


def test_a_budget_that_is_used_up_before_training_is_an_error(text: Path, tmp_path: Path) -> None:
    config = Config.of(
        **{**SETTINGS, "epochs": None}, corpus=text, output=tmp_path / "model", time_budget="10s"
    )
    with pytest.raises(TrainingError, match=r"the time budget of 10 s leaves no time to train"):
        train(config, time_used_s=9.9)
    assert not (tmp_path / "model").exists()


def test_a_number_of_words_is_rounded_up_to_a_chunk(text: Path, tmp_path: Path) -> None:
    run_here(text, tmp_path / "model", epochs=None, total_words="30000")
    # A chunk has about 26,214 of the 100,000 words.
    assert 30_000 < reports(tmp_path / "model")[-1]["tokens"] < 60_000


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"epochs": 3, "time_budget": "20m"}, "epochs and time_budget each say how long to train"),
        ({"epochs": 3, "total_words": "5"}, "epochs and total_words each say how long to train"),
        ({"time_budget": "soon"}, "'soon' is not a time"),
        ({"time_budget": "0s"}, "'0s' is no time at all"),
        ({"total_words": "many"}, "total_words must be a number of words"),
        ({"total_words": "9:100 5:200"}, "the first numbers must rise"),
        ({"total_words": "0:100 150:200"}, "none may lie beyond the end"),
    ],
)
def test_wrong_lengths_are_named(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Config.of(**settings)


def test_a_budget_and_epochs_are_refused_in_one_line(run_w2v: Run, tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("epochs: 4\n")
    for given in (["--epochs", "3"], ["--config", "c.yaml"]):
        done = run_w2v("train", "corpus.txt", "--time-budget", "20m", *given, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == (
            "error: epochs and time_budget each say how long to train; give only one\n"
        )
