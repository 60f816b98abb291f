"""Tab completes commands, options and choices in bash, zsh and fish; the rest are files."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

SHELLS = ("bash", "zsh", "fish")
ANSWERS = [
    ("w2v nei", ["neighbors"]),
    ("w2v --sh", ["--show-completion"]),
    ("w2v train --obj", ["--objective"]),
    ("w2v train corpus.txt --no-det", ["--no-deterministic"]),
    ("w2v train --objective s", ["sampled_softmax", "sampled_logistic"]),
    ("w2v train --config c.yaml --engine ", ["blocks", "pairs"]),
    ("w2v neighbors king --vectors c", ["center", "context"]),
    ("w2v export --format s", ["safetensors", "sentence-transformers"]),
]
FILES = ["w2v train cor", "w2v train ", "w2v neighbors -m w", "w2v convert ", "w2v vocab a -o v"]


@pytest.fixture
def ask(run_w2v: Run) -> Run:
    """Return a function that asks for what may follow a line, as a shell does."""

    def ask(shell: str, line: str, action: str = "get-args") -> subprocess.CompletedProcess[str]:
        words = line.split(" ")
        return run_w2v(
            env={
                "_W2V_COMPLETE": f"complete_{shell}",
                "COMP_WORDS": line,
                "COMP_CWORD": str(len(words) - 1),
                "_TYPER_COMPLETE_ARGS": line,
                "_TYPER_COMPLETE_FISH_ACTION": action,
            }
        )

    return ask


@pytest.mark.parametrize(("line", "answers"), ANSWERS)
def test_commands_options_and_choices_complete(ask: Run, line: str, answers: list[str]) -> None:
    assert sorted(ask("bash", line).stdout.split()) == sorted(answers)
    in_fish = ask("fish", line).stdout.splitlines()
    assert sorted(item.partition("\t")[0] for item in in_fish) == sorted(answers)
    assert ask("fish", line, "is-args").returncode == 0
    in_zsh = ask("zsh", line).stdout
    assert in_zsh.startswith("_arguments '*: :((")
    assert sorted(item.split('"')[1] for item in in_zsh.splitlines()) == sorted(answers)


@pytest.mark.parametrize("line", FILES)
def test_where_a_file_is_expected_the_shell_offers_its_files(ask: Run, line: str) -> None:
    assert ask("bash", line).stdout.strip() == ""  # `complete -o default`: files
    assert ask("zsh", line).stdout == "_files\n"
    assert ask("fish", line, "is-args").returncode == 1  # not ours, so files


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a home directory with `w2v` in `bin`."""
    program = tmp_path / "bin" / "w2v"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m w2v_cli "$@"\n')
    program.chmod(0o755)
    return tmp_path


def run_shell(shell: str, line: str, home: Path) -> "subprocess.CompletedProcess[str]":
    """Run a line in a shell; skip where there is none."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    path = f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}"
    # The second command keeps the shell from being replaced by the first.
    return subprocess.run(
        [shell, "-c", f"{line}; exit"],
        env={**os.environ, "HOME": str(home), "PATH": path, "XDG_CONFIG_HOME": ""},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("shell", SHELLS)
def test_the_shell_that_asks_gets_its_script(run_w2v: Run, home: Path, shell: str) -> None:
    script = run_w2v(env={"_W2V_COMPLETE": f"source_{shell}"}).stdout
    assert "_W2V_COMPLETE=complete_" + shell in script
    assert "python" not in script
    shown = run_shell(shell, "w2v --show-completion", home)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout.strip() == script.strip()


def test_scripts_are_made_for_shells_that_are_not_installed_here(run_w2v: Run) -> None:
    scripts = {run_w2v(env={"_W2V_COMPLETE": f"source_{shell}"}).stdout for shell in SHELLS}
    assert len(scripts) == len(SHELLS)
    assert all("complete" in script and "w2v" in script for script in scripts)


def test_bash_completes_after_the_installation(home: Path) -> None:
    done = run_shell("bash", "w2v --install-completion", home)
    assert done.returncode == 0, done.stderr
    asked = (
        "source ~/.bashrc; COMP_WORDS=(w2v train --obj); COMP_CWORD=2; _w2v_completion w2v;"
        " echo ${COMPREPLY[@]}"
    )
    assert run_shell("bash", asked, home).stdout == "--objective\n"


def test_fish_completes_after_the_installation(home: Path) -> None:
    done = run_shell("fish", "w2v --install-completion", home)
    assert done.returncode == 0, done.stderr
    asked = run_shell("fish", "complete -C 'w2v train --objective nc'", home)
    assert asked.stdout.split() == ["nce"]
