"""Starts of training, one after the other: a race in the first step ends some of them.

Two threads that ran one function compiled by XLA for the first time crashed TensorFlow 2.21 in 1 of
28 to 107 starts. So one thread runs it once before the parts of a step do.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
N_STARTS = 1000


TRAIN = """
import sys
from w2v_cli.config.config import Config
from w2v_cli.runs.train import train

objective, weights = sys.argv[1:]
settings = {"threads": 4, "epochs": 2, "objective": objective, "weights": weights or None}
train(Config.of(corpus="corpus.txt", output="model", **settings))
"""


@pytest.mark.long
@pytest.mark.parametrize(
    ("objective", "weights"), [("sampled_softmax", ""), ("negative_sampling", "weights.txt")]
)
def test_xla_compiles_once_whatever_the_number_of_threads(
    objective: str, weights: str, tmp_path: Path
) -> None:
    (tmp_path / "corpus.txt").write_text("one two three four five six seven\n" * 500)
    (tmp_path / "weights.txt").write_text("0.5\n" * 500)
    done = subprocess.run(
        [sys.executable, "-c", TRAIN, objective, weights],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "TF_CPP_MIN_LOG_LEVEL": "0",
            "TF_CPP_VMODULE": "device_compiler=1",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.count("Compilation of XLA executable") == 1, done.stderr


@pytest.mark.torture
def test_a_thousand_starts_end_well(tmp_path: Path) -> None:
    text = tmp_path / "corpus.txt"
    words = [f"w{number % 97 * number % 89}" for number in range(20_000)]
    text.write_text("".join(" ".join(words[i : i + 20]) + "\n" for i in range(0, len(words), 20)))
    command = [sys.executable, "-m", "w2v_cli", "train", str(text), "--threads", "2"]
    command += ["--epochs", "1", "--overwrite", "--output", str(tmp_path / "model")]
    for number in range(1, N_STARTS + 1):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"start {number}: {done.stderr}"
