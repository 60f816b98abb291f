"""Keep the last two states of a run on disk.

    checkpoints/
      000000001234567890/     a state; its name is the number of tokens passed so far
        center.values.npy     every variable, float32
        ...
        state.json            `Position`; size and sha256 of each file above; its own sha256

A state is written completely or not at all, see `storage`. TensorFlow's own checkpoints are not
used: writing one copies every table in memory and does not wait for the disk, and checking one
needs TensorFlow.
"""

import logging
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

from w2v_cli import __version__
from w2v_cli.errors import TrainingError
from w2v_cli.storage import (
    faults,
    fingerprints,
    read_sealed,
    remove_leftovers,
    staged_directory,
    write_sealed,
)
from w2v_cli.training.position import Position
from w2v_cli.training.tables import Tables
from w2v_cli.training.variables import read_variable, write_variable

log = logging.getLogger(__name__)

KEPT = 2
STATE = "state.json"
FORMAT = 2
"""Version of the format. It rises when the meaning of a position or of a chunk changes."""


class Checkpoints:
    """The states of one run, in their own directory.

    Attributes:
        directory: the directory of the states.
        chunk_tokens: approximate number of tokens in a chunk. Positions count chunks, so a state
            is valid only for this number.
    """

    def __init__(self, directory: Path, chunk_tokens: int) -> None:
        self.directory, self.chunk_tokens = directory, chunk_tokens
        self._damaged: list[Path] = []
        self._restored: Path | None = None

    def save(
        self, tables: Tables, position: Position, stopping: dict[str, Any] | None = None
    ) -> None:
        """Write a state. Keep this one and the one before; remove older states.

        Args:
            tables: the tables.
            position: where the run stands.
            stopping: the state of early stopping, if the run has one.

        Raises:
            OSError: the disk is full or fails. The earlier states are unchanged.
            DivergedError: a number is not finite. The earlier states are unchanged.
        """
        target = self.directory / f"{position.tokens:018}"
        if target.exists() and target not in self._damaged:
            return
        remove_leftovers(self.directory)
        with staged_directory(target) as directory:
            self._write(directory, tables, position, stopping or {})
            self._remove_damaged()
        for old in self._newest_first()[KEPT:]:
            shutil.rmtree(old, ignore_errors=True)

    def _write(
        self, directory: Path, tables: Tables, position: Position, stopping: dict[str, Any]
    ) -> None:
        for name, variable in tables.variables.items():
            write_variable(variable, directory / f"{name}.npy")
        state = {
            "format": FORMAT,
            "w2v": __version__,
            "chunk_tokens": self.chunk_tokens,
            "position": asdict(position),
            "early_stopping": stopping,
            "files": fingerprints(directory),
        }
        write_sealed(directory / STATE, state)

    def _remove_damaged(self) -> None:
        # Only after a new state is written: a read error of the disk may have been temporary.
        while self._damaged:
            shutil.rmtree(self._damaged.pop(), ignore_errors=True)

    def restore(self, tables: Tables) -> Position:
        """Load the newest undamaged state into the tables; return its position.

        Without any state, the tables do not change and the position is the start of the run.

        Raises:
            TrainingError: all states are damaged, or this version of w2v cannot use them.
        """
        states = self._newest_first()
        for path in states:
            try:
                position = self._verify(path, tables)
            except (OSError, ValueError) as error:
                log.warning("%s; going back to the state before it", error)
                self._damaged.append(path)
                continue
            for name, variable in tables.variables.items():
                read_variable(variable, path / f"{name}.npy")
            self._restored = path
            return position
        if states:
            raise TrainingError(
                f"{self.directory}: all states of the run are damaged; start again with --overwrite"
            )
        return Position()

    @property
    def restored_stopping(self) -> dict[str, Any]:
        """The state of early stopping that was saved with the state that was restored, or {}."""
        return _stopping(self._restored) if self._restored else {}

    @property
    def all_stopping(self) -> list[dict[str, Any]]:
        """The states of early stopping that were saved with the undamaged states on disk."""
        kept = [path for path in self._newest_first() if path not in self._damaged]
        return [found for path in kept if (found := _stopping(path))]

    def _newest_first(self) -> list[Path]:
        if not self.directory.is_dir():
            return []
        states = [path for path in self.directory.iterdir() if path.name.isdigit()]
        return sorted(states, reverse=True)

    def _verify(self, path: Path, tables: Tables) -> Position:
        """Check all files of a state; return its position.

        Raises:
            OSError, ValueError: a file of the state is damaged or missing.
            TrainingError: the position has another meaning in this version of w2v.
        """
        state = read_sealed(path / STATE)
        found = faults(path, state["files"])
        found += [
            f"{path}: no {name}" for name in tables.variables if f"{name}.npy" not in state["files"]
        ]
        if found:
            raise ValueError(found[0])
        theirs = state.get("format"), state.get("chunk_tokens")
        if theirs != (FORMAT, self.chunk_tokens):
            raise TrainingError(
                f"{path}: a state of w2v {state.get('w2v', 'before 0.1.0')}, of format {theirs[0]}"
                f" with {theirs[1]} words in a chunk; this is w2v {__version__}, of format {FORMAT}"
                f" with {self.chunk_tokens}; go on with that version, or start again with"
                " --overwrite"
            )
        return Position.from_json(state["position"])


def _stopping(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = read_sealed(path / STATE).get("early_stopping", {})
    return found
