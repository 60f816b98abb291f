"""`w2v config`: the effective configuration, where it comes from, and that it repeats itself."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from w2v_cli.config.config import Config, options
from w2v_cli.config.sources import resolve

Run = Callable[..., subprocess.CompletedProcess[str]]


def printed(done: subprocess.CompletedProcess[str]) -> dict[str, tuple[str, str]]:
    """Return the printed lines by key: the value as text, and its origin."""
    assert (done.returncode, done.stderr) == (0, "")
    found = {}
    for line in done.stdout.splitlines():
        setting, _, origin = line.rpartition("  # ")
        key, _, value = setting.partition(": ")
        found[key] = value.strip(), origin
    return found


def test_every_option_is_printed_with_its_default(run_w2v: Run, tmp_path: Path) -> None:
    lines = printed(run_w2v("config", cwd=tmp_path))
    assert list(lines) == list(options())
    derived = {"learning_rate": "0.1", "min_learning_rate": "0.0001"}
    derived |= {"sentence_length": "10000", "windows": "weighted", "engine": "blocks"}
    derived |= {
        "epochs": "5",
        "step_tokens": "4096",
        "noise_tokens": "512",
        "sampler": "fixed_unigram",
    }
    assert {key: line for key, line in lines.items() if line[1] != "default"} == {
        key: ("null", f"default: {value}") for key, value in derived.items()
    }
    assert lines["window"] == ("5", "default")
    assert lines["output"] == ('"w2v-model"', "default")
    assert lines["max_vocab"] == ("null", "default")


def test_each_value_comes_from_the_strongest_place(run_w2v: Run, tmp_path: Path) -> None:
    (tmp_path / "run.yaml").write_text("window: 2\n\nepochs: 3\nseed: 4\n")
    arguments = ["config", "--config", "run.yaml", "--window", "12"]
    variables = {"W2V_WINDOW": "22", "W2V_EPOCHS": "23"}
    lines = printed(run_w2v(*arguments, cwd=tmp_path, env=variables))
    # window is set in three places, epochs in two, seed in one and batch_size in none.
    assert lines["window"] == ("12", "--window")
    assert lines["epochs"] == ("23", "W2V_EPOCHS")
    assert lines["seed"] == ("4", "run.yaml:4")
    assert lines["batch_size"] == ("512", "default")


SETTINGS = {
    "defaults": [],
    "numbers": ["--subsample", "1e-5", "--learning-rate", "0.3", "--negatives", "7"],
    "none and switches": ["--max-vocab", "none", "--deterministic", "--optimizer", "sgd"],
    "awkward names": ["a b.txt", 'quote".txt', "#5: é\\.txt", "日本.txt", "-o", "no"],
}


@pytest.mark.parametrize("arguments", SETTINGS.values(), ids=list(SETTINGS))
def test_output_is_a_config_file_of_the_same_configuration(
    run_w2v: Run, tmp_path: Path, arguments: list[str]
) -> None:
    first = run_w2v("config", *arguments, cwd=tmp_path)
    (tmp_path / "again.yaml").write_text(first.stdout, encoding="utf-8")
    second = run_w2v("config", "--config", "again.yaml", cwd=tmp_path)
    values, again = printed(first), printed(second)
    assert {key: value for key, (value, _) in again.items()} == {
        key: value for key, (value, _) in values.items()
    }
    # Every option is printed on a line of its own, so now each comes from there.
    assert [origin.partition(": ")[0] for _, origin in again.values()] == [
        f"again.yaml:{line}" for line in range(1, len(options()) + 1)
    ]


def test_output_read_back_holds_the_values_that_were_given(run_w2v: Run, tmp_path: Path) -> None:
    arguments = ["a b.txt", "é#.txt", "--subsample", "1e-5", "--max-vocab", "70", "--deterministic"]
    path = tmp_path / "again.yaml"
    path.write_text(run_w2v("config", *arguments).stdout, encoding="utf-8")
    assert resolve({}, str(path), {}).config == Config.of(
        corpus=["a b.txt", "é#.txt"], subsample=1e-5, max_vocab=70, deterministic=True
    )


def test_origin_of_the_corpus_is_a_name_of_the_command_line(run_w2v: Run) -> None:
    assert printed(run_w2v("config", "a.txt"))["corpus"][1] != "--corpus"


@pytest.mark.parametrize(
    ("arguments", "variables", "message"),
    [
        (["--window", "0"], {}, "error: --window: window must be"),
        ([], {"W2V_WINDOW": "wide"}, "error: W2V_WINDOW: window must be"),
        (["--config", "run.yaml"], {}, "error: run.yaml:2: window must be"),
    ],
    ids=["flag", "environment", "file"],
)
def test_bad_value_names_the_place_it_comes_from(
    run_w2v: Run, tmp_path: Path, arguments: list[str], variables: dict[str, str], message: str
) -> None:
    (tmp_path / "run.yaml").write_text("seed: 4\nwindow: [1, 2]\n")
    done = run_w2v("config", *arguments, cwd=tmp_path, env=variables)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(message)
    assert len(done.stderr.splitlines()) == 1
