"""The evaluations of a run and early stopping, as the run sees them: both may be off."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from w2v_cli.config.config import Config
from w2v_cli.corpus.prepared_text import PreparedText
from w2v_cli.runs.early_stopping import EarlyStopping
from w2v_cli.runs.evaluation import Evaluation
from w2v_cli.runs.evaluations import Evaluations
from w2v_cli.vectors.store import TABLES

if TYPE_CHECKING:
    from w2v_cli.runs.checkpoints import Checkpoints
    from w2v_cli.training.loop import Trainer
    from w2v_cli.training.tables import Tables


class Scoring:
    """Evaluates a run when that is due, and decides whether it stops early."""

    def __init__(self, config: Config, text: PreparedText, directory: Path) -> None:
        """Read what evaluations need.

        Args:
            config: every setting of the run.
            text: the text of the run.
            directory: the working directory of the run.

        Raises:
            ConfigError, CorpusError, EvaluationError: as `Evaluations`.
        """
        self._directory = directory
        self._evaluations: Evaluations | None = None
        self._stopping: EarlyStopping | None = None
        if config.evaluation.is_on:
            self._evaluations = Evaluations(config, text, directory)
            if config.evaluation.patience is not None:
                lines = self._evaluations.lines
                self._stopping = EarlyStopping(config.evaluation, directory, lines)

    def rehearse(self, trainer: "Trainer") -> float:
        """Return how many seconds an evaluation takes."""
        return self._evaluations.rehearse(trainer) if self._evaluations else 0.0

    def evaluate(self, trainer: "Trainer") -> Evaluation | None:
        """Evaluate the run at the trainer's position, or return None if that is not due."""
        if self._evaluations is None or not trainer.is_evaluation_due:
            return None
        evaluation = self._evaluations.evaluate(trainer)
        if self._stopping is not None:
            assert self._evaluations.losses is not None
            self._stopping.hear(evaluation, self._evaluations.losses, trainer.tables)
        return evaluation

    def finish(self, trainer: "Trainer") -> None:
        """Evaluate the run at its end, if it was resumed there."""
        if self._evaluations is not None and self._evaluations.last is None:
            self._evaluations.evaluate(trainer)

    def is_behind(self, trainer: "Trainer") -> bool:
        """Return whether the evaluation that is due at the trainer's position is not complete."""
        if self._evaluations is None or not trainer.is_evaluation_due:
            return False
        last = self._evaluations.last
        return last is None or last.tokens != trainer.position.tokens

    @property
    def stops(self) -> bool:
        """Whether the run is to stop now, because it no longer gains."""
        return self._stopping is not None and self._stopping.stops

    def save(self, checkpoints: "Checkpoints", trainer: "Trainer") -> None:
        """Save a checkpoint, with the state of early stopping."""
        state = self._stopping.state if self._stopping else {}
        checkpoints.save(trainer.tables, trainer.position, state)
        if self._stopping:
            self._stopping.keep_for(checkpoints.all_stopping)

    def go_on_from(self, checkpoints: "Checkpoints") -> None:
        """Go on from the checkpoint that was restored."""
        if self._stopping:
            self._stopping.go_on_from(checkpoints.restored_stopping)
            self._stopping.keep_for(checkpoints.all_stopping)

    def write_tables(self, tables: "Tables") -> None:
        """Write the tables of the model: the best ones with early stopping, else the last ones.

        Raises:
            DivergedError: a number is not finite.
            TrainingError: the best tables are damaged.
        """
        if self._stopping:
            self._stopping.copy_best(self._directory)
            return
        tables.write({name: self._directory / file_name for name, file_name in TABLES.items()})

    def epoch_of_tables(self, trainer: "Trainer") -> int:
        """Return the epoch, from 1, in which the tables that `write_tables` writes were trained."""
        if self._stopping:
            return self._stopping.progress.best_epoch
        return len(trainer.position.loss_by_epoch)

    @property
    def remarks(self) -> list[str]:
        """What a user is told at the end of the run."""
        trend = self._evaluations.trend() if self._evaluations else None
        return [
            *([self._stopping.in_words()] if self._stopping else []),
            *([trend] if trend else []),
        ]

    @property
    def facts(self) -> dict[str, Any]:
        """What `model.json` says."""
        found = self._evaluations.facts if self._evaluations else {}
        return {**found, **(self._stopping.facts if self._stopping else {})}
