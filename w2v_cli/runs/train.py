"""A whole run as one function call: count, encode, train, save."""

import logging
import shutil
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from w2v_cli.config.config import Config
from w2v_cli.config.sources import to_yaml
from w2v_cli.corpus.cache import prepare_cached
from w2v_cli.corpus.preparation import prepare
from w2v_cli.corpus.prepared_text import CONTEXTS, RARE, VOCABULARY, PreparedText
from w2v_cli.corpus.windows import Windows
from w2v_cli.errors import ConfigError, DivergedError, StoppedError
from w2v_cli.planning.memory import check_memory
from w2v_cli.planning.text_size import TextSize
from w2v_cli.runs.agreement import offer_run
from w2v_cli.runs.checkpoint_times import CheckpointTimes
from w2v_cli.runs.deadline import Deadline, repeatable
from w2v_cli.runs.directory import CHECKPOINTS, ENCODED, can_resume, keep_aside, run_directory
from w2v_cli.runs.interrupts import defer_interrupt
from w2v_cli.runs.manifest import describe_run
from w2v_cli.runs.metrics import MetricsFile
from w2v_cli.runs.metrics_table import write_metrics_table
from w2v_cli.runs.observers import Observer, Observers
from w2v_cli.runs.record import (
    recall_chunk_tokens,
    recall_initial_words,
    remember_initial_words,
    remember_settings,
    remember_text,
    remember_workers,
    reopen_text,
)
from w2v_cli.runs.scoring import Scoring
from w2v_cli.runs.start import Started, started
from w2v_cli.runs.stop_rules import StopRule, StopRules, place_of
from w2v_cli.runs.tensorboard import tensorboard_files
from w2v_cli.runs.tensorflow import prepare_tensorflow
from w2v_cli.runs.warm_start import (
    check_frozen,
    describe_initial,
    open_initial,
    rows_for,
    rows_in,
)
from w2v_cli.vectors.loading import load_vectors
from w2v_cli.vectors.queries import Vectors
from w2v_cli.vectors.store import METRICS, METRICS_TABLE, write_manifest
from w2v_cli.workers.environment import find_cluster
from w2v_cli.workers.team import Team, check_settings

if TYPE_CHECKING:
    from w2v_cli.training.initial import InitialRows
    from w2v_cli.training.loop import Trainer

log = logging.getLogger(__name__)

HIGHEST_LOSS = 1.1
"""A run has failed if its loss is above this times the loss of an untrained model.

It is the loss of the epoch in which the tables of the model were trained last. The loss of an
untrained model is computed to about 1 %, and a run that learns little stays near it.
"""


def train(
    config: Config,
    *,
    overwrite: bool = False,
    resume: bool = False,
    observer: Observer | None = None,
    stop_rules: Sequence[StopRule] = (),
    around_start: AbstractContextManager[object] | None = None,
    time_used_s: float = 0.0,
) -> Vectors:
    """Train on `config.run.corpus` and write the model directory `config.run.output`.

    A KeyboardInterrupt during training saves a state from which the run can be resumed, and is then
    raised again. Signal handlers are changed only during training.

    This call changes global settings of TensorFlow. It sets the numbers of threads, if TensorFlow
    has not started yet. It turns oneDNN on, if TensorFlow is not imported yet. With `deterministic`
    it turns on op determinism, which cannot be turned off again. With `deterministic` or the
    sampler `learned_unigram` it sets the global seed. It turns soft placement off during the run
    and restores it afterwards.

    Args:
        config: every setting of the run.
        overwrite: replace an existing model at the output, or delete an unfinished run.
        resume: continue the unfinished run for this output. It must have the same settings.
        observer: receives the events of the run.
        stop_rules: can stop the run.
        around_start: context manager that is entered while TensorFlow is loaded and started.
        time_used_s: seconds of the time budget that have passed before this call.

    Returns:
        The vectors of the model, memory-mapped. Their attribute `model` is the model.

    Raises:
        ConfigError: no corpus is named, or the run to resume had other settings.
        CorpusError: the text cannot be read or has no words to train on.
        InputMissingError: a file does not exist, or there is no run to resume.
        NotEnoughMemoryError: there is less memory than training takes in any case.
        MissingLibraryError: TensorFlow is not installed.
        OutputError: the output cannot be written, exists already, or another run is writing it.
        StoppedError: a stop rule has stopped the run.
        DivergedError: the loss is not finite, or it ends above that of a model that knows nothing.
        TrainingError: a device is missing, the text has changed, or TensorFlow fails.
    """
    if not config.run.corpus:
        raise ConfigError("no corpus: name the text files to train on")
    prepare_tensorflow()
    deadline = Deadline.of(config, time_used_s)
    target, rules = Path(config.run.output), StopRules(stop_rules)
    cluster = find_cluster(config.devices)
    if cluster and not cluster.is_chief:
        raise ConfigError(
            f"this process is {cluster.describe(cluster.rank)}; only the chief returns vectors:"
            " call w2v_cli.runs.follow.follow here"
        )
    team = Team.of(config.devices, cluster)
    check_settings(config, team)
    with ExitStack() as stack:
        directory = stack.enter_context(run_directory(target, overwrite=overwrite, resume=resume))
        files = [MetricsFile(directory / METRICS), *tensorboard_files(config)]
        heard = Observers([*files, observer or Observer()])
        remember_settings(config, directory, resume=resume)
        start = started(config, cluster, heard.stage, around_start)
        if cluster is not None:
            run = stack.enter_context(start)  # the other workers are waiting already
        # The checkpoints of a resumed run already contain these vectors.
        goes_on = resume and can_resume(target)
        known = None if goes_on and config.run.freeze is None else open_initial(config)
        text = _read_text(config, directory, heard)
        check_memory(config, TextSize.of(text, config), team)
        scoring = Scoring(config, text, directory)
        initial = rows_for(text.vocabulary, known, config) if known else None
        if initial:
            remember_initial_words(directory, len(initial.ids))
            heard.stage(describe_initial(initial, text.vocabulary, config))
        rules.wait_to_be_asked()  # the rest is short or saves its state
        if cluster is None:
            run = stack.enter_context(start)
        rules.check("before training began")
        from w2v_cli.training.devices import strict_placement
        from w2v_cli.training.failures import name_tensorflow_failures
        from w2v_cli.training.loop import Trainer

        with name_tensorflow_failures(), strict_placement():
            trainer = Trainer(
                text.corpus,
                text.vocabulary,
                run.config,
                run.placement,
                initial,
                run.peers,
                recall_chunk_tokens(directory),
                text.contexts,
            )
            remember_workers(directory, trainer.peers.n_workers, trainer.chunk_tokens)
            _run(trainer, run, text, directory, rules, heard, deadline, scoring, initial)
            scoring.write_tables(trainer.tables)
        if initial:
            check_frozen(initial, rows_in(directory), config)
        write_metrics_table(directory / METRICS, directory / METRICS_TABLE)
        repeats = repeatable(config, trainer)
        (directory / "config.yaml").write_text(to_yaml(repeats), encoding="utf-8")
        n_initial = recall_initial_words(directory)
        described = describe_run(repeats, text, trainer, n_initial)
        if initial and initial.frozen:
            described["frozen_tables"] = list(initial.frozen)
        write_manifest(directory, {**described, **scoring.facts})
        # Given vectors can be large, and need not suit the noise of this run.
        if not n_initial:
            _refuse_noise(trainer, scoring.epoch_of_tables(trainer), directory, target)
    return load_vectors(target)


def _refuse_noise(trainer: "Trainer", epoch: int, directory: Path, target: Path) -> None:
    """Raise DivergedError if the vectors are noise, and warn if little was learned.

    A model of noise is kept aside.

    Args:
        trainer: at the end of the run.
        epoch: the epoch, from 1, in which the tables of the model were trained last.
        directory: where the model is now.
        target: where it was to be.
    """
    loss, untrained = trainer.position.loss_by_epoch[epoch - 1], trainer.untrained_loss
    if loss <= untrained:
        return
    told = (
        f"the loss of epoch {epoch} is {loss:.4g}, and a model that knows nothing has"
        f" {untrained:.4g}"
    )
    if loss <= HIGHEST_LOSS * untrained:
        log.warning(
            "%s: the vectors have learned little; train on more text, for more --epochs or with a"
            " smaller --step-tokens",
            told,
        )
        return
    aside = keep_aside(directory, target)
    raise DivergedError(
        f"{told}: the vectors are noise. They are kept in {aside}; use a --learning-rate below"
        f" {trainer.config.optimizer.rates[0]:g}"
    )


def _read_text(config: Config, directory: Path, observer: Observer) -> PreparedText:
    """Prepare the text, or open the text that was prepared before the run stopped."""
    text = reopen_text(directory, config)
    if text is None:
        if config.run.cache is not None:
            text = prepare_cached(config, Path(config.run.cache), observer.stage)
        if text is None:
            shutil.rmtree(directory / ENCODED, ignore_errors=True)
            (directory / ENCODED).mkdir()
            text = prepare(config, directory / ENCODED, observer.stage)
        remember_text(directory, config, text)
        for name in (VOCABULARY, RARE, *([CONTEXTS] if text.contexts else [])):
            shutil.copy(text.directory / name, directory / name)
    if text.pairs:
        observer.stage(f"{text.pairs}")
        return text
    observer.stage(f"{text.account.ledger}")
    weighted = config.run.weights is not None or config.run.weight_field is not None
    if config.pairs.is_line or weighted:
        pairs = Windows.of(config).mean_pairs(text.corpus.starts)
        observer.stage(f"{text.lines}; {pairs:,} pairs without subsampling")
    kept = text.kept(config.threshold)
    observer.stage(f"subsampling is expected to keep {kept:,} of them in each epoch")
    return text


def _run(
    trainer: "Trainer",
    run: Started,
    text: PreparedText,
    directory: Path,
    rules: StopRules,
    observer: Observer,
    deadline: Deadline | None,
    scoring: Scoring,
    initial: "InitialRows | None",
) -> None:
    """Train from the current position to the end, with checkpoints when they are due."""
    from w2v_cli.runs.checkpoints import Checkpoints

    peers = trainer.peers
    checkpoints = Checkpoints(directory / CHECKPOINTS, trainer.chunk_tokens)
    trainer.go_on_from(checkpoints.restore(trainer.tables))
    if initial:
        check_frozen(initial, trainer.tables.rows, trainer.config)
    scoring.go_on_from(checkpoints)
    if run.transport:
        offer_run(run.transport, run.config, text, trainer.position, trainer.chunk_tokens)
    due = CheckpointTimes(trainer.config.training.checkpoint_minutes)
    keeps_states = trainer.config.sampler != "learned_unigram"
    _warn(trainer)
    if deadline:
        deadline.begin(trainer, directory, scoring.rehearse(trainer))
    observer.stage(_describe_start(trainer))
    observer.begin(trainer.position.tokens, trainer.total_tokens)
    reports = trainer.run()
    try:
        while True:
            with defer_interrupt():
                report = next(reports, None)
                if report and deadline:
                    deadline.hear(trainer, report)
                    report = replace(report, total_tokens=trainer.total_tokens)
                evaluation = scoring.evaluate(trainer) if report else None
            if report is None:
                if trainer.position.tokens == trainer.total_tokens:
                    scoring.finish(trainer)
                    _tell(observer, scoring)
                    return
                reports = trainer.run()  # the run has become longer than its iterator
                continue
            observer.report(report)
            if evaluation is not None:
                observer.evaluation(evaluation)
            ends_epoch = trainer.position.chunks == 0
            if ends_epoch or trainer.is_evaluation_due:
                observer.tables(trainer.tables, report.tokens)
            if scoring.stops:
                _tell(observer, scoring)
                return
            if (stop := rules.ask()) is not None:
                peers.ask_to_stop(stop.signal)
            stops = peers.stop_signal is not None and report.tokens < report.total_tokens
            if keeps_states and peers.is_whole and (due(ends_epoch=ends_epoch) or stops):
                scoring.save(checkpoints, trainer)
                if deadline:
                    deadline.correct()
            if stops:
                assert peers.stop_signal is not None
                raise StoppedError(f"stopped {place_of(report)}", peers.stop_signal)
    except KeyboardInterrupt:
        is_state = trainer.is_between_chunks and peers.is_whole and trainer.position.tokens
        if keeps_states and is_state and not scoring.is_behind(trainer):
            scoring.save(checkpoints, trainer)
        raise
    finally:
        observer.end()


def _tell(observer: Observer, scoring: Scoring) -> None:
    for remark in scoring.remarks:
        observer.stage(remark)


def _warn(trainer: "Trainer") -> None:
    """Warn about effects of the settings that a user may not expect."""
    config = trainer.config
    if config.sampler == "learned_unigram":
        log.warning(
            "sampler learned_unigram keeps its counts inside TensorFlow: this run makes no"
            " checkpoints, and cannot be resumed"
        )
    first, last = config.optimizer.rates
    if config.evaluation.patience is not None and last < first:
        log.warning(
            "the learning rate falls to the end of the run, and most gains come near the end:"
            " --patience may stop too early; --min-learning-rate %g keeps the rate",
            first,
        )
    n_threads, n_used = config.devices.n_threads, trainer.engine.n_threads
    if n_threads > n_used + 1:  # one more thread prepares the text
        log.warning(
            "a step of engine %s is cut into %d part%s, so %d of %d threads have nothing to do",
            config.engine,
            n_used,
            "s" * (n_used > 1),
            n_threads - n_used - 1,
            n_threads,
        )


def _describe_start(trainer: "Trainer") -> str:
    position, training = trainer.position, trainer.config.training
    size = f"{trainer.corpus.n_tokens:,} words"
    if trainer.config.run.pairs:
        size = f"{trainer.corpus.n_sentences:,} pairs"
    text = f"training {training.n_epochs} epochs of {size}"
    if training.n_epochs is None:
        text = f"training on {size}"
        if trainer.length.decisions:
            text += f", {trainer.total_tokens / trainer.corpus.n_tokens:.2f} epochs in all"
        else:
            text += f" until {training.time_budget} have passed"
    if position.tokens:
        share = position.tokens / trainer.total_tokens
        text += f", going on in epoch {position.epoch + 1} at {share:.0%}"
    return text
