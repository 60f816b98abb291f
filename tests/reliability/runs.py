"""A small text, and runs on it, in this process and as programs of their own."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import numpy as np

from w2v_cli import train
from w2v_cli.config.config import Config
from w2v_cli.runs.observers import Observer
from w2v_cli.vectors.store import TABLES

SETTINGS: dict[str, Any] = {
    "dimension": 16,
    "epochs": 3,
    "min_count": 1,
    "window": 80,  # a chunk of 26,214 words, so four an epoch
    "subsample": 1e-3,
    "step_tokens": 2048,
    "batch_size": 4096,
    "threads": 1,
    "checkpoint_minutes": 1e-6,  # after every chunk
}


def write_text(path: Path) -> Path:
    """Write a text of 100,000 words, 500 of them different, whose pairs repeat."""
    random = np.random.default_rng(4)
    ids = np.minimum(random.zipf(1.3, size=(10_000, 10)), 500)
    ids[:, 1::2] = (ids[:, ::2] * 7) % 500 + 1
    path.write_text("".join(" ".join(f"w{id}" for id in line) + "\n" for line in ids.tolist()))
    return path


class Watched(Observer):
    """Calls a function with the number of each report, from 1."""

    def __init__(self, heard: Callable[[int], None]) -> None:
        self.heard, self.n_reports = heard, 0

    def report(self, report: object) -> None:
        self.n_reports += 1
        self.heard(self.n_reports)


def run_here(
    text: Path,
    output: Path,
    *,
    heard: Callable[[int], None] = lambda number: None,
    overwrite: bool = False,
    resume: bool = False,
    **settings: object,
) -> str:
    """Train in this process; return the sha256 of what was learned."""
    config = Config.of(**{**SETTINGS, **settings}, corpus=str(text), output=str(output))
    train(config, overwrite=overwrite, resume=resume, observer=Watched(heard))
    return learned(output)


def learned(model: Path) -> str:
    """Return a hash of the tables and the words of a model."""
    names = (*TABLES.values(), "vocab.tsv")
    return hashlib.sha256(b"".join((model / name).read_bytes() for name in names)).hexdigest()


def arguments(text: Path, **settings: object) -> list[str]:
    """Return the arguments of `w2v` that train on the text."""
    chosen = {**SETTINGS, **settings}
    flags = [f"--{key.replace('_', '-')}={value}" for key, value in chosen.items()]
    return ["train", str(text), *flags]


def begin(
    arguments: list[str], directory: Path, stdin: IO[bytes] | None = None
) -> "subprocess.Popen[str]":
    """Start `w2v` as users do, in a group of its own."""
    inherited = {key: text for key, text in os.environ.items() if not key.startswith("W2V_")}
    return subprocess.Popen(
        [sys.executable, "-m", "w2v_cli", *arguments],
        cwd=directory,
        env=inherited,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
