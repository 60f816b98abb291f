"""Keep the last two states of a run on disk, each of them whole.

    checkpoints/
      000000001234567890/     a state, named after the tokens passed so far
        center.values.npy     every variable, float32
        ...
        state.json            `Position`, size and sha256 of each file above; its own sha256

A state appears whole or not at all, see `storage`. TensorFlow's own checkpoints are not used:
writing one copies every table in memory, does not wait for the disk, and cannot be checked without
TensorFlow.
"""

import logging
import shutil
from dataclasses import asdict
from pathlib import Path

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
"""Goes up whenever a position, or how text is cut into chunks, means something else."""


class Checkpoints:
    """The states of one run, in a directory of their own.

    Attributes:
        directory: where they lie.
        chunk_tokens: about how many tokens a chunk of the run has; positions count chunks.
    """

    def __init__(self, directory: Path, chunk_tokens: int) -> None:
        self.directory, self.chunk_tokens = directory, chunk_tokens
        self._damaged: list[Path] = []

    def save(self, tables: Tables, position: Position) -> None:
        """Write a state; afterwards the one before it is there still, and older ones are gone.

        Raises:
            OSError: the disk is full or fails; the states that were there are as before.
            DivergedError: a number is not finite; the same.
        """
        target = self.directory / f"{position.tokens:018}"
        if target.exists() and target not in self._damaged:
            return
        remove_leftovers(self.directory)
        with staged_directory(target) as directory:
            self._write(directory, tables, position)
            self._remove_damaged()
        for old in self._newest_first()[KEPT:]:
            shutil.rmtree(old, ignore_errors=True)

    def _write(self, directory: Path, tables: Tables, position: Position) -> None:
        for name, variable in tables.variables.items():
            write_variable(variable, directory / f"{name}.npy")
        state = {
            "format": FORMAT,
            "w2v": __version__,
            "chunk_tokens": self.chunk_tokens,
            "position": asdict(position),
            "files": fingerprints(directory),
        }
        write_sealed(directory / STATE, state)

    def _remove_damaged(self) -> None:
        # Not earlier: a disk that could not be read just then may be readable again.
        while self._damaged:
            shutil.rmtree(self._damaged.pop(), ignore_errors=True)

    def restore(self, tables: Tables) -> Position:
        """Give the tables the newest state that is whole; return its position.

        Where there is no state, nothing changes and the run is at its start.

        Raises:
            TrainingError: there are states, and none of them is whole; or this version cannot go
                on with them.
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
            return position
        if states:
            raise TrainingError(
                f"{self.directory}: no state of the run is whole; start again with --overwrite"
            )
        return Position()

    def _newest_first(self) -> list[Path]:
        if not self.directory.is_dir():
            return []
        states = [path for path in self.directory.iterdir() if path.name.isdigit()]
        return sorted(states, reverse=True)

    def _verify(self, path: Path, tables: Tables) -> Position:
        """Return the position of a state.

        Raises:
            OSError, ValueError: a file of it is not as it was written.
            TrainingError: its position means something else in this version.
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
        saved = state["position"]
        lists = {name: tuple(saved[name]) for name in ("loss_sums", "pairs")}
        return Position(**{**saved, **lists})
