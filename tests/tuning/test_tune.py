"""`w2v tune` on a small text."""

import csv
import json
import subprocess
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from tests.reliability.runs import write_text
from w2v_cli.config.config import Config
from w2v_cli.config.sources import read_yaml
from w2v_cli.errors import ConfigError, OutputExistsError
from w2v_cli.runs.observers import Observer
from w2v_cli.tuning.record import Record, open_record
from w2v_cli.tuning.rungs import Cost
from w2v_cli.tuning.space import Space
from w2v_cli.tuning.tuning import Surroundings, Tuning

Run = Callable[..., subprocess.CompletedProcess[str]]

COMMON = [
    "--dimension", "16", "--min-count", "1", "--subsample", "1e-3", "--epochs", "2",
    "--threads", "1", "--holdout", "5%",
]  # fmt: skip


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_text(tmp_path_factory.mktemp("text") / "corpus.txt")


def given_space(directory: Path, text: str) -> list[str]:
    (directory / "space.yaml").write_text(text)
    return ["--space", str(directory / "space.yaml")]


def trials(directory: Path) -> list[dict[str, Any]]:
    with (directory / "trials.tsv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.mark.long
def test_the_better_rate_wins_and_its_settings_are_written(
    run_w2v: Run, text: Path, tmp_path: Path
) -> None:
    tried = given_space(tmp_path, "learning_rate: [0.0001, 0.1]\n")
    done = run_w2v("tune", text, *COMMON, *tried, "--budget", "5m", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = trials(tmp_path / "w2v-tuned")
    assert [trial["learning_rate"] for trial in found] == ["0.0001", "0.1"]
    assert float(found[1]["held_out_loss"]) < float(found[0]["held_out_loss"])
    assert [trial["share"] for trial in found] == ["1.0", "1.0"]
    assert [line[0] for line in done.stdout.splitlines()] == [" ", " ", "*"]

    best = read_yaml(tmp_path / "w2v-tuned" / "best.yaml")
    assert best["learning_rate"][0] == 0.1
    assert best["output"][0] == "w2v-model"
    assert not (tmp_path / "w2v-tuned" / "work").exists()
    # The winner repeats the trial, so its loss is that of the table.
    again = run_w2v("train", "--config", "w2v-tuned/best.yaml", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    loss = json.loads((tmp_path / "w2v-model" / "model.json").read_text())["evaluation"]
    expected = pytest.approx(float(found[1]["held_out_loss"]), rel=1e-9)
    assert loss["held_out"]["softmax"]["cross_entropy"] == expected


@pytest.mark.long
def test_a_setting_that_fails_is_told_and_does_not_win(
    run_w2v: Run, text: Path, tmp_path: Path
) -> None:
    tried = given_space(tmp_path, "learning_rate: [1e6, 0.1]\n")
    done = run_w2v("tune", text, *COMMON, *tried, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["winner"] == 2
    assert told["trials"][0]["failure"]
    assert told["trials"][1]["failure"] is None


def test_it_is_an_error_if_no_setting_gives_a_model(
    run_w2v: Run, text: Path, tmp_path: Path
) -> None:
    done = run_w2v(
        "tune", text, *COMMON, *given_space(tmp_path, "learning_rate: [1e6]\n"), cwd=tmp_path
    )
    assert done.returncode == 1
    assert "error: no setting gives a model to compare: the loss" in done.stderr


class Interrupting(Observer):
    """Presses Ctrl-C in the training with a number."""

    def __init__(self, number: int) -> None:
        self.number, self.n_begun = number, 0

    def begin(self, tokens: int, total_tokens: int) -> None:
        self.n_begun += 1

    def report(self, report: object) -> None:
        if self.n_begun == self.number:
            raise KeyboardInterrupt


def tuning(
    text: Path,
    record: Record,
    space: Space,
    *,
    observer: Observer | None = None,
    epochs: int = 2,
    budget_s: float = 600,
) -> Tuning:
    config = Config.of(
        corpus=str(text), dimension=16, min_count=1, subsample=1e-3, threads=1, epochs=epochs
    )
    around = Surroundings(
        tell=lambda line: None,
        observer=lambda: observer or Observer(),
        stop_rules=[],
        around_start=nullcontext,
    )
    return Tuning(config, space, "loss", budget_s, record, around)


def opened(directory: Path, **how: bool) -> Record:
    return open_record(directory, {"a": 1}, **{"resume": False, "overwrite": False, **how})


@pytest.mark.long
def test_a_tuning_that_was_stopped_goes_on_and_repeats_no_trial(text: Path, tmp_path: Path) -> None:
    space = Space({"num_sampled": (5, 10, 20)})
    whole = opened(tmp_path / "whole")
    tuning(text, whole, space).run()

    stopped = tuning(text, opened(tmp_path / "model"), space, observer=Interrupting(2))
    with pytest.raises(KeyboardInterrupt):
        stopped.run()
    assert len(trials(tmp_path / "model")) == 1
    with pytest.raises(OutputExistsError, match="go on with --resume, or replace it"):
        opened(tmp_path / "model")
    with pytest.raises(ConfigError, match="cannot resume another tuning: a was 1 and is 2"):
        open_record(tmp_path / "model", {"a": 2}, resume=True, overwrite=False)
    resumed = opened(tmp_path / "model", resume=True)
    begun = Interrupting(0)
    tuning(text, resumed, space, observer=begun).run()
    assert begun.n_begun == 2
    assert resumed.winner == whole.winner
    losses = [trial.loss for trial in whole.trials]
    assert [trial.loss for trial in resumed.trials] == pytest.approx(losses, rel=1e-9)


@pytest.mark.long
def test_the_better_settings_are_trained_further(text: Path, tmp_path: Path) -> None:
    record = opened(tmp_path / "tuned")
    # As if a run took 100 s, and there were 200 s: a third of a run for four, a run for two.
    record.costs = [Cost(100.0, 0.0)] * 4
    space = Space({"learning_rate": (0.0001, 0.1, 0.001, 0.05)})
    winner = tuning(text, record, space, epochs=6, budget_s=334).run()
    assert [(trial.rung, trial.share) for trial in record.trials] == [
        *[(1, pytest.approx(1 / 3))] * 4,
        *[(2, 1.0)] * 2,
    ]
    assert [trial.settings["learning_rate"] for trial in record.trials[4:]] == [0.1, 0.05]
    assert record.trials[4].tokens == pytest.approx(3 * record.trials[0].tokens, rel=0.1)
    assert winner.rung == 2


@pytest.mark.long
def test_where_no_time_is_left_the_winner_is_the_best_so_far(text: Path, tmp_path: Path) -> None:
    record = opened(tmp_path / "tuned")
    record.costs = [Cost(0.003, 0.0)] * 4  # far less than it takes
    space = Space({"learning_rate": (0.0001, 0.1, 0.001, 0.05)})
    winner = tuning(text, record, space, epochs=6, budget_s=0.01).run()
    assert len(record.trials) == 4
    assert winner.settings["learning_rate"] in (0.1, 0.05)


@pytest.mark.long
def test_scores_decide_where_they_are_asked_for(run_w2v: Run, text: Path, tmp_path: Path) -> None:
    # w7n follows wn in the text, so these pairs belong together.
    (tmp_path / "pairs.tsv").write_text("w1\tw8\t9\nw2\tw15\t8\nw1\tw3\t1\nw2\tw5\t2\nw3\tw22\t7\n")
    tried = given_space(tmp_path, "window: [1, 2]\n")
    scored = ["--by", "pairs", "--evaluate-pairs", "pairs.tsv"]
    done = run_w2v("tune", text, *COMMON, *tried, *scored, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    best = max(told["trials"], key=lambda trial: float(trial["pairs"]))
    assert told["trials"][told["winner"] - 1]["pairs"] == best["pairs"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--by", "pairs"], "--by pairs needs a file: give --evaluate-pairs"),
        (["--time-budget", "1m"], "give --epochs in place of --time-budget"),
        (["--workers", "2"], "tuning trains with one worker"),
        (["--budget", "soon"], "'soon' is not a time"),
        (["--resume"], "no tuning in w2v-tuned; start one without --resume"),
    ],
)
def test_what_does_not_go_with_tuning_is_refused(
    run_w2v: Run, text: Path, tmp_path: Path, arguments: list[str], message: str
) -> None:
    done = run_w2v("tune", text, *arguments, cwd=tmp_path)
    assert done.returncode in (1, 2)
    assert message in done.stderr
    assert not (tmp_path / "w2v-tuned").exists()
