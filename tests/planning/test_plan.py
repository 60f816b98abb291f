"""`w2v plan`: what it says is near what a run then takes."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample.txt"
SMALL = ("--dimension", "64", "--subsample", "1e-3", "--step-tokens", "512")


@pytest.fixture(scope="module")
def plan(run_w2v: Run) -> dict[str, dict[str, float]]:
    done = run_w2v("plan", SAMPLE, *SMALL, "--seconds", "1", "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, float]] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def model(run_w2v: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("planned") / "model"
    done = run_w2v("train", SAMPLE, *SMALL, "-o", output)
    assert done.returncode == 0, done.stderr
    return output


def test_memory_is_that_of_the_run(plan: dict[str, dict[str, float]], model: Path) -> None:
    manifest = json.loads((model / "model.json").read_text())
    measured = manifest["peak_resident_bytes"]
    assert plan["memory"]["peak_resident"] == pytest.approx(measured, rel=0.15)


def test_disk_is_that_of_the_run(plan: dict[str, dict[str, float]], model: Path) -> None:
    measured = sum(path.stat().st_size for path in model.iterdir())
    assert plan["disk"]["model"] == pytest.approx(measured, rel=0.05)


def test_words_are_those_of_the_run(plan: dict[str, dict[str, float]], model: Path) -> None:
    corpus = json.loads((model / "model.json").read_text())["corpus"]
    assert plan["text"]["tokens"] == corpus["tokens"]
    assert plan["text"]["kept"] == corpus["expected_kept_by_epoch"]


def test_time_adds_up_and_speeds_are_in_order(plan: dict[str, dict[str, float]]) -> None:
    # How near the time is depends on what else the machine does; benchmarks compare it.
    time, speed = plan["time"], plan["speed"]
    parts = sum(time[name] for name in ("count", "start", "train", "save"))
    assert time["total"] == pytest.approx(parts)
    assert time["train"] == pytest.approx(5 * time["epoch"])
    assert 0 < speed["lowest"] <= speed["tokens_per_s"] <= speed["highest"]
    assert time["epoch"] == pytest.approx(plan["text"]["tokens"] / speed["tokens_per_s"], rel=0.01)


@pytest.mark.long
def test_several_workers_are_planned_for(run_w2v: Run, plan: dict[str, dict[str, float]]) -> None:
    done = run_w2v("plan", SAMPLE, *SMALL, "--seconds", "1", "--workers", "2", "--json")
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert made["memory"]["parts"]["tables"] == 2 * plan["memory"]["parts"]["tables"]  # type: ignore[index]
    assert made["memory"]["workers"] == made["speed"]["workers"] == 2
    # Eight rounds an epoch.
    assert made["speed"]["combinations"] == 5 * 8
    assert made["speed"]["combining_seconds"] < made["time"]["train"]
    assert made["speed"]["of_a_worker"] < made["speed"]["tokens_per_s"] * 1.5
    assert made["time"]["train"] == pytest.approx(5 * made["time"]["epoch"])


@pytest.mark.long
def test_a_plan_for_a_cluster_says_what_it_assumes(run_w2v: Run) -> None:
    cluster = ("--cluster", "one:4000,two:4000", "--rank", "0", "--seconds", "1")
    done = run_w2v("plan", SAMPLE, *SMALL, *cluster)
    assert done.returncode == 0, done.stderr
    assert "at most for the worker here" in done.stdout
    assert "copies of vectors and optimizer" in done.stdout
    assert "1 trained at the same time here" in done.stdout
    assert "assumed: the other machines are as fast as this one, with 10 Gbit/s" in done.stdout


def test_lines_have_the_same_figures(run_w2v: Run, plan: dict[str, dict[str, float]]) -> None:
    done = run_w2v("plan", SAMPLE, *SMALL, "--seconds", "0")
    assert done.returncode == 0, done.stderr
    assert "392,840 words read = 392,834 in the vocabulary + 6 below --min-count" in done.stdout
    assert f"subsampling keeps about {plan['text']['kept']:,}" in done.stdout
    assert "time: not known without trial steps" in done.stdout
    assert "log-uniform noise has 87% in common" in done.stdout
    assert "speaks for" not in done.stdout


def test_a_plan_for_log_uniform_noise_says_whether_the_text_suits_it(run_w2v: Run) -> None:
    given = ("--objective", "sampled_softmax", "--seconds", "0")
    done = run_w2v("plan", SAMPLE, *SMALL, *given)
    assert "speaks for --sampler log_uniform" in done.stdout


def test_what_memory_cannot_hold_ends_with_1_and_proposals(run_w2v: Run) -> None:
    huge = ("--dimension", "100000000", "--seconds", "5")
    done = run_w2v("plan", SAMPLE, *SMALL, *huge)
    assert done.returncode == 1
    # 2,699 words x 2 x 100,000,000 numbers of 4 bytes, and so no trial was made.
    assert "2,159.20 GB  center vectors, context vectors, biases" in done.stdout
    assert "--dimension" in done.stdout.split("these values fit:")[1]
    assert done.stderr.splitlines()[-1].startswith("error: training takes about 4,442.42 GB")


def test_train_says_the_same_instead_of_being_killed(run_w2v: Run, tmp_path: Path) -> None:
    done = run_w2v("train", SAMPLE, *SMALL, "--dimension", "100000000", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("error: training takes about 4,442.42 GB")
    assert "2,699 words with two vectors of 100,000,000 numbers" in done.stderr
    assert not any(tmp_path.iterdir())


def test_settings_are_proposed_for_another_machine(run_w2v: Run) -> None:
    done = run_w2v("plan", SAMPLE, *SMALL, "--seconds", "0", "--fits", "8GB", "--json")
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert made["memory"]["limit"] == 8e9
    assert made["proposals"] == {"dimension": 1000, "max_vocab": 2699, "min_count": 1}
    small = run_w2v("plan", SAMPLE, *SMALL, "--seconds", "0", "--fits", "100MB")
    assert small.returncode == 1
    assert "the run does not fit into 100 MB" in small.stdout


def test_a_sample_is_near_the_whole_and_says_how_near(run_w2v: Run) -> None:
    done = run_w2v("plan", SAMPLE, *SMALL, "--seconds", "0", "--sample", "500KB", "--json")
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert made["sample"]["bytes"] < 500_000
    assert made["sample"]["total_bytes"] == SAMPLE.stat().st_size
    assert made["text"]["read"] == pytest.approx(392_840, rel=0.05)
    row = next(row for row in made["min_counts"] if row["min_count"] == 5)
    assert abs(row["words"] - 2_699) <= row["words_error"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "error: no corpus: name the text files to plan for"),
        (["corpus.txt", "--fits", "much"], "error: 'much' is not a size"),
        (["corpus.txt", "--workers", "few"], "error: workers must be auto or 1 to 1,024"),
        (
            ["corpus.txt", "--workers", "2", "--time-budget", "1m"],
            "error: a time budget needs one worker",
        ),
    ],
)
def test_wrong_arguments_end_with_2(
    run_w2v: Run, tmp_path: Path, arguments: list[str], message: str
) -> None:
    done = run_w2v("plan", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(message)
    assert len(done.stderr.splitlines()) == 1
