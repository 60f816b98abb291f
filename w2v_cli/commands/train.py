"""`w2v train`: text in, a model directory out."""

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from w2v_cli.commands.shared import (
    NEXT_STEP,
    ConfigOption,
    CorpusArgument,
    reported,
    resolved,
    show_warnings,
    with_options,
)
from w2v_cli.config import Config, RunConfig, options
from w2v_cli.errors import ConfigError, DivergedError, StoppedError, TrainingError

DEFAULT = RunConfig().output


@reported
@with_options
def train(
    corpus: CorpusArgument = None,
    *,
    config: ConfigOption = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a model that is already at the output.")
    ] = False,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Go on with a run that stopped; its settings are known."),
    ] = False,
    **flags: Any,
) -> None:
    """Train vectors and write a model directory.

    A value comes from its flag, else from the environment (W2V_WINDOW), else from --config, else
    it is the default.
    """
    settings = resolved(corpus, config, flags).config
    if resume and overwrite:
        raise ConfigError("--resume keeps a run and --overwrite forgets it; pass one of them")

    from w2v_cli.commands import pipeline
    from w2v_cli.commands.progress import ConsoleProgress
    from w2v_cli.commands.unfinished_run import settings_of_unfinished

    output = settings.run.output
    if resume:
        known = settings_of_unfinished(output)
        settings = resolved(corpus, config, flags, {**known, "output": output}).config
    show_warnings()
    progress = ConsoleProgress()
    with _next_step(settings):
        model = pipeline.train(settings, overwrite=overwrite, resume=resume, progress=progress)
    run = model.manifest["training"]
    progress.stage(
        f"{model.manifest['n_words']:,} vectors of {model.manifest['dimension']} numbers in"
        f" {model.path}: {run['tokens_per_s']:,} words/s, {run['seconds']:.0f} s, loss"
        f" {run['loss_by_epoch'][-1]:.4f} in the last epoch,"
        f" {model.manifest['peak_resident_bytes'] / 1e6:,.0f} MB at most"
    )
    where = "" if model.path == Path("w2v-model") else f" -m {model.path}"
    # Not one of the very first words, which say little: some noun or verb.
    word = model.vocabulary.words[min(200, len(model.vocabulary) - 1)]
    progress.stage(f"try: w2v neighbors {word}{where}")


@contextmanager
def _next_step(settings: Config) -> Iterator[None]:
    """Give an error that ends a run the command that goes on with it, or that mends it."""
    from w2v_cli.commands.run_directory import can_resume

    output = settings.run.output
    to_resume = ["w2v", "train", "--resume", *(["-o", output] if output != DEFAULT else [])]
    try:
        yield
    except DivergedError as error:
        again = ["w2v", *sys.argv[1:]]
        if "--resume" in again:
            again = ["w2v", "train", *_as_arguments(settings)]
        if can_resume(Path(output)) and "--overwrite" not in again:
            again.append("--overwrite")
        again += ["--learning-rate", f"{settings.optimizer.rates[0] / 2:g}"]
        setattr(error, NEXT_STEP, f"try: {shlex.join(again)}")
        raise
    except (StoppedError, TrainingError, OSError, MemoryError) as error:
        if can_resume(Path(output)):
            setattr(error, NEXT_STEP, f"to go on: {shlex.join(to_resume)}")
        else:
            setattr(error, NEXT_STEP, f"to start again: {shlex.join(['w2v', *sys.argv[1:]])}")
        raise


def _as_arguments(settings: Config) -> list[str]:
    """Return the arguments of `w2v train` that give these settings without any file."""
    arguments = list(settings.run.corpus)
    for key, value in settings.values().items():
        option = options()[key]
        if key == "corpus" or value == option.default:
            continue
        if isinstance(value, bool):
            arguments.append(option.flag if value else f"--no-{option.flag[2:]}")
        else:
            arguments += [option.flag, str(value)]
    return arguments
