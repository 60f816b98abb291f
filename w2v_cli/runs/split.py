"""Make a run of each value that a field of the records has."""

from dataclasses import replace
from pathlib import Path

from w2v_cli.config.config import Config
from w2v_cli.corpus.prepared_text import Tell
from w2v_cli.corpus.reading.files import STDIN, find_files
from w2v_cli.corpus.records.reading import Records
from w2v_cli.errors import ConfigError, CorpusError
from w2v_cli.vectors.store import MANIFEST, check_writable

MOST_RUNS = 1_000
LONGEST_NAME = 200
"""Bytes of a value that is put into the name of a directory."""


def is_split(config: Config) -> bool:
    """Return whether a configuration stands for a run of each value of a field."""
    return config.text.split_field is not None and config.text.split_value is None


def split_runs(
    config: Config, tell: Tell, *, overwrite: bool = False, resume: bool = False
) -> list[Config]:
    """Return the configuration of the run of each value, in the order of the values.

    The files are read once for the values, and once more by each run.

    Args:
        config: what `is_split` is true of. The output has the name of the field in braces.
        tell: hears what happens.
        overwrite: whether the outputs may hold models.
        resume: leave the values out whose output holds a model.

    Raises:
        ConfigError: the output does not tell the runs apart, or the text comes from stdin.
        CorpusError: the files cannot be read, or a value cannot be a part of a path.
        OutputError: one of the outputs exists, or cannot be written.
    """
    field, place = config.text.split_field, f"{{{config.text.split_field}}}"
    records = Records.of(config.text)
    assert records is not None
    if place not in config.run.output:
        raise ConfigError(
            f"a model for each {field} needs a place of its own; put {place} into --output, such as"
            f" -o 'models/{place}'"
        )
    if not config.run.corpus:
        raise ConfigError("no corpus: name the files of records to train on")
    files = find_files(config.run.corpus)
    if STDIN in files:
        raise ConfigError("stdin can be read once, and a model for each value needs more; save it")
    tell(f"looking for the values of {field} in {', '.join(config.run.corpus)}")
    values = sorted(records.values(files))
    if not values:
        raise CorpusError(f"{', '.join(config.run.corpus)}: holds no records")
    if len(values) > MOST_RUNS:
        raise CorpusError(
            f"{field} has {len(values):,} values, and a run makes at most {MOST_RUNS:,} models"
        )
    tell(f"{len(values):,} models: {', '.join(values[:8])}{', ...' if values[8:] else ''}")
    runs = [_run_of(config, place, value) for value in values]
    if resume:
        left = [run for run in runs if not (Path(run.run.output) / MANIFEST).is_file()]
        tell(f"{len(runs) - len(left):,} of them are there already")
        return left
    for run in runs:
        check_writable(Path(run.run.output), overwrite)
    return runs


def _run_of(config: Config, place: str, value: str) -> Config:
    if "/" in value or value in (".", "..") or len(value.encode()) > LONGEST_NAME:
        raise CorpusError(
            f"{value[:80]!r} of {config.text.split_field} cannot be a part of a path;"
            " train it alone, with --split-value and another --output"
        )
    return replace(
        config,
        run=replace(config.run, output=config.run.output.replace(place, value)),
        text=replace(config.text, split_value=value),
    )
