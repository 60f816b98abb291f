"""Keep the last two states of a run on disk, each of them whole.

    checkpoints/
      000000001234567890/     a state, named after the tokens passed so far
        position.json         `Position`
        center.values.npy     every variable, float32
        ...
        files.json            size and sha256 of each file above

A state is written under another name, brought to the disk and renamed. TensorFlow's own checkpoints
are not used: writing one copies every table in memory, does not wait for the disk, and cannot be
checked without TensorFlow.
"""

import json
import logging
import shutil
from dataclasses import asdict
from pathlib import Path

from w2v_cli.files import faults, fingerprints, flush, flush_entry
from w2v_cli.training.position import Position
from w2v_cli.training.tables import Tables
from w2v_cli.training.variables import read_variable, write_variable

log = logging.getLogger(__name__)

KEPT = 2
PARTIAL = ".partial"
POSITION, FILES = "position.json", "files.json"


class Checkpoints:
    """The states of one run, in a directory of their own."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def save(self, tables: Tables, position: Position) -> None:
        """Write a state; afterwards the older of two before it is gone.

        Raises:
            OSError: the disk is full or fails; the states that were there are as before.
            TrainingError: a number is not finite.
        """
        target = self.directory / f"{position.tokens:018}"
        if target.exists():
            return
        partial = self.directory / PARTIAL
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        try:
            for name, variable in tables.variables.items():
                write_variable(variable, partial / f"{name}.npy")
            (partial / POSITION).write_text(json.dumps(asdict(position)), encoding="utf-8")
            (partial / FILES).write_text(json.dumps(fingerprints(partial)), encoding="utf-8")
            flush(partial)
            partial.rename(target)
            flush_entry(target)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        for old in self._newest_first()[KEPT:]:
            shutil.rmtree(old, ignore_errors=True)

    def restore(self, tables: Tables) -> Position:
        """Give the tables the newest state that is whole; return its position.

        Without any, nothing changes and the run is at its start.
        """
        for path in self._newest_first():
            try:
                expected = json.loads((path / FILES).read_bytes())
                found = faults(path, expected, content=True)
                if not found:
                    saved = json.loads((path / POSITION).read_bytes())
                    for name, variable in tables.variables.items():
                        read_variable(variable, path / f"{name}.npy")
                    lists = {name: tuple(saved[name]) for name in ("loss_sums", "pairs")}
                    return Position(**{**saved, **lists})
            except (OSError, ValueError) as error:
                found = [f"{path}: {error}"]
            log.warning("%s; going back to the state before it", found[0])
        return Position()

    def _newest_first(self) -> list[Path]:
        if not self.directory.is_dir():
            return []
        states = [path for path in self.directory.iterdir() if path.name.isdigit()]
        return sorted(states, reverse=True)
