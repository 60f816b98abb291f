"""The command that a failed run ends with gives the settings that it names."""

import sys
from pathlib import Path

import pytest

from w2v_cli.config.sections import Config
from w2v_cli.errors import DivergedError, StoppedError
from w2v_cli.terminal.exit_codes import NEXT_STEP
from w2v_cli.terminal.suggestions import next_step_named


def next_step(settings: Config, error: Exception, patch: pytest.MonkeyPatch, *given: str) -> str:
    patch.setattr(sys, "argv", ["w2v", "train", *given])
    with pytest.raises(type(error)) as raised, next_step_named(settings):
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
