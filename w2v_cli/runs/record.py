"""Save and read `run.json`: the settings and the text of a run that can be resumed.

A resumed run must have the settings and the text that it was started with. The functions here check
this, and their errors name each difference.
"""

import logging
from pathlib import Path
from typing import Any

from w2v_cli import __version__
from w2v_cli.config.config import Config
from w2v_cli.corpus.prepared_text import PreparedText, open_prepared
from w2v_cli.corpus.reading.files import find_files
from w2v_cli.errors import ConfigError, InputMissingError, ModelError, TrainingError
from w2v_cli.runs.directory import ENCODED, RUN, unfinished_directory
from w2v_cli.storage import read_sealed, write_sealed

log = logging.getLogger(__name__)

BEGINNING = f"{RUN}/run.json"
"""The file in which a run records its start:

    settings        option -> value, as given
    effective       option -> value, given or derived
    w2v             the version of w2v that started the run
    initial_words   number of words that started with given vectors
    workers         number of workers, once they train
    chunk_tokens    about how many words a chunk has, once they train
    text            present once the text is prepared:
        files       path, size and modification time of each file
        prepared    the directory that has the text as ids
        encoded     size and sha256 of each file in that directory
"""

FREE = frozenset(
    {
        "output", "epochs", "threads", "checkpoint_minutes", "cache", "count_memory",
        "workers", "cluster", "rank", "join_seconds", "tensorboard",
    }
)  # fmt: skip
"""Options that may change when a run is resumed. `epochs` may only rise."""


def settings_of_unfinished(output: str) -> dict[str, object]:
    """Return the options of the unfinished run for a model directory.

    Raises:
        InputMissingError: there is no unfinished run.
        ModelError: its `run.json` is damaged.
    """
    directory = unfinished_directory(Path(output))
    if not (directory / BEGINNING).is_file():
        raise InputMissingError(f"no unfinished run for {output}; start one without --resume")
    settings = _read_beginning(directory)["settings"]
    return {key: _as_tuple(value) for key, value in settings.items()}


def remember_settings(config: Config, directory: Path, *, resume: bool) -> None:
    """Save the settings of a run. A resumed run must have the settings it was started with.

    Raises:
        ConfigError: the settings differ. The message lists every difference.
    """
    beginning: dict[str, Any] = {"w2v": __version__, "initial_words": 0}
    if resume:
        beginning = _read_beginning(directory)
        _check_settings(config.effective, beginning)
    changed = {"settings": config.values(), "effective": config.effective}
    write_sealed(directory / BEGINNING, {**beginning, **changed})


def remember_initial_words(directory: Path, n_words: int) -> None:
    """Save how many words of a run started with given vectors."""
    write_sealed(directory / BEGINNING, {**_read_beginning(directory), "initial_words": n_words})


def recall_initial_words(directory: Path) -> int:
    """Return the number that `remember_initial_words` saved, or 0."""
    return int(_read_beginning(directory)["initial_words"])


def remember_workers(directory: Path, n_workers: int, chunk_tokens: int) -> None:
    """Save how many workers train, and the size of the chunks that positions count."""
    beginning = _read_beginning(directory)
    before = beginning.get("workers", n_workers)
    if before != n_workers:
        log.warning(
            "the run had %d worker%s and goes on with %d: the vectors will be as good, but not"
            " those of an unbroken run",
            before,
            "s" * (before != 1),
            n_workers,
        )
    changed = {"workers": n_workers, "chunk_tokens": chunk_tokens}
    write_sealed(directory / BEGINNING, {**beginning, **changed})


def recall_chunk_tokens(directory: Path) -> int | None:
    """Return the size of the chunks of a run that is resumed, or None."""
    found: int | None = _read_beginning(directory).get("chunk_tokens")
    return found


def _read_beginning(directory: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = read_sealed(directory / BEGINNING)
    except ValueError as error:
        raise ModelError(f"{error}; start again with --overwrite") from None
    return found


def _check_settings(now: dict[str, Any], beginning: dict[str, Any]) -> None:
    before = {key: _as_tuple(value) for key, value in beginning["effective"].items()}
    differences = [
        f"{key} was {_as_text(before.get(key))} and is {_as_text(value)}"
        for key, value in now.items()
        if value != before.get(key) and key not in FREE
    ]
    lengths = now.get("epochs"), before.get("epochs")
    if None not in lengths and now["epochs"] < before["epochs"]:
        differences.append(f"epochs was {before['epochs']} and can only be raised")
    if differences:
        began = (
            ""
            if beginning["w2v"] == __version__
            else f" (the run began with w2v {beginning['w2v']})"
        )
        raise ConfigError(
            f"cannot resume with other settings: {'; '.join(differences)}{began}; leave them out,"
            " or start again with --overwrite"
        )


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _as_text(value: object) -> str:
    return " ".join(value) if isinstance(value, tuple) else str(value)


def remember_text(directory: Path, config: Config, text: PreparedText) -> None:
    """Save which text a run has.

    Raises:
        TrainingError: the run was started with another text.
    """
    beginning, files = _read_beginning(directory), _describe_files(config)
    encoded = text.files
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
    """Return the prepared text of a run, or None if it is damaged or the text files changed."""
    text = _read_beginning(directory).get("text")
    if text is None or text["files"] != _describe_files(config):
        return None
    # The run directory may have been moved, so look there first. A cache is not moved.
    prepared = directory / ENCODED
    if not prepared.is_dir():
        prepared = Path(text["prepared"])
    try:
        found = open_prepared(prepared)
    except (OSError, ValueError):
        return None
    return found if found.files == text["encoded"] else None


def _describe_files(config: Config) -> list[dict[str, Any]]:
    """Return path, size and modification time of each file of the text and its weights.

    Stdin and pipes have no size.
    """
    found = []
    weights = config.run.weights
    for name in [*find_files(config.run.corpus), *([] if weights is None else [weights])]:
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
