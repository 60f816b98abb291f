"""`w2v train`: text in, a model directory out."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from w2v_cli.errors import ConfigError
from w2v_cli.terminal.exit_codes import with_exit_codes
from w2v_cli.terminal.flags import ConfigOption, CorpusArgument, resolve_configuration, with_options

if TYPE_CHECKING:
    from w2v_cli.vectors.store import Model


@with_exit_codes
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
    settings = resolve_configuration(corpus, config, flags).config
    if resume and overwrite:
        raise ConfigError("--resume keeps a run and --overwrite forgets it; pass one of them")

    from w2v_cli.runs.record import settings_of_unfinished
    from w2v_cli.runs.train import train
    from w2v_cli.terminal.console import ConsoleObserver
    from w2v_cli.terminal.quiet import quiet_stderr
    from w2v_cli.terminal.signals import stop_on_signals
    from w2v_cli.terminal.suggestions import suggest_next_step, suggest_question

    if resume:
        known = {**settings_of_unfinished(settings.run.output), "output": settings.run.output}
        settings = resolve_configuration(corpus, config, flags, known).config
    console = ConsoleObserver()
    with suggest_next_step(settings), stop_on_signals() as signals:
        vectors = train(
            settings,
            overwrite=overwrite,
            resume=resume,
            observer=console,
            stop_rules=[signals],
            around_start=quiet_stderr(),
        )
    model = vectors.model
    assert model is not None
    console.stage(_summary(model))
    console.stage(f"try: {suggest_question(model.vocabulary.words, model.path)}")


def _summary(model: "Model") -> str:
    run = model.manifest["training"]
    return (
        f"{model.manifest['n_words']:,} vectors of {model.manifest['dimension']} numbers in"
        f" {model.path}: {run['tokens_per_s']:,} words/s, {run['seconds']:.0f} s, loss"
        f" {run['loss_by_epoch'][-1]:.4f} in the last epoch,"
        f" {model.manifest['peak_resident_bytes'] / 1e6:,.0f} MB at most"
    )
