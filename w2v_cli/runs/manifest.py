"""Describe a run for `model.json`: its text, settings, losses, speed and versions."""

import platform
import sys
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from w2v_cli import __version__
from w2v_cli.config.config import Config
from w2v_cli.corpus.prepared_text import PreparedText
from w2v_cli.corpus.reading.files import find_files
from w2v_cli.corpus.subsampling import default_threshold
from w2v_cli.corpus.windows import Windows
from w2v_cli.memory import peak_resident_bytes, private_resident_bytes

if TYPE_CHECKING:
    from w2v_cli.training.loop import Trainer


def describe_run(
    config: Config, text: PreparedText, trainer: "Trainer", n_initial: int
) -> dict[str, Any]:
    """Return the content of `model.json` for a finished run.

    Args:
        config: the settings as they were given; the derived values are added beside them.
        text: the text that the run trained on.
        trainer: the trainer at the end of the run.
        n_initial: number of words that started with given vectors.
    """
    done = trainer.position
    return {
        "status": "finished",
        "created_at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "n_words": len(text.vocabulary),
        **({"n_contexts": len(text.contexts)} if text.contexts is not None else {}),
        "dimension": config.model.dimension,
        "corpus": _describe_corpus(config, text),
        "initial_words": n_initial,
        "training": {
            "tokens": done.tokens,
            "pairs": sum(done.pairs),
            "loss_by_epoch": done.loss_by_epoch,
            "untrained_loss": trainer.untrained_loss,
            "seconds": round(done.elapsed_s, 3),
            "tokens_per_s": round(done.tokens / done.elapsed_s),
            "threads": trainer.config.devices.n_threads,
            "threads_of_a_step": trainer.engine.n_threads,
            "precision": trainer.config.devices.precision,
            "workers": trainer.peers.n_workers,
            **_describe_combinations(trainer),
        },
        "config": config.values(),
        "derived": {**config.derived, **_derived_from_text(config, text)},
        "seed": config.training.seed,
        "versions": {
            "w2v": __version__,
            "python": platform.python_version(),
            "tensorflow": sys.modules["tensorflow"].__version__,
            "numpy": np.__version__,
        },
        "peak_resident_bytes": max(peak_resident_bytes(), text.counting_bytes),
        "private_resident_bytes": private_resident_bytes(),
    }


def _describe_combinations(trainer: "Trainer") -> dict[str, Any]:
    if trainer.peers.n_workers == 1:
        return {}
    return {"combine_tokens": trainer.round_tokens, **trainer.peers.facts}


def _derived_from_text(config: Config, text: PreparedText) -> dict[str, float]:
    if config.threshold is not None:
        return {}
    return {"subsample": default_threshold(len(text.vocabulary))}


def _describe_corpus(config: Config, text: PreparedText) -> dict[str, Any]:
    return {
        "files": [
            {"path": path, "bytes": Path(path).stat().st_size if Path(path).is_file() else None}
            for path in find_files(config.run.corpus)
        ],
        "ledger": asdict(text.account.ledger),
        "lines": asdict(text.lines),
        **({"pairs": asdict(text.pairs)} if text.pairs else {}),
        "different_words": text.account.n_different,
        "expected_kept_by_epoch": text.kept(config.threshold),
        "tokens": text.corpus.n_tokens,
        "sentences": len(text.corpus.starts) - 1,
        "pairs_without_subsampling": Windows.of(config).mean_pairs(text.corpus.starts),
        "sha256_of_ids": text.corpus.sha256,
    }
