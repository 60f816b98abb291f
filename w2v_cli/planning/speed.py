"""Train for a few seconds and measure: words a second, the start, the end, memory.

The steps are those of a real run, with its text, its tables and its threads. Where it has several
workers on this machine, so many processes train at the same time. What they learn is thrown away.
"""

import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from w2v_cli.config.config import Config
from w2v_cli.corpus.prepared_text import PreparedText
from w2v_cli.memory import file_resident_bytes, peak_resident_bytes
from w2v_cli.planning.companions import Companions, companions
from w2v_cli.storage import file_sha256, flush
from w2v_cli.training.chunks import cut_tokens
from w2v_cli.workers.team import Team

if TYPE_CHECKING:
    from w2v_cli.training.loop import Trainer

WARM_CHUNKS = 2
"""Chunks that do not count: the first compiles the step, the second was prepared meanwhile."""

LEAST_CHUNKS = 2
"""Chunks that are measured, however long they take."""

MOST_EPOCHS = 1000
"""Passes over a text that is too small to train for the seconds that are asked for."""

STRETCH_S = 0.5
"""The range of speeds is that of stretches of at least so many seconds."""

Mark = tuple[int, float]
"""Words that were trained, and the time by then in seconds."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What trial steps showed.

    Attributes:
        tokens: words that were trained and measured.
        seconds: how long that took.
        lowest, highest: words a second in the slowest and in the fastest stretch.
        chunk_s: how long each chunk took.
        start_s: how long it took until TensorFlow was ready and the step compiled.
        save_s: how long it took to write the tables and to compute the loss of an untrained model.
        peak_bytes: the most memory that this process had, with pages of files.
        file_bytes: pages of files in memory; None if the system does not report it.
    """

    tokens: int
    seconds: float
    lowest: float
    highest: float
    chunk_s: tuple[float, ...]
    start_s: float
    save_s: float
    peak_bytes: int
    file_bytes: int | None

    @property
    def tokens_per_s(self) -> float:
        """Words of the vocabulary a second, counted before subsampling."""
        return self.tokens / self.seconds


def try_steps(
    text: PreparedText,
    config: Config,
    seconds: float,
    around_start: AbstractContextManager[object],
    team: Team,
) -> Trial:
    """Train on a text for a while, with as many processes as there are workers on this machine.

    Args:
        text: the text; a file is written into its directory.
        config: every setting of the run.
        seconds: how long to measure; at least two chunks are measured.
        around_start: context manager that is entered while TensorFlow is loaded and started.
        team: the workers; this process is one of them, and the one that is measured.

    Raises:
        TrainingError: a device is missing, or TensorFlow fails, or nothing can be trained.
    """
    started = time.perf_counter()
    lasting = replace(config.training, epochs=MOST_EPOCHS, time_budget=None, total_words=None)
    devices = replace(config.devices, threads=team.threads)
    longer = replace(config, training=lasting, devices=devices)
    n_words, n_tokens = len(text.vocabulary), text.corpus.n_tokens
    chunk_tokens, _ = cut_tokens(config, n_words, n_tokens, team.n_workers)
    with companions(team.n_here - 1, longer, text.directory, chunk_tokens) as others:
        with around_start:
            from w2v_cli.training.devices import prepare_devices, strict_placement
            from w2v_cli.training.failures import name_tensorflow_failures
            from w2v_cli.training.loop import Trainer

            placement = prepare_devices(devices, config.engine)
        with name_tensorflow_failures(), strict_placement():
            trainer = Trainer(
                text.corpus,
                text.vocabulary,
                longer,
                placement,
                chunk_tokens=chunk_tokens,
                contexts=text.contexts,
            )
            marks = _marks(trainer, seconds, others)
    with name_tensorflow_failures():
        save_s = _time_to_save(trainer, text.directory)
    first, last = marks[0], marks[-1]
    tokens, measured_s = last[0] - first[0], last[1] - first[1]
    speeds = _speeds(marks)
    return Trial(
        tokens=tokens,
        seconds=measured_s,
        lowest=min(speeds),
        highest=max(speeds),
        chunk_s=tuple(after[1] - before[1] for before, after in pairwise(marks)),
        start_s=max(first[1] - started - first[0] * measured_s / tokens, 0.0),
        save_s=save_s,
        peak_bytes=peak_resident_bytes(),
        file_bytes=file_resident_bytes(),
    )


def _marks(trainer: "Trainer", seconds: float, others: Companions) -> list[Mark]:
    """Train; return a mark after each chunk that is measured, and one before the first."""
    marks: list[Mark] = []
    for report in trainer.run():
        if not marks:
            others.wait()
        marks.append((report.tokens, time.perf_counter()))
        measured = marks[WARM_CHUNKS - 1 :]
        if len(measured) > LEAST_CHUNKS and measured[-1][1] - measured[0][1] >= seconds:
            return measured
    return marks[WARM_CHUNKS - 1 :]


def _speeds(marks: Sequence[Mark]) -> list[float]:
    """Return the words a second of each stretch; the last one may be longer than the others.

    >>> _speeds([(0, 0.0), (10, 0.5), (40, 1.0), (50, 1.2)])
    [20.0, 57.142857142857146]
    """
    borders = [marks[0]]
    for mark in marks[1:]:
        if mark[1] - borders[-1][1] >= STRETCH_S:
            borders.append(mark)
    borders = [*borders[:-1], marks[-1]] if len(borders) > 1 else [marks[0], marks[-1]]
    return [(after[0] - before[0]) / (after[1] - before[1]) for before, after in pairwise(borders)]


def _time_to_save(trainer: "Trainer", directory: Path) -> float:
    """Return about how long the end of a run takes: it writes three tables and reads them again."""
    started = time.perf_counter()
    assert trainer.untrained_loss
    computed = time.perf_counter()
    path = directory / "trial.npy"
    trainer.tables.write({"center": path})
    file_sha256(path)
    flush(path)
    path.unlink()
    return computed - started + 2 * (time.perf_counter() - computed)
