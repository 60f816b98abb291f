"""How much disk a run takes, part by part."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from w2v_cli.config.config import Config
from w2v_cli.planning.memory import NUMBER, optimizer_bytes, table_bytes
from w2v_cli.planning.text_size import TextSize

NPY_HEADER = 128
BYTES_OF_A_REPORT = 175
"""A line of `metrics.jsonl`."""

DESCRIPTIONS = 4_500
"""`model.json` and `config.yaml`."""

STATES = 3
"""Saved states on the disk at a time: two are kept while the next is written."""


@dataclass(frozen=True, kw_only=True)
class Disk:
    """Disk that a run takes, in bytes.

    Attributes:
        encoded: the text as ids, until the model is whole; with `--cache` it stays.
        counting: what is written beside it while words are counted.
        state: a saved state.
        states: how many states are on the disk at a time.
        model: the model directory.
    """

    encoded: int
    counting: int
    state: int
    states: int
    model: int

    @property
    def most(self) -> int:
        """The most that is on the disk at a time: while counting, or at the end of training."""
        # The last state is written before the model is.
        kept = max(0, self.states - 1)
        training = max(self.states * self.state, kept * self.state + self.model)
        return self.encoded + max(self.counting, training)


def disk_of_a_run(config: Config, size: TextSize, n_reports: int, n_saves: int) -> Disk:
    """Return the disk that a run takes.

    Args:
        config: every setting of the run.
        size: of the text.
        n_reports: chunks that are trained.
        n_saves: states that are saved during the run.
    """
    tables = table_bytes(size.words, config.model.dimension)
    weights = NUMBER * size.sentences if config.run.weights is not None else 0
    variables = 3 if config.optimizer.optimizer == "sgd" else 6
    lists = size.vocabulary_bytes + size.rare_bytes
    return Disk(
        encoded=NUMBER * size.tokens + weights + 8 * (size.sentences + 1) + 8 * size.words + lists,
        # A number for each word and each line end, then the list of words of each counter.
        counting=NUMBER * (size.read + size.sentences) + 12 * size.different + lists,
        state=tables + optimizer_bytes(size.words, config) + variables * NPY_HEADER,
        states=min(n_saves, STATES),
        model=tables + 3 * NPY_HEADER + lists + n_reports * BYTES_OF_A_REPORT + DESCRIPTIONS,
    )


def free_bytes(output: Path) -> int:
    """Return what is free on the disk of a directory, which need not exist."""
    existing = next(path for path in (output, *output.resolve().parents) if path.exists())
    return shutil.disk_usage(existing).free
