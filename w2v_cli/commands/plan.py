"""`w2v plan`: what a run will need."""

from typing import Annotated, Any

import typer

from w2v_cli.errors import ConfigError, NotEnoughMemoryError
from w2v_cli.terminal.exit_codes import with_exit_codes
from w2v_cli.terminal.flags import (
    ConfigOption,
    CorpusArgument,
    JsonOption,
    resolve_configuration,
    with_options,
)


@with_exit_codes
@with_options
def plan(
    corpus: CorpusArgument = None,
    *,
    config: ConfigOption = None,
    fits: Annotated[
        str | None,
        typer.Option(
            "--fits",
            help="Propose settings that fit into this much memory, such as 8GB. [default: the"
            " memory that is available]",
            metavar="SIZE",
        ),
    ] = None,
    sample: Annotated[
        str,
        typer.Option(
            "--sample",
            help="Of a larger text, read a sample of this size. Its numbers are then estimates."
            " Packed text is always read whole.",
            metavar="SIZE",
        ),
    ] = "1GB",
    seconds: Annotated[
        float,
        typer.Option(
            "--seconds",
            help="Seconds of trial steps that measure the speed. 0 leaves speed and time out.",
            min=0,
        ),
    ] = 5.0,
    json: JsonOption = False,
    **flags: Any,
) -> None:
    """Say what a run will need: vocabulary, memory, disk and time. Nothing is kept.

    Takes the same flags as train. Reads the text once and trains for a few seconds. Ends with exit
    code 1 if the run needs more memory than there is.
    """
    from json import dumps
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from w2v_cli.config.quantities import read_bytes

    settings = resolve_configuration(corpus, config, flags).config
    if not settings.run.corpus:
        raise ConfigError("no corpus: name the text files to plan for")
    sizes = [read_bytes(size) if size else None for size in (fits, sample)]

    from w2v_cli.planning.plan import make_plan
    from w2v_cli.planning.summary import plan_as_json, plan_in_words
    from w2v_cli.runs.tensorflow import prepare_tensorflow
    from w2v_cli.terminal.console import ConsoleObserver
    from w2v_cli.terminal.start import start_tensorflow
    from w2v_cli.workers.environment import NoTrainingTaskError, find_cluster

    console = ConsoleObserver()
    try:
        cluster = find_cluster(settings.devices)
    except NoTrainingTaskError as reason:
        console.stage(str(reason))
        return
    if seconds:
        prepare_tensorflow()
    with TemporaryDirectory(prefix="w2v-") as directory:
        made = make_plan(
            settings,
            Path(directory),
            console.stage,
            seconds=seconds,
            sample_bytes=sizes[1] or 0,
            fits=sizes[0],
            around_start=start_tensorflow(),
            cluster=cluster,
        )
    if json:
        print(dumps(plan_as_json(made, settings), indent=2))
    else:
        print("\n".join(plan_in_words(made, settings)))
    if made.fit.shortage:
        raise NotEnoughMemoryError(made.fit.shortage)
