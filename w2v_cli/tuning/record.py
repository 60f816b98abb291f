"""The directory of a tuning: what is known so far, so that it can be resumed.

w2v-tuned/
  tuning.json   sealed: the settings, the space, the rungs, every trial
  trials.tsv    the trials as a table
  best.yaml     the settings of the winner, once all is done
  work/         removed at the end: the text as ids, the trial that is trained, held-out losses
"""

import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from w2v_cli.errors import ConfigError, InputMissingError, ModelError, OutputExistsError
from w2v_cli.storage import read_sealed, write_sealed, write_whole
from w2v_cli.tuning.rungs import Cost, Rung
from w2v_cli.tuning.trial import Trial

STATE, TABLE, BEST, WORK = "tuning.json", "trials.tsv", "best.yaml", "work"


@dataclass
class Record:
    """What a tuning has found and decided.

    Attributes:
        directory: where it is saved.
        question: everything that the answer depends on: all settings and the space.
        costs: for each setting how long it takes; empty before that is measured.
        rungs: those that have begun or been planned.
        members: for each rung that has begun, the numbers of its settings, from 0.
        trials: those that are done.
        seconds: how long the tuning has taken so far.
        winner: the number of the trial that has won, once all is done.
    """

    directory: Path
    question: dict[str, Any]
    costs: list[Cost] = field(default_factory=list)
    rungs: list[Rung] = field(default_factory=list)
    members: list[list[int]] = field(default_factory=list)
    trials: list[Trial] = field(default_factory=list)
    seconds: float = 0.0
    winner: int | None = None

    @property
    def work(self) -> Path:
        """The directory of temporary files."""
        return self.directory / WORK

    def losses_file(self, trial: int) -> Path:
        """Return where the held-out losses of a trial are."""
        return self.work / f"losses-{trial}.npy"

    def save(self) -> None:
        """Write what is known."""
        known = asdict(self)
        del known["directory"]
        write_sealed(self.directory / STATE, known)
        write_whole(self.directory / TABLE, "".join(_rows(self.trials)))

    def finish(self, best: str) -> None:
        """Write the settings of the winner and remove temporary files.

        Args:
            best: a config file.
        """
        write_whole(self.directory / BEST, best)
        self.save()
        shutil.rmtree(self.work, ignore_errors=True)


def open_record(
    directory: Path, question: dict[str, Any], *, resume: bool, overwrite: bool
) -> Record:
    """Begin a tuning in a directory, or go on with the one there.

    Raises:
        OutputExistsError: the directory has something in it, and may not be replaced.
        InputMissingError: there is no tuning to resume.
        ConfigError: the tuning to resume has another question.
        ModelError: its file is damaged.
    """
    state = directory / STATE
    if resume:
        return _reopen(directory, question)
    if directory.exists():
        ours = state.is_file() or not any(directory.iterdir())
        if not ours:
            raise OutputExistsError(f"{directory} exists and is no tuning; choose another --output")
        if state.is_file() and not overwrite:
            raise OutputExistsError(
                f"{directory} has a tuning; go on with --resume, or replace it with --overwrite"
            )
        shutil.rmtree(directory)
    record = Record(directory, question)
    record.work.mkdir(parents=True)
    record.save()
    return record


def _reopen(directory: Path, question: dict[str, Any]) -> Record:
    try:
        known = read_sealed(directory / STATE)
    except FileNotFoundError:
        raise InputMissingError(f"no tuning in {directory}; start one without --resume") from None
    except ValueError as error:
        raise ModelError(f"{error}; start again with --overwrite") from None
    before, now = known["question"], json.loads(json.dumps(question))
    differences = [
        f"{key} was {before.get(key)} and is {now.get(key)}"
        for key in sorted({*before, *now})
        if before.get(key) != now.get(key)
    ]
    if differences:
        raise ConfigError(f"cannot resume another tuning: {'; '.join(differences)}")
    known["costs"] = [Cost(*cost) for cost in known["costs"]]
    known["rungs"] = [Rung(*rung) for rung in known["rungs"]]
    known["trials"] = [Trial(**trial) for trial in known["trials"]]
    record = Record(directory, **known)
    record.work.mkdir(exist_ok=True)
    return record


def _rows(trials: Sequence[Trial]) -> Iterable[str]:
    """Yield the lines of the table."""
    if not trials:
        return
    keys = list(trials[0].settings)
    names = [
        "rung", "share", "words", "held_out_loss", "standard_error", "spearman", "analogies",
        "words_per_s", "seconds", "failure",
    ]  # fmt: skip
    yield "\t".join(["trial", *keys, *names]) + "\n"
    for trial in trials:
        found = [
            trial.number, *trial.settings.values(), trial.rung, trial.share, trial.tokens,
            trial.loss, trial.standard_error, trial.pairs, trial.analogies, trial.words_per_s,
            trial.seconds, trial.failure,
        ]  # fmt: skip
        yield "\t".join("" if each is None else str(each) for each in found) + "\n"
