"""Stop a run whose held-out loss no longer falls, and keep its best tables.

The best evaluation is the last one with a gain: its loss is below that of the best one before by
more than the standard error of the difference, or by more than `min_delta`. Its tables are kept in
the directory of the run:

    run/best/
      000000000012345678/   the number of tokens passed so far
        vectors.npy ...     the tables, as in a model
        losses.npy          float64 [n_pairs], held-out loss of each pair
        best.json           sealed: size and sha256 of each file above
"""

import json
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from w2v_cli.config.sections import EvaluationConfig
from w2v_cli.errors import TrainingError
from w2v_cli.runs.directory import RUN
from w2v_cli.runs.evaluation import Evaluation
from w2v_cli.storage import faults, fingerprints, read_sealed, staged_directory, write_sealed
from w2v_cli.training.full_softmax import standard_error
from w2v_cli.vectors.store import TABLES

if TYPE_CHECKING:
    from w2v_cli.training.tables import Tables

BEST = f"{RUN}/best"
LOSSES, DESCRIPTION = "losses.npy", "best.json"


@dataclass(frozen=True)
class Progress:
    """What early stopping knows. A checkpoint holds it, so that a resumed run decides the same.

    Attributes:
        best_tokens: tokens passed at the best evaluation.
        best_epoch: epoch of it, from 1.
        best_loss: its held-out loss, in nats.
        waited: evaluations since then, all without a gain.
    """

    best_tokens: int = 0
    best_epoch: int = 0
    best_loss: float = float("inf")
    waited: int = 0


class EarlyStopping:
    """Decides after each evaluation whether a run stops.

    Attributes:
        progress: what is known so far.
    """

    def __init__(self, config: EvaluationConfig, directory: Path, lines: NDArray[np.int64]) -> None:
        """Begin with no evaluation.

        Args:
            config: the settings.
            directory: the working directory of the run.
            lines: [n_pairs] int64, number of the line of each held-out pair.
        """
        assert config.patience is not None
        self._patience, self._min_delta = config.patience, config.min_delta
        self._directory, self._lines = directory / BEST, lines
        self.progress = Progress()
        self._of_states: frozenset[int] = frozenset()
        self._stopped_at: Evaluation | None = None

    @property
    def state(self) -> dict[str, Any]:
        """What a checkpoint saves for `go_on_from`."""
        return asdict(self.progress) if self.progress.best_tokens else {}

    def go_on_from(self, state: dict[str, Any]) -> None:
        """Go on from the `state` of a checkpoint; `{}` is the start of a run."""
        self.progress = Progress(**state)

    @property
    def stops(self) -> bool:
        """Whether the run is to stop now."""
        return self._stopped_at is not None

    def hear(self, evaluation: Evaluation, losses: NDArray[np.float64], tables: "Tables") -> None:
        """Take in an evaluation; keep the tables if it is the best one."""
        loss = float(losses.mean())
        if self._gains(loss, losses):
            self._keep(evaluation.tokens, losses, tables)
            self.progress = Progress(evaluation.tokens, evaluation.epoch, loss)
            self._forget_others()
            return
        self.progress = replace(self.progress, waited=self.progress.waited + 1)
        is_last = evaluation.tokens == evaluation.total_tokens
        if self.progress.waited >= self._patience and not is_last:
            self._stopped_at = evaluation

    def _gains(self, loss: float, losses: NDArray[np.float64]) -> bool:
        if not self.progress.best_tokens:
            return True
        least = self._min_delta
        if least is None:
            before = np.load(self._best() / LOSSES, allow_pickle=False)
            least = standard_error(losses - before, self._lines)
        return self.progress.best_loss - loss > least

    def _keep(self, tokens: int, losses: NDArray[np.float64], tables: "Tables") -> None:
        target = self._directory / f"{tokens:018}"
        shutil.rmtree(target, ignore_errors=True)  # left by a run that is resumed from before it
        with staged_directory(target) as directory:
            tables.write({name: directory / file_name for name, file_name in TABLES.items()})
            np.save(directory / LOSSES, losses, allow_pickle=False)
            write_sealed(directory / DESCRIPTION, fingerprints(directory))

    def keep_for(self, states: Iterable[dict[str, Any]]) -> None:
        """Keep the best tables that the checkpoints with these `states` need, and the newest."""
        self._of_states = frozenset(Progress(**state).best_tokens for state in states)
        self._forget_others()

    def _forget_others(self) -> None:
        needed = self._of_states | {self.progress.best_tokens}
        if self._directory.is_dir():
            for path in self._directory.iterdir():
                if path.name.isdigit() and int(path.name) not in needed:
                    shutil.rmtree(path, ignore_errors=True)

    def copy_best(self, directory: Path) -> None:
        """Copy the best tables into a model directory.

        Raises:
            TrainingError: they are damaged.
        """
        best = self._best()
        try:
            damage = faults(best, read_sealed(best / DESCRIPTION))
        except (OSError, ValueError) as error:
            damage = [str(error)]
        if damage:
            raise TrainingError(f"the best tables are damaged: {damage[0]}; start again")
        for file_name in TABLES.values():
            shutil.copy(best / file_name, directory / file_name)

    def _best(self) -> Path:
        return self._directory / f"{self.progress.best_tokens:018}"

    @property
    def facts(self) -> dict[str, Any]:
        """What `model.json` says."""
        stopped = self._stopped_at
        return {
            "early_stopping": {
                "stopped": self.stops,
                "reason": self.in_words() if stopped else None,
                "stopped_at_tokens": stopped.tokens if stopped else None,
                "stopped_in_epoch": stopped.epoch if stopped else None,
                **json.loads(json.dumps(asdict(self.progress))),
            }
        }

    def in_words(self) -> str:
        """Say why the run stops, or which tables the model has."""
        best = self.progress
        kept = (
            f"the vectors are those of the best evaluation, after {best.best_tokens:,} words in"
            f" epoch {best.best_epoch}, with held-out loss {best.best_loss:.4f}"
        )
        if self._stopped_at is None:
            return kept
        return (
            f"stopped after {self._stopped_at.tokens:,} words: {best.waited} evaluations without a"
            f" gain in the held-out loss; {kept}"
        )
