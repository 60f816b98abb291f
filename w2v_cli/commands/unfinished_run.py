"""What a run that stopped left behind: its settings, its text, its metrics.

A run is resumed with the settings and the text it was started with; these say so, and name what
differs.
"""

import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from w2v_cli.commands.run_directory import ENCODED, RUN, unfinished
from w2v_cli.config import Config
from w2v_cli.corpus.preparation import PreparedText, open_prepared
from w2v_cli.corpus.readers import find_files
from w2v_cli.errors import ConfigError, ModelError, TrainingError
from w2v_cli.files import faults, fingerprints, read_sealed, write_sealed, write_whole

BEGINNING = f"{RUN}/run.json"
"""`settings`, option -> value, and, as soon as the text is prepared, `text`:

    files       path, size and time of each
    prepared    the directory where the text lies as ids
    encoded     size and sha256 of each file there
"""

FREE = frozenset({"output", "epochs", "threads", "checkpoint_minutes", "cache", "count_memory"})
"""Options that may change in a run: none of them changes the steps it still has to take."""


def settings_of_unfinished(output: str) -> dict[str, object]:
    """Return the options of the unfinished run for a model directory.

    Raises:
        ModelError: there is none, or it is damaged.
    """
    directory = unfinished(Path(output))
    if not (directory / BEGINNING).is_file():
        raise ModelError(f"no unfinished run for {output}; start one without --resume")
    settings = _beginning(directory)["settings"]
    return {k: tuple(v) if isinstance(v, list) else v for k, v in settings.items()}


def remember_settings(config: Config, directory: Path, *, resume: bool) -> None:
    """Note the settings of a run; one that goes on must have those it began with.

    Raises:
        ConfigError: they differ, with every difference.
    """
    beginning = {}
    if resume:
        beginning = _beginning(directory)
        _check_settings(config.values(), Config.of(**beginning["settings"]).values())
    write_sealed(directory / BEGINNING, {**beginning, "settings": config.values()})


def _beginning(directory: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = read_sealed(directory / BEGINNING)
    except ValueError as error:
        raise ModelError(f"{error}; start again with --overwrite") from None
    return found


def _check_settings(values: dict[str, object], before: dict[str, object]) -> None:
    differences = [
        f"{key} was {_shown(before[key])} and is {_shown(value)}"
        for key, value in values.items()
        if value != before[key] and key not in FREE
    ]
    if values["epochs"] < before["epochs"]:  # type: ignore[operator]
        differences.append(f"epochs was {before['epochs']} and can only be raised")
    if differences:
        raise ConfigError(
            f"cannot resume with other settings: {'; '.join(differences)}; leave them out, or start"
            " again with --overwrite"
        )


def _shown(value: object) -> str:
    return " ".join(value) if isinstance(value, tuple) else str(value)


def remember_text(directory: Path, config: Config, text: PreparedText) -> None:
    """Note which text a run has, or raise TrainingError if it began with another one."""
    beginning, files = _beginning(directory), _described_files(config)
    encoded = fingerprints(text.directory)
    before = beginning.get("text")
    if before is not None and before["encoded"] != encoded:
        raise TrainingError(
            f"cannot resume: the text has changed: {_changes(before['files'], files)}; bring it"
            " back, or start again with --overwrite"
        )
    prepared = str(text.directory.resolve())
    beginning["text"] = {"files": files, "prepared": prepared, "encoded": encoded}
    write_sealed(directory / BEGINNING, beginning)


def reopen_text(directory: Path, config: Config) -> PreparedText | None:
    """Return the text of a run if it lies there as it was prepared and its files are the same."""
    text = _beginning(directory).get("text")
    if text is None or text["files"] != _described_files(config):
        return None
    # The directory of a run may have been moved; a cache has not.
    prepared = directory / ENCODED
    if not prepared.is_dir():
        prepared = Path(text["prepared"])
    if faults(prepared, text["encoded"]):
        return None
    return open_prepared(prepared)


def _described_files(config: Config) -> list[dict[str, Any]]:
    """Return size and time of each file of the text; there are none for stdin and pipes."""
    found = []
    for name in find_files(config.run.corpus):
        path = Path(name)
        known = path.stat() if path.is_file() else None
        found.append(
            {
                "path": name,
                "bytes": known.st_size if known else None,
                "changed": known.st_mtime_ns if known else None,
            }
        )
    return found


def _changes(before: list[dict[str, Any]], now: list[dict[str, Any]]) -> str:
    old, new = ({file["path"]: file for file in files} for files in (before, now))
    changes = [f"{path} is gone" for path in old if path not in new]
    changes += [f"{path} is new" for path in new if path not in old]
    for path in old.keys() & new.keys():
        sizes = [file[path]["bytes"] for file in (old, new)]
        if sizes[0] == sizes[1] or None in sizes:
            changes.append(f"{path} has other words")
        else:
            changes.append(f"{path} had {sizes[0]:,} bytes and has {sizes[1]:,}")
    return ", ".join(sorted(changes))


def open_metrics(path: Path, tokens: int) -> TextIO:
    """Open the metrics to write on, with the reports of the first `tokens` tokens in it."""
    kept = []
    if path.is_file():
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True):
            with suppress(ValueError, TypeError, KeyError):  # the last line may be cut off
                if line.endswith("\n") and json.loads(line)["tokens"] <= tokens:
                    kept.append(line)
    write_whole(path, "".join(kept))
    return path.open("a", encoding="utf-8")


class CheckpointTimes:
    """Says when a checkpoint is due: every so many minutes, and at the end of an epoch.

    Not at the end of an epoch that took less than a tenth of that: that would cost too much.
    """

    def __init__(self, minutes: float) -> None:
        self._seconds = 60 * minutes
        self._last = time.monotonic()

    def __call__(self, *, ends_epoch: bool) -> bool:
        now = time.monotonic()
        due = now - self._last >= self._seconds / (10 if ends_epoch else 1)
        if due:
            self._last = now
        return due
