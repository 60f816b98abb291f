"""The command that a failed run ends with gives the settings that it names."""

import ast
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from w2v_cli.config.config import Config
from w2v_cli.errors import DivergedError, StoppedError
from w2v_cli.terminal.exit_codes import NEXT_STEP
from w2v_cli.terminal.suggestions import suggest_next_step, suggest_question


def next_step(settings: Config, error: Exception, patch: pytest.MonkeyPatch, *given: str) -> str:
    patch.setattr(sys, "argv", ["w2v", "train", *given])
    with pytest.raises(type(error)) as raised, suggest_next_step(settings):
        raise error
    return str(getattr(raised.value, NEXT_STEP))


def test_resumed_run_that_diverges_is_told_all_its_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = Config.of(
        corpus=("a b.txt",), output=str(tmp_path / "m"), epochs=3, learning_rate=0.4, lowercase=True
    )
    assert next_step(settings, DivergedError("x"), monkeypatch, "--resume") == (
        f"try: w2v train 'a b.txt' --output {tmp_path / 'm'} --lowercase --learning-rate 0.4"
        " --epochs 3 --learning-rate 0.2"
    )


def test_resumed_run_keeps_a_setting_that_only_other_runs_have_by_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # 256 is the default of the other objectives, 0.0001 the end of the default rate.
    settings = Config.of(
        corpus="a.txt",
        output=str(tmp_path / "m"),
        objective="negative_sampling",
        noise_tokens=256,
        learning_rate=0.4,
        min_learning_rate=0.0001,
    )
    step = next_step(settings, DivergedError("x"), monkeypatch, "--resume")
    assert " --noise-tokens 256 " in step
    assert " --min-learning-rate 0.0001 " in step


def test_run_without_a_state_is_started_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = Config.of(corpus="a.txt", output=str(tmp_path / "m"))
    step = next_step(settings, StoppedError("x", 2), monkeypatch, "a.txt", "-o", "m")
    assert step == "to start again: w2v train a.txt -o m"


@pytest.mark.parametrize(
    "word", ["$(touch x)", "`touch x`", "; touch x", "--help", "-m", "a'b", 'a"b', "!!", "*", "~"]
)
def test_a_suggested_question_is_safe_to_paste(word: str, tmp_path: Path) -> None:
    model = tmp_path / "my $(touch x) model"
    line = suggest_question([word], model)
    show = "import sys; print(sys.argv[1:])"
    shell = line.replace("w2v", f"{shlex.quote(sys.executable)} -c {shlex.quote(show)}", 1)
    done = subprocess.run(
        ["bash", "-c", shell], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert list(tmp_path.iterdir()) == []
    arguments = ast.literal_eval(done.stdout)
    assert arguments[0] == "neighbors"
    assert arguments[1:] in ([word, "-m", str(model)], ["-m", str(model), "--", word])


def test_a_word_that_people_can_read_is_suggested() -> None:
    words = ["the", "$x", "\x1b[31m", "-", "king"]
    assert suggest_question(words[1:], Path("w2v-model")) == "w2v neighbors king"
    # Of many words not one of the first, which say little.
    many = [f"w{number}" for number in range(500)]
    assert suggest_question(many, Path("w2v-model")) == "w2v neighbors w200"
