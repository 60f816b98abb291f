"""`w2v train`: train on text and write a model directory."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from w2v_cli.errors import ConfigError
from w2v_cli.terminal.exit_codes import with_exit_codes
from w2v_cli.terminal.flags import ConfigOption, CorpusArgument, resolve_configuration, with_options

if TYPE_CHECKING:
    from w2v_cli.config.config import Config
    from w2v_cli.terminal.console import ConsoleObserver
    from w2v_cli.vectors.queries import Vectors
    from w2v_cli.vectors.store import Model


@with_exit_codes
@with_options
def train(
    corpus: CorpusArgument = None,
    *,
    config: ConfigOption = None,
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="Replace an existing model, or delete an unfinished run."),
    ] = False,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Continue a stopped run, with its settings."),
    ] = False,
    report: Annotated[
        str | None,
        typer.Option(
            "--report",
            help="At the end, write the page of `w2v report` on the model to this file.",
            metavar="FILE",
        ),
    ] = None,
    **flags: Any,
) -> None:
    """Train vectors and write a model directory.

    The first of these sources that has a value for an option decides: its flag, its environment
    variable (such as W2V_WINDOW), the file of --config, the default.

    With --split-field it trains a model for each value of that field of the records. --resume then
    leaves out the models that are there already.
    """
    settings = resolve_configuration(corpus, config, flags).config
    if resume and overwrite:
        raise ConfigError(
            "--resume continues a run and --overwrite deletes it; pass only one of them"
        )

    if report is not None:
        from w2v_cli.storage import check_output_file

        check_output_file(report)  # now, so that no training is needed to see that it fails

    from w2v_cli.process_age import process_age_s
    from w2v_cli.runs.follow import follow
    from w2v_cli.runs.record import settings_of_unfinished
    from w2v_cli.runs.split import is_split
    from w2v_cli.terminal.console import ConsoleObserver
    from w2v_cli.terminal.signals import stop_on_signals
    from w2v_cli.terminal.start import start_tensorflow
    from w2v_cli.workers.environment import NoTrainingTaskError, find_cluster

    if is_split(settings):
        if report is not None:
            raise ConfigError(
                "--report is the page of one model; write those of the models with `w2v report`"
            )
        _train_each(settings, overwrite=overwrite, resume=resume)
        return
    if resume:
        known = {**settings_of_unfinished(settings.run.output), "output": settings.run.output}
        settings = resolve_configuration(corpus, config, flags, known).config
    console = ConsoleObserver()
    try:
        cluster = find_cluster(settings.devices)
    except NoTrainingTaskError as reason:
        console.stage(str(reason))
        return
    if cluster is not None and not cluster.is_chief:
        with stop_on_signals() as signals:
            follow(
                settings,
                cluster,
                tell=console.stage,
                stop_rules=[signals],
                around_start=start_tensorflow(),
            )
        console.stage(f"{cluster.describe(cluster.rank)}: done; the chief writes the model")
        return
    vectors = _train(
        settings, console, overwrite=overwrite, resume=resume, time_used_s=process_age_s()
    )
    if report is not None:
        from w2v_cli.commands.report import write_report

        write_report(vectors, Path(settings.run.output), report)


def _train_each(settings: "Config", *, overwrite: bool, resume: bool) -> None:
    """Train a model for each value that a field of the records has."""
    from w2v_cli.runs.directory import can_resume
    from w2v_cli.runs.split import split_runs
    from w2v_cli.runs.tensorflow import prepare_tensorflow
    from w2v_cli.terminal.console import ConsoleObserver
    from w2v_cli.workers.environment import find_cluster

    if find_cluster(settings.devices) is not None:
        raise ConfigError(
            "workers on several machines train one model; name its records with --split-value"
        )
    prepare_tensorflow()
    console = ConsoleObserver()
    runs = split_runs(settings, console.stage, overwrite=overwrite, resume=resume)
    for number, run in enumerate(runs, start=1):
        console.stage(f"{run.text.split_field} {run.text.split_value}: {number} of {len(runs)}")
        _train(
            run,
            console,
            overwrite=overwrite,
            resume=resume and can_resume(Path(run.run.output)),
            time_used_s=0.0,
        )


def _train(
    settings: "Config",
    console: "ConsoleObserver",
    *,
    overwrite: bool,
    resume: bool,
    time_used_s: float,
) -> "Vectors":
    from w2v_cli.runs.train import train
    from w2v_cli.terminal.signals import stop_on_signals
    from w2v_cli.terminal.start import start_tensorflow
    from w2v_cli.terminal.suggestions import suggest_next_step, suggest_question

    with suggest_next_step(settings), stop_on_signals() as signals:
        vectors = train(
            settings,
            overwrite=overwrite,
            resume=resume,
            observer=console,
            stop_rules=[signals],
            around_start=start_tensorflow(),
            time_used_s=time_used_s,
        )
    model = vectors.model
    assert model is not None
    console.stage(_summary(model))
    console.stage(f"try: {suggest_question(model.vocabulary.words, model.path)}")
    return vectors


def _summary(model: "Model") -> str:
    run = model.manifest["training"]
    return (
        f"{model.manifest['n_words']:,} vectors of {model.manifest['dimension']} numbers in"
        f" {model.path}: {run['tokens_per_s']:,} words/s, {run['seconds']:.0f} s, loss"
        f" {run['loss_by_epoch'][-1]:.4f} in the last epoch,"
        f" {model.manifest['peak_resident_bytes'] / 1e6:,.0f} MB at most"
    )
