"""Model directories written without training, and the program run as users run it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike

from tests.forked import run_forked
from tests.in_process import run_in_process
from w2v_cli.config.config import Config
from w2v_cli.config.sources import to_yaml
from w2v_cli.corpus.ledger import Ledger
from w2v_cli.runs.tensorflow import prepare_tensorflow
from w2v_cli.vectors import store
from w2v_cli.vocabulary import Vocabulary, write_vocabulary
from w2v_cli.word_counts import write_word_counts

# Before a test imports TensorFlow, so that trainings here and those of the program are the same.
prepare_tensorflow()

# A shell that starts the tests in the background makes them, and all they start, deaf to Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)

Finished = subprocess.CompletedProcess[str]

MARK = "loaded modules: "
LISTING_MODULES = f"""
import atexit, sys
atexit.register(lambda: print({MARK!r}, *sys.modules, file=sys.stderr))
from w2v_cli.cli import main
main()
"""

REPORT = {
    "epoch": 1, "tokens": 28, "total_tokens": 28, "pairs": 40, "loss": 2.5, "learning_rate": 0.0001,
    "elapsed_s": 2.0,
}  # fmt: skip


@pytest.fixture(scope="session")
def make_model(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Return `make(words, counts, center, context, rare=..., **settings)`, which gives a path."""

    def make(
        words: Sequence[str],
        counts: Sequence[int],
        center: ArrayLike,
        context: ArrayLike | None = None,
        *,
        rare: Sequence[tuple[str, int]] = (),
        **settings: object,
    ) -> Path:
        target = tmp_path_factory.mktemp("made") / "model"
        centers = np.array(center, dtype=np.float32)
        contexts = np.zeros_like(centers) if context is None else np.array(context, np.float32)
        tables = {
            "center": centers,
            "context": contexts,
            "biases": np.zeros(len(words), dtype=np.float32),
        }
        config = Config.of(corpus="corpus.txt", dimension=centers.shape[1], epochs=1, **settings)
        with store.new_directory(target) as directory:
            _fill(directory, Vocabulary(words, np.array(counts)), rare, config, tables)
        return target

    return make


def _fill(
    directory: Path,
    vocabulary: Vocabulary,
    rare: Sequence[tuple[str, int]],
    config: Config,
    tables: Mapping[str, np.ndarray],
) -> None:
    write_vocabulary(vocabulary, directory / "vocab.tsv")
    write_word_counts(rare, directory / "rare.tsv")
    (directory / "config.yaml").write_text(to_yaml(config), encoding="utf-8")
    for name, file_name in store.TABLES.items():
        np.save(directory / file_name, tables[name], allow_pickle=False)
    (directory / "metrics.jsonl").write_text(json.dumps(REPORT) + "\n", encoding="utf-8")
    n_tokens, n_rare = vocabulary.n_tokens, sum(count for _, count in rare)
    store.write_manifest(
        directory,
        {
            "status": "finished",
            "created_at": "2024-05-06T07:08:09+00:00",
            "n_words": len(vocabulary),
            "dimension": config.model.dimension,
            "corpus": {
                "files": [{"path": "corpus.txt", "bytes": 150}],
                "ledger": asdict(
                    Ledger(read=n_tokens + n_rare, in_vocabulary=n_tokens, below_min_count=n_rare)
                ),
                "different_words": len(vocabulary) + len(rare),
                "expected_kept_by_epoch": n_tokens,
                "tokens": n_tokens,
                "sentences": 7,
                "sha256_of_ids": "0" * 64,
            },
            "training": {
                "tokens": n_tokens,
                "pairs": 40,
                "loss_by_epoch": [2.5],
                "untrained_loss": 4.5,
                "seconds": 2.0,
                "tokens_per_s": 14,
                "threads": 2,
                "threads_of_a_step": 1,
                "precision": "bfloat16",
            },
            "config": config.values(),
            "derived": config.derived,
            "seed": config.training.seed,
            "versions": {"w2v": "0.1.0", "python": "3.11", "tensorflow": "2.21", "numpy": "2.4"},
            "peak_resident_bytes": 300_000_000,
            "private_resident_bytes": 200_000_000,
        },
    )


@pytest.fixture(scope="session")
def tiny_model(make_model: Callable[..., Path]) -> Path:
    """Five words whose lengths are 1 or 5, so that every cosine is a decimal with two digits.

    Cosines of king: queen 24/25 = 0.96, apple 0.8, the 0.6, café -0.6.
    Tests only read it; one that changes a model makes its own or copies this one.
    """
    return make_model(
        ["the", "king", "queen", "café", "apple"],
        [10, 6, 5, 4, 3],
        center=[[1, 0], [3, 4], [4, 3], [-1, 0], [0, 1]],
        context=[[0.5, 0], [0, 0.25], [-4, 0], [1, 1], [0.1, -1]],
        rare=[("quince", 2), ("kin", 1)],
        min_count=3,
        objective="sampled_softmax",
    )


@pytest.fixture(scope="session")
def run_w2v() -> Callable[..., Finished]:
    """Return `run(*args, cwd=..., env=..., input=...)`, which runs w2v.

    `train` and `plan` get a process of their own in which TensorFlow is loaded already. The others
    run in this process, which is quicker.
    `env` is added to the environment, from which the caller's W2V_* variables are taken out.
    """

    def run(
        *args: str | Path,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        input: str | None = None,
    ) -> Finished:
        arguments = [*map(str, args)]
        if not {"train", "plan"} & {*arguments}:
            return run_in_process(arguments, cwd, _environment(env), input)
        if sys.platform != "linux":  # elsewhere a system's libraries may not survive a fork
            return _run(["-m", "w2v_cli", *arguments], cwd, env, input)
        return run_forked(arguments, cwd, _environment(env), input)

    return run


@pytest.fixture(scope="session")
def run_program() -> Callable[..., Finished]:
    """Return the same for a process of its own, whatever the command."""

    def run(*args: str | Path, **how: Any) -> Finished:
        return _run(["-m", "w2v_cli", *map(str, args)], **how)

    return run


@pytest.fixture(scope="session")
def run_and_list_modules() -> Callable[..., tuple[Finished, set[str]]]:
    """Return the same with the names of all modules that were loaded when the program ended."""

    def run(*args: str | Path, **how: Any) -> tuple[Finished, set[str]]:
        done = _run(["-c", LISTING_MODULES, *map(str, args)], **how)
        done.stderr, _, modules = done.stderr.rpartition(MARK)
        assert "w2v_cli.cli" in modules.split()
        return done, set(modules.split())

    return run


def _run(
    arguments: Sequence[str],
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    input: str | None = None,
) -> Finished:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=_environment(env),
        input=input,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def _environment(added: Mapping[str, str] | None) -> dict[str, str]:
    # PYTHONUNBUFFERED would hide what happens when the end of the output cannot be written.
    inherited = {
        key: text
        for key, text in os.environ.items()
        if not key.startswith("W2V_") and key != "PYTHONUNBUFFERED"
    }
    return {**inherited, **(added or {})}
