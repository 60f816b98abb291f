"""A whole run as one plain call: count, encode, train, save."""

import json
import logging
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
from w2v_cli.commands.run_directory import CHECKPOINTS, ENCODED, run_directory
from w2v_cli.commands.stopping import StopRequest, stop_requests
from w2v_cli.commands.unfinished_run import (
    CheckpointTimes,
    open_metrics,
    remember_settings,
    remember_text,
    reopen_text,
)
from w2v_cli.commands.warm_start import open_initial, rows_for
from w2v_cli.config import Config
from w2v_cli.config_sources import to_yaml
from w2v_cli.corpus.cache import prepare_cached
from w2v_cli.corpus.ledger import Account
from w2v_cli.corpus.preparation import RARE, VOCABULARY, PreparedText, prepare
from w2v_cli.corpus.readers import find_files
from w2v_cli.corpus.vocabulary import Vocabulary
from w2v_cli.errors import ConfigError
from w2v_cli.training.initial import InitialRows
from w2v_cli.training.pairs import keep_probabilities
from w2v_cli.training.quiet import quiet_stderr, require_tensorflow
from w2v_cli.vectors.store import METRICS, TABLES, Model, open_model, write_manifest

if TYPE_CHECKING:
    from w2v_cli.training.loop import Report, Trainer


log = logging.getLogger(__name__)


class Progress:
    """Is told what happens during a run, and shows nothing; subclasses do."""

    def stage(self, text: str) -> None:
        """Hear that a new part of the run begins."""

    def report(self, report: "Report") -> None:
        """Hear that a chunk was trained."""

    def close(self) -> None:
        """Hear that training has ended."""


def train(
    config: Config,
    *,
    overwrite: bool = False,
    resume: bool = False,
    progress: Progress | None = None,
) -> Model:
    """Train on `config.run.corpus` and write the model directory `config.run.output`.

    Args:
        config: every setting of the run.
        overwrite: replace a model that is already at the output, or forget an unfinished run.
        resume: go on with the unfinished run for this output, which had the same settings.
        progress: is told what happens.

    Returns:
        The open model.

    Raises:
        ConfigError: no corpus is named, or the run to resume had other settings.
        CorpusError: the text cannot be read or leaves nothing to train on.
        MissingLibraryError: TensorFlow is not installed.
        ModelError: the output cannot be written, or there is no run to resume.
        StoppedError: a signal has ended the run.
        TrainingError: a device is missing, the loss is not finite, or the text has changed.
    """
    progress = progress or Progress()
    if not config.run.corpus:
        raise ConfigError("no corpus: name the text files to train on")
    require_tensorflow()
    target = Path(config.run.output)
    with (
        stop_requests() as stop,
        run_directory(target, overwrite=overwrite, resume=resume) as directory,
    ):
        remember_settings(config, directory, resume=resume)
        known = open_initial(config)
        text = _read_text(config, directory, progress)
        initial = rows_for(text.vocabulary, known) if known else None
        if initial:
            progress.stage(
                f"{len(initial.ids):,} of {len(text.vocabulary):,} words begin with their vectors"
                f" of {config.run.init_vectors}"
            )
        stop.can_wait = True  # from here on to the end: the rest is short, or stops in good order
        progress.stage("starting TensorFlow")
        trainer = _start(text, config, initial)
        stop.check("before training began")
        _run(trainer, directory, stop, progress)
        (directory / "config.yaml").write_text(to_yaml(config), encoding="utf-8")
        write_manifest(directory, _describe(config, text, trainer, initial))
    return open_model(target)


def _read_text(config: Config, directory: Path, progress: Progress) -> PreparedText:
    """Prepare the text, or find it as it was prepared before the run stopped."""
    text = reopen_text(directory, config)
    if text is None:
        if config.run.cache is not None:
            text = prepare_cached(config, Path(config.run.cache), progress.stage)
        if text is None:
            shutil.rmtree(directory / ENCODED, ignore_errors=True)
            (directory / ENCODED).mkdir()
            text = prepare(config, directory / ENCODED, progress.stage)
        remember_text(directory, config, text)
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


def _start(text: PreparedText, config: Config, initial: InitialRows | None) -> "Trainer":
    """Load TensorFlow and build the tables."""
    with quiet_stderr():
        from w2v_cli.training.devices import prepare_devices
        from w2v_cli.training.loop import Trainer

        placement = prepare_devices(config.devices, config.training.engine)
    return Trainer(text.corpus, text.vocabulary, config, placement, initial)


def _run(trainer: "Trainer", directory: Path, stop: StopRequest, progress: Progress) -> None:
    """Train from where the run stands to its end, with a checkpoint now and then."""
    from w2v_cli.training.checkpoints import Checkpoints

    checkpoints = Checkpoints(directory / CHECKPOINTS)
    trainer.position = checkpoints.restore(trainer.tables)
    due = CheckpointTimes(trainer.config.training.checkpoint_minutes)
    can_resume = trainer.config.objective.sampler != "learned_unigram"
    if not can_resume:
        log.warning(
            "sampler learned_unigram keeps its counts inside TensorFlow: this run makes no"
            " checkpoints, and cannot be resumed"
        )
    _say_where(trainer, progress)
    try:
        with open_metrics(directory / METRICS, trainer.position.tokens) as metrics:
            for report in trainer.run():
                metrics.write(json.dumps(asdict(report)) + "\n")
                progress.report(report)
                is_last = report.tokens == report.total_tokens
                stops = stop.signal is not None and not is_last
                if can_resume and (due(ends_epoch=trainer.position.chunks == 0) or stops):
                    metrics.flush()
                    checkpoints.save(trainer.tables, trainer.position)
                if stops:
                    stop.check(
                        f"in epoch {report.epoch}, {report.tokens / report.total_tokens:.0%}"
                    )
    finally:
        progress.close()
    for name, file_name in TABLES.items():
        trainer.tables.write(name, directory / file_name)


def _say_where(trainer: "Trainer", progress: Progress) -> None:
    position, epochs = trainer.position, trainer.config.training.epochs
    text = f"training {epochs} epochs of {trainer.corpus.n_tokens:,} words"
    if position.tokens:
        share = position.tokens / (trainer.corpus.n_tokens * epochs)
        text += f", going on in epoch {position.epoch + 1} at {share:.0%}"
    progress.stage(text)


def _describe(
    config: Config, text: PreparedText, trainer: "Trainer", initial: InitialRows | None
) -> dict[str, Any]:
    """Return what `model.json` says of a run that has ended."""
    done = trainer.position
    return {
        "status": "finished",
        "created_at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "n_words": len(text.vocabulary),
        "dimension": config.model.dimension,
        "corpus": _describe_corpus(config, text),
        "initial_words": len(initial.ids) if initial else 0,
        "training": {
            "tokens": done.tokens,
            "pairs": sum(done.pairs),
            "loss_by_epoch": done.loss_by_epoch,
            "seconds": round(done.elapsed_s, 3),
            "tokens_per_s": round(done.tokens / done.elapsed_s),
        },
        "config": config.values(),
        "seed": config.training.seed,
        "versions": _versions(),
        "peak_resident_bytes": peak_resident_bytes(),
    }


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
