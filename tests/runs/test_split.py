"""A model for each value of a field of the records, in one run."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from w2v_cli.vectors.loading import load_vectors

Run = Callable[..., subprocess.CompletedProcess[str]]

SMALL = ["--dimension", "4", "--epochs", "1", "--min-count", "1", "--threads", "1"]
WORDS = {"1900": ("coach", "horse"), "1910": ("car", "road")}


def write_records(path: Path) -> None:
    rows = [
        {"period": int(period), "text": " ".join(("the", *words) * 3)}
        for _ in range(40)
        for period, words in WORDS.items()
    ]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))


@pytest.fixture(scope="module")
def trained(run_w2v: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory where the models of two periods were trained in one run."""
    directory = tmp_path_factory.mktemp("split")
    write_records(directory / "r.jsonl")
    how = ["--field", "text", "--split-field", "period", "-o", "models/{period}"]
    done = run_w2v("train", "r.jsonl", *how, *SMALL, cwd=directory)
    assert done.returncode == 0, done.stderr
    lines = done.stderr.splitlines()
    assert lines[:2] == ["looking for the values of period in r.jsonl", "2 models: 1900, 1910"]
    assert "period 1900: 1 of 2" in lines
    assert "period 1910: 2 of 2" in lines
    return directory


@pytest.mark.parametrize("period", WORDS)
def test_each_model_has_the_words_of_its_records_only(trained: Path, period: str) -> None:
    assert sorted(path.name for path in (trained / "models").iterdir()) == ["1900", "1910"]
    vectors = load_vectors(trained / "models" / period)
    assert sorted(vectors.vocabulary.words) == sorted(("the", *WORDS[period]))
    assert vectors.vocabulary.counts.tolist() == [120, 120, 120]


def test_the_configuration_of_a_model_repeats_it_alone(trained: Path, run_w2v: Run) -> None:
    done = run_w2v("train", "--config", "models/1910/config.yaml", "-o", "again", cwd=trained)
    assert done.returncode == 0, done.stderr
    for name in ("vectors.npy", "vocab.tsv"):
        first, second = trained / "models" / "1910" / name, trained / "again" / name
        assert first.read_bytes() == second.read_bytes()


@pytest.mark.long
def test_a_series_goes_on_with_the_models_that_are_not_there(
    trained: Path, run_w2v: Run, tmp_path: Path
) -> None:
    write_records(tmp_path / "r.jsonl")
    how = ["--field", "text", "--split-field", "period", "-o", "models/{period}", *SMALL]
    (tmp_path / "models").mkdir()
    (trained / "models" / "1900").rename(tmp_path / "models" / "1900")
    try:
        kept = (tmp_path / "models" / "1900" / "model.json").read_bytes()
        refused = run_w2v("train", "r.jsonl", *how, cwd=tmp_path)
        assert refused.returncode == 1
        assert "models/1900 already holds a model" in refused.stderr
        done = run_w2v("train", "r.jsonl", *how, "--resume", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "1 of them are there already" in done.stderr
        assert (tmp_path / "models" / "1900" / "model.json").read_bytes() == kept
        assert (tmp_path / "models" / "1910" / "model.json").exists()
    finally:
        (tmp_path / "models" / "1900").rename(trained / "models" / "1900")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["r.jsonl", "-o", "model"], 2, "put {period} into --output, such as -o 'models/{period}'"),
        (["-", "-o", "{period}"], 2, "stdin can be read once, and a model for each value needs mo"),
        (["bad.jsonl", "-o", "{period}"], 1, "'a/b' of period cannot be a part of a path; train"),
        (["empty.jsonl", "-o", "{period}"], 1, "empty.jsonl: holds no records"),
    ],
)
def test_what_cannot_be_split_is_one_error_before_training(
    run_w2v: Run, tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    write_records(tmp_path / "r.jsonl")
    (tmp_path / "bad.jsonl").write_text('{"period": "a/b", "text": "x y"}\n')
    (tmp_path / "empty.jsonl").write_text("")
    before = sorted(tmp_path.iterdir())
    done = run_w2v("train", *arguments, "--field", "text", "--split-field", "period", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr
    assert "starting TensorFlow" not in done.stderr
    assert sorted(tmp_path.iterdir()) == before
