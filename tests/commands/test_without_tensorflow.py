"""Where TensorFlow is not installed, all commands but `train` work, and `train` says what to do."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.long import long_after

DATA = Path(__file__).parents[2] / "data"
# What stands as None in sys.modules is to Python a library that is not installed.
PROGRAM = """
import sys
sys.modules["tensorflow"] = sys.modules["keras"] = None
from w2v_cli.__main__ import main
main()
"""
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tiny_model: Path, tmp_path: Path) -> Run:
    (tmp_path / "corpus.txt").write_text("new york is new\nthe cat saw new york\n" * 30)
    (tmp_path / "edges.txt").write_text("a b\nb c\n")
    inherited = {key: text for key, text in os.environ.items() if not key.startswith("W2V_")}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", PROGRAM, *arguments],
            cwd=tmp_path,
            env={**inherited, "W2V_MODEL": str(tiny_model)},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    return run


@pytest.mark.parametrize(
    "command",
    long_after(
        6,
        [
            "neighbors king",
            "export --format text",
            "convert MODEL out.npz",
            "plot MODEL -o map.svg",
            "info",
            "vocab corpus.txt",
            "analogy king queen the",
            "similarity king queen",
            "odd-one-out king queen the",
            "contexts king",
            "explain king queen",
            f"evaluate --pairs {DATA / 'pairs.tsv'}",
            "diagnose",
            "stability MODEL MODEL",
            "diff MODEL MODEL",
            "align MODEL MODEL -o turned.npz",
            "verify MODEL",
            "config --window 3",
            "phrases corpus.txt -o joined.txt",
            "walks edges.txt -o walks.txt",
        ],
    ),
    ids=lambda command: command.split()[0],
)
def test_commands_that_do_not_train_need_no_tensorflow(
    run: Run, tiny_model: Path, command: str
) -> None:
    done = run(*command.replace("MODEL", str(tiny_model)).split())
    assert done.returncode == 0, done.stderr
    assert "Error" not in done.stderr


def test_train_says_what_is_missing_before_it_reads_the_text(run: Run, tmp_path: Path) -> None:
    done = run("train", "corpus.txt")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "error: training needs TensorFlow, which is not installed here; `pip install tensorflow`\n"
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus.txt", "edges.txt"]
