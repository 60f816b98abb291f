"""`w2v tune`: find the best settings for a text."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from w2v_cli.errors import ConfigError
from w2v_cli.terminal.exit_codes import with_exit_codes
from w2v_cli.terminal.flags import (
    ConfigOption,
    CorpusArgument,
    JsonOption,
    resolve_configuration,
    with_options,
)

if TYPE_CHECKING:
    from w2v_cli.tuning.trial import Trial


@with_exit_codes
@with_options
def tune(
    corpus: CorpusArgument = None,
    *,
    config: ConfigOption = None,
    budget: Annotated[
        str,
        typer.Option("--budget", help="About how long all of it may take.", metavar="TIME"),
    ] = "30m",
    space: Annotated[
        Path | None,
        typer.Option(
            "--space",
            help="YAML file with a list of values for each option that is tried, such as"
            " `num_sampled: [16, 64, 256]`. [default: three numbers of noise words times three"
            " learning rates]",
            metavar="FILE",
        ),
    ] = None,
    by: Annotated[
        Literal["loss", "pairs", "analogies"],
        typer.Option(
            "--by",
            help="What decides: the held-out loss of the full softmax, or the score of"
            " --evaluate-pairs or --evaluate-analogies.",
        ),
    ] = "loss",
    output: Annotated[
        Path,
        typer.Option(
            "-o", "--output", help="Directory for the trials and best.yaml.", metavar="DIR"
        ),
    ] = Path("w2v-tuned"),
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace an existing tuning.")
    ] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Continue a stopped tuning.")] = False,
    json: JsonOption = False,
    **flags: Any,
) -> None:
    """Find the best settings for a text, and write them as a YAML file.

    All combinations of the values are trained on a part of the run, the better ones on more of it,
    and the best ones on all of it. Takes the same flags as train, for all trials.
    """
    from json import dumps

    from w2v_cli.config.quantities import read_seconds

    if resume and overwrite:
        raise ConfigError("--resume continues a tuning and --overwrite deletes it; pass only one")
    settings = resolve_configuration(corpus, config, flags).config
    seconds = read_seconds(budget)

    from w2v_cli.runs.tensorflow import prepare_tensorflow
    from w2v_cli.terminal.console import BarObserver, ConsoleObserver
    from w2v_cli.terminal.signals import stop_on_signals
    from w2v_cli.terminal.start import start_tensorflow
    from w2v_cli.terminal.suggestions import suggest_resuming
    from w2v_cli.tuning.record import open_record
    from w2v_cli.tuning.space import default_space, read_space
    from w2v_cli.tuning.tuning import Surroundings, Tuning, shared_settings

    base = shared_settings(settings, by)
    tried = default_space(base) if space is None else read_space(space)
    tried.check(by, base)
    prepare_tensorflow()
    tell = ConsoleObserver().stage
    question = {**settings.values(), "space": tried.values, "by": by}
    record = open_record(output, question, resume=resume, overwrite=overwrite)
    with suggest_resuming(), stop_on_signals() as signals:
        around = Surroundings(
            tell=tell, observer=BarObserver, stop_rules=[signals], around_start=start_tensorflow
        )
        winner = Tuning(settings, tried, by, seconds, record, around).run()
    if json:
        trials = [vars(trial) for trial in record.trials]
        print(dumps({"winner": winner.number, "trials": trials}, indent=2))
    else:
        print("\n".join(_table(record.trials, winner)))
    tell(f"try: w2v train --config {output / 'best.yaml'}")


def _table(trials: "list[Trial]", winner: "Trial") -> Iterator[str]:
    """Yield the lines of a table: the last rung first, the winner marked with a star."""
    rows = [
        ["", "trial", *winner.settings, "run", "loss", "Spearman", "analogies", "speed", "time"]
    ]
    for trial in sorted(trials, key=lambda each: (-each.rung, each.number)):
        mark = "*" if trial.number == winner.number else ""
        settings = [str(value) for value in trial.settings.values()]
        rows.append([mark, str(trial.number), *settings, f"{trial.share:.0%}", *_results(trial)])
    used = [column for column in zip(*rows, strict=True) if any(column[1:])]
    widths = [max(map(len, column)) for column in used]
    for row in zip(*used, strict=True):
        cells = [f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)]
        yield "  ".join(cells).rstrip()
    for trial in trials:
        if trial.failure is not None:
            yield f"trial {trial.number} has no model: {trial.failure}"


def _results(trial: "Trial") -> list[str]:
    from w2v_cli.config.quantities import seconds_in_words

    if trial.failure is not None:
        return ["", "", "", "", seconds_in_words(trial.seconds)]
    return [
        "" if trial.loss is None else f"{trial.loss:.4f} ± {trial.standard_error:.4f}",
        "" if trial.pairs is None else f"{trial.pairs:.4f}",
        "" if trial.analogies is None else f"{trial.analogies:.1%}",
        f"{trial.words_per_s:,} words/s",
        seconds_in_words(trial.seconds),
    ]
