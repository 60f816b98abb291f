"""A whole run as one plain call: count, encode, train, save."""

import json
import platform
import resource
import shutil
import sys
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from w2v_cli import __version__
from w2v_cli.config import Config
from w2v_cli.config_sources import to_yaml
from w2v_cli.corpus.cache import prepare_cached
from w2v_cli.corpus.encoding import EncodedCorpus
from w2v_cli.corpus.ledger import Account
from w2v_cli.corpus.preparation import RARE, VOCABULARY, PreparedText, prepare
from w2v_cli.corpus.readers import find_files
from w2v_cli.corpus.vocabulary import Vocabulary
from w2v_cli.errors import ConfigError
from w2v_cli.training.pairs import keep_probabilities
from w2v_cli.training.quiet import quiet_stderr
from w2v_cli.vectors.store import (
    TABLES,
    Model,
    new_directory,
    open_model,
    write_manifest,
)

if TYPE_CHECKING:
    from w2v_cli.training.loop import Report, Trainer
    from w2v_cli.training.tables import TrainedTables

ENCODED = "encoded"
"""Where ids lie inside the model directory while it is being made."""


class Progress:
    """Is told what happens during a run, and shows nothing; subclasses do."""

    def stage(self, text: str) -> None:
        """Hear that a new part of the run begins."""

    def report(self, report: "Report") -> None:
        """Hear that a chunk was trained."""

    def close(self) -> None:
        """Hear that training has ended."""


def train(config: Config, *, overwrite: bool = False, progress: Progress | None = None) -> Model:
    """Train on `config.run.corpus` and write the model directory `config.run.output`.

    Args:
        config: every setting of the run.
        overwrite: replace a model that is already at the output.
        progress: is told what happens.

    Returns:
        The open model.

    Raises:
        ConfigError: no corpus is named.
        CorpusError: the text cannot be read or leaves nothing to train on.
        ModelError: the output cannot be written.
        TrainingError: a device is missing, or the loss is not finite.
    """
    progress = progress or Progress()
    if not config.run.corpus:
        raise ConfigError("no corpus: name the text files to train on")
    target = Path(config.run.output)
    with new_directory(target, overwrite) as directory:
        (directory / "config.yaml").write_text(to_yaml(config), encoding="utf-8")
        text = _read_text(config, directory, progress)
        vocabulary, corpus = text.vocabulary, text.corpus
        progress.stage("starting TensorFlow")
        trainer = _start(corpus, vocabulary, config)
        progress.stage(f"training {config.training.epochs} epochs of {corpus.n_tokens:,} words")
        training = _run(trainer, directory / "metrics.jsonl", progress)
        _save(trainer.result(), directory)
        if text.directory == directory / ENCODED:  # and not in a cache
            shutil.rmtree(text.directory)
        write_manifest(
            directory,
            {
                "status": "finished",
                "created_at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
                "n_words": len(vocabulary),
                "dimension": config.model.dimension,
                "corpus": _describe_corpus(config, text),
                "training": training,
                "config": config.values(),
                "seed": config.training.seed,
                "versions": _versions(),
                "peak_resident_bytes": peak_resident_bytes(),
            },
        )
    return open_model(target)


def _read_text(config: Config, directory: Path, progress: Progress) -> PreparedText:
    """Prepare the text; put the vocabulary and the words left out into the model directory."""
    text = None
    if config.run.cache is not None:
        text = prepare_cached(config, Path(config.run.cache), progress.stage)
    if text is None:
        (directory / ENCODED).mkdir()
        text = prepare(config, directory / ENCODED, progress.stage)
    for name in (VOCABULARY, RARE):
        shutil.copy(text.directory / name, directory / name)
    progress.stage(f"{text.account.ledger}")
    kept = expected_kept(text.vocabulary, text.account, config)
    progress.stage(f"subsampling is expected to keep {kept:,} of them in each epoch")
    return text


def expected_kept(vocabulary: Vocabulary, account: Account, config: Config) -> int:
    """Return how many words of the text an epoch is expected to keep after subsampling."""
    keep = keep_probabilities(vocabulary.counts, config.pairs.subsample)
    return round(float(account.counts @ keep))


def _start(corpus: EncodedCorpus, vocabulary: Vocabulary, config: Config) -> "Trainer":
    """Load TensorFlow and build the tables."""
    with quiet_stderr():
        from w2v_cli.training.devices import prepare_devices
        from w2v_cli.training.loop import Trainer

        placement = prepare_devices(config.devices, config.training.engine)
    return Trainer(corpus, vocabulary, config, placement)


def _run(trainer: "Trainer", metrics_path: Path, progress: Progress) -> dict[str, Any]:
    """Train all epochs; return what `model.json` says about it."""
    loss_sums: dict[int, float] = {}
    pairs: dict[int, int] = {}
    try:
        with metrics_path.open("w", encoding="utf-8") as metrics:
            for report in trainer.run():
                metrics.write(json.dumps(asdict(report)) + "\n")
                progress.report(report)
                epoch, n_pairs = report.epoch, report.pairs
                loss_sums[epoch] = loss_sums.get(epoch, 0.0) + report.loss * n_pairs
                pairs[epoch] = pairs.get(epoch, 0) + n_pairs
    finally:
        progress.close()
    return {
        "tokens": report.tokens,
        "pairs": sum(pairs.values()),
        "loss_by_epoch": [loss_sums[epoch] / max(pairs[epoch], 1) for epoch in pairs],
        "seconds": round(report.elapsed_s, 3),
        "tokens_per_s": round(report.tokens / report.elapsed_s),
    }


def _save(tables: "TrainedTables", directory: Path) -> None:
    for name, file_name in TABLES.items():
        np.save(directory / file_name, getattr(tables, name), allow_pickle=False)


def _describe_corpus(config: Config, text: PreparedText) -> dict[str, Any]:
    return {
        "files": [
            {"path": path, "bytes": Path(path).stat().st_size if Path(path).is_file() else None}
            for path in find_files(config.run.corpus)
        ],
        "ledger": asdict(text.account.ledger),
        "different_words": text.account.n_different,
        "expected_kept_by_epoch": expected_kept(text.vocabulary, text.account, config),
        "tokens": text.corpus.n_tokens,
        "sentences": len(text.corpus.starts) - 1,
        "sha256_of_ids": text.corpus.sha256,
    }


def _versions() -> dict[str, str]:
    return {
        "w2v": __version__,
        "python": platform.python_version(),
        "tensorflow": sys.modules["tensorflow"].__version__,
        "numpy": np.__version__,
    }


def peak_resident_bytes() -> int:
    """Return the largest resident size this process has had."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024  # macOS counts bytes, Linux KiB
