"""Write what happens in a run for TensorBoard: curves, and the lengths of vectors by frequency."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from w2v_cli.config.config import Config
from w2v_cli.runs.observers import Observer
from w2v_cli.storage import require_writable
from w2v_cli.vectors.comparison.frequency_bands import frequency_bands

if TYPE_CHECKING:
    from w2v_cli.runs.evaluation import Evaluation
    from w2v_cli.training.event_files import EventFile
    from w2v_cli.training.loop import Report
    from w2v_cli.training.tables import Tables


def tensorboard_files(config: Config) -> list[Observer]:
    """Return the observer that the option `tensorboard` asks for, or none.

    Raises:
        OutputError: the directory cannot be written.
    """
    directory = config.evaluation.tensorboard
    return [] if directory is None else [TensorBoardFiles(Path(directory))]


class TensorBoardFiles(Observer):
    """Writes event files into a directory; the step is the number of trained words.

    A resumed run writes a file of its own. It begins with a mark, so that TensorBoard does not show
    what an older file has after the position from which the run goes on.
    """

    def __init__(self, directory: Path) -> None:
        """Check the directory; it is made when training begins.

        Raises:
            OutputError: the directory cannot be written.
        """
        require_writable(directory.resolve(), directory)
        self._directory = directory
        self._file: EventFile | None = None
        self._before: tuple[int, float] | None = None
        self._other_s = 0.0

    def begin(self, tokens: int, total_tokens: int) -> None:
        from w2v_cli.training.event_files import EventFile

        self._file = EventFile(self._directory, first_step=tokens + 1)

    def report(self, report: "Report") -> None:
        numbers = {"loss/training": report.loss, "learning rate": report.learning_rate}
        if self._before is not None:  # the first chunk compiles the step
            seconds = report.elapsed_s - self._before[1] - self._other_s
            numbers["words per second"] = (report.tokens - self._before[0]) / max(seconds, 1e-9)
        self._before, self._other_s = (report.tokens, report.elapsed_s), 0.0
        assert self._file is not None
        self._file.write_numbers(report.tokens, numbers)

    def evaluation(self, evaluation: "Evaluation") -> None:
        self._other_s += evaluation.seconds
        numbers = {
            "scores/word pairs, Spearman": evaluation.pairs_correlation,
            "scores/analogies, share solved": evaluation.analogies_accuracy,
        }
        if evaluation.held_out is not None:
            numbers["loss/held-out"] = evaluation.held_out.softmax.cross_entropy
            numbers["loss/held-out objective"] = evaluation.held_out.objective
        assert self._file is not None
        known = {name: number for name, number in numbers.items() if number is not None}
        self._file.write_numbers(evaluation.tokens, known)

    def tables(self, tables: "Tables", tokens: int) -> None:
        started = time.perf_counter()
        samples = {}
        for name in ("center", "context"):
            lengths = tables.lengths(name)
            for band in frequency_bands(np.zeros(len(lengths), dtype=np.int64)):
                # TensorBoard sorts numbers by size if they have no commas.
                place = f"ranks {band.first} to {band.last}"
                samples[f"lengths of {name} vectors/{place}"] = lengths[band.rows]
        assert self._file is not None
        self._file.write_histograms(tokens, samples)
        self._other_s += time.perf_counter() - started

    def end(self) -> None:
        if self._file is not None:
            self._file.close()
