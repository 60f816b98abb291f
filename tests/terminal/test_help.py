"""The usage lines of commands, which are the same with every version of Typer."""

import subprocess
from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("train", " [CORPUS...]"),
        ("neighbors", " [WORD...]"),
        ("odd-one-out", " {WORD...}"),
        ("convert", " {IN} {OUT}"),
        ("analogy", " {a} {b} {c}"),
        ("info", ""),
    ],
)
def test_usage_shows_what_may_be_left_out_and_what_repeats(
    run_w2v: Callable[..., subprocess.CompletedProcess[str]], command: str, arguments: str
) -> None:
    shown = run_w2v(command, "--help").stdout
    assert shown.splitlines()[0] == f"Usage: w2v {command} [OPTIONS]{arguments}"
    assert "<" not in shown.partition("Arguments:")[2].partition("\n\n")[0]  # no type of Python's
