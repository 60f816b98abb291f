"""What a run that stopped left behind: its settings, its text, its metrics.

A run is resumed with the settings and the text it was started with; these say so, and name what
differs.
"""

import json
import time
from pathlib import Path
from typing import Any, TextIO

from w2v_cli.commands.run_directory import ENCODED, unfinished
from w2v_cli.config import Config
from w2v_cli.config_sources import read_yaml
from w2v_cli.corpus.encoding import sha256_of_encoded
from w2v_cli.corpus.preparation import PreparedText, open_prepared
from w2v_cli.corpus.readers import find_files
from w2v_cli.errors import ConfigError, ModelError, TrainingError

SETTINGS, SOURCE = "config.yaml", "source.json"

FREE = frozenset({"output", "epochs", "threads", "checkpoint_minutes", "cache", "count_memory"})
"""Options that may change in a run: none of them changes the steps it still has to take."""


def settings_of_unfinished(output: str) -> dict[str, object]:
    """Return the options of the unfinished run for a model directory.

    Raises:
        ModelError: there is none.
    """
    path = unfinished(Path(output)) / SETTINGS
    if not path.is_file():
        raise ModelError(f"no unfinished run for {output}; start one without --resume")
    return {key: value for key, (value, _) in read_yaml(path).items()}


def check_settings(config: Config, directory: Path) -> None:
    """Raise ConfigError, with every difference, unless a run can go on with `config`."""
    values = config.values()
    before = Config.of(**{k: v for k, (v, _) in read_yaml(directory / SETTINGS).items()}).values()
    differences = [
        f"{key} was {_shown(before[key])} and is {_shown(value)}"
        for key, value in values.items()
        if value != before[key] and key not in FREE
    ]
    if values["epochs"] < before["epochs"]:
        differences.append(f"epochs was {before['epochs']} and can only be raised")
    if differences:
        raise ConfigError(
            f"cannot resume with other settings: {'; '.join(differences)}; leave them out, or start"
            " again with --overwrite"
        )
    if values["sampler"] == "learned_unigram":
        raise ConfigError(
            "sampler learned_unigram keeps its counts inside TensorFlow, so its runs cannot be"
            " resumed; start again with --overwrite"
        )


def _shown(value: object) -> str:
    return " ".join(value) if isinstance(value, tuple) else str(value)


def remember_text(directory: Path, config: Config, text: PreparedText) -> None:
    """Note which text a run has, or raise TrainingError if it began with another one."""
    path, files = directory / SOURCE, _described_files(config)
    if path.is_file():
        before = json.loads(path.read_bytes())
        if before["sha256_of_ids"] != text.corpus.sha256:
            raise TrainingError(
                f"cannot resume: the text has changed: {_changes(before['files'], files)}; bring"
                " it back, or start again with --overwrite"
            )
    source = {
        "files": files,
        "prepared": str(text.directory.resolve()),
        "sha256_of_ids": text.corpus.sha256,
    }
    path.write_text(json.dumps(source), encoding="utf-8")


def reopen_text(directory: Path, config: Config) -> PreparedText | None:
    """Return the text of a run if it lies there as it was prepared and its files are the same."""
    path = directory / SOURCE
    if not path.is_file():
        return None
    source = json.loads(path.read_bytes())
    # The directory of a run may have been moved; a cache has not.
    prepared = directory / ENCODED
    if not prepared.is_dir():
        prepared = Path(source["prepared"])
    if source["files"] != _described_files(config) or not prepared.is_dir():
        return None
    try:
        if sha256_of_encoded(prepared) != source["sha256_of_ids"]:
            return None
        return open_prepared(prepared)
    except (OSError, ValueError, ModelError):
        return None


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
        if old[path]["bytes"] != new[path]["bytes"]:
            changes.append(
                f"{path} had {old[path]['bytes']:,} bytes and has {new[path]['bytes']:,}"
            )
        elif old[path] != new[path]:
            changes.append(f"{path} has other words")
    return ", ".join(sorted(changes)) or "the same files give other words"


def open_metrics(path: Path, tokens: int) -> TextIO:
    """Open the metrics to write on, with the reports of the first `tokens` tokens in it."""
    kept = []
    if path.is_file():
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [
            line for line in lines if line.endswith("\n") and json.loads(line)["tokens"] <= tokens
        ]
    file = path.open("w", encoding="utf-8")
    file.writelines(kept)
    return file


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
