"""`w2v train`: text in, a model directory out."""

from pathlib import Path
from typing import Annotated, Any

import typer

from w2v_cli.commands.shared import (
    ConfigOption,
    CorpusArgument,
    reported,
    resolved,
    show_warnings,
    with_options,
)


@reported
@with_options
def train(
    corpus: CorpusArgument = None,
    *,
    config: ConfigOption = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a model that is already at the output.")
    ] = False,
    **flags: Any,
) -> None:
    """Train vectors and write a model directory.

    A value comes from its flag, else from the environment (W2V_WINDOW), else from --config, else
    it is the default.
    """
    settings = resolved(corpus, config, flags).config

    from w2v_cli.commands import pipeline
    from w2v_cli.commands.progress import ConsoleProgress

    show_warnings()
    progress = ConsoleProgress()
    model = pipeline.train(settings, overwrite=overwrite, progress=progress)
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
