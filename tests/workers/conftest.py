"""A text whose vocabulary is larger than what every combination covers, and runs on it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

SETTINGS: dict[str, Any] = {
    "dimension": 8,
    "epochs": 2,
    "min_count": 1,
    "window": 3,
    "step_tokens": 512,
    "noise_tokens": 128,
    "threads": 1,
    "combine_tokens": 10_000,
    "join_seconds": 60,
    "checkpoint_minutes": 1e-6,  # after every combination of all rows
}


@pytest.fixture(scope="session")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a text of 80,000 words, 9,000 of them different."""
    random = np.random.default_rng(3)
    ids = np.concatenate([np.arange(9_000), random.zipf(1.3, 71_000) % 9_000])
    random.shuffle(ids)
    path = tmp_path_factory.mktemp("workers") / "corpus.txt"
    path.write_text("".join(" ".join(f"w{i}" for i in line) + "\n" for line in ids.reshape(-1, 10)))
    return path


_begun: list["subprocess.Popen[str]"] = []


@pytest.fixture(autouse=True)
def _leave_nothing_running() -> Iterator[None]:
    """End what a test that failed has left behind. The workers of a chief end by themselves."""
    yield
    while _begun:
        with _begun.pop() as run:
            run.kill()


def begin(text: Path, output: Path, *more: str, **settings: object) -> "subprocess.Popen[str]":
    """Start `w2v train` in a process group of its own."""
    chosen = {**SETTINGS, **settings, "output": str(output)}
    flags = [f"--{key.replace('_', '-')}={value}" for key, value in chosen.items()]
    inherited = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("W2V_", "TF_CONFIG", "SLURM_"))
    }
    run = subprocess.Popen(
        [sys.executable, "-m", "w2v_cli", "train", str(text), *flags, *more],
        env=inherited,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    _begun.append(run)
    return run
