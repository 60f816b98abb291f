"""What the workers of a run tell each other before they train: settings, versions and text.

The chief publishes a description of the run. Every other worker compares it with its own settings
and versions. Then it opens the text that the chief has encoded, if it can see that directory. If it
cannot, it encodes its own copy of the text with the chief's vocabulary. The fingerprint of the ids
shows whether all workers have the same text.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from w2v_cli import __version__
from w2v_cli.config.config import Config
from w2v_cli.corpus.preparation import prepare
from w2v_cli.corpus.prepared_text import VOCABULARY, PreparedText, Tell, open_shared
from w2v_cli.errors import ConfigError, TrainingError
from w2v_cli.training.position import Position
from w2v_cli.workers.slices import slices

if TYPE_CHECKING:
    from w2v_cli.workers.transport import Transport

KEY = "run"
OF_THE_WORKER = frozenset(
    {
        "corpus", "output", "cache", "count_memory", "threads", "workers", "cluster", "rank",
        "join_seconds", "checkpoint_minutes", "init_vectors", "keep_words", "stop_words", "vocab",
        "weights", "tensorboard",
    }
)  # fmt: skip
"""Options that may differ between the workers of a run: where things are, and only the chief's."""


def offer_run(
    transport: "Transport",
    config: Config,
    text: PreparedText,
    position: Position,
    chunk_tokens: int,
) -> None:
    """Tell the other workers what the chief trains, and agree on the text.

    Raises:
        TrainingError: a worker has another text, other settings or another version.
    """
    described = {
        "versions": _versions(),
        "settings": config.effective,
        "directory": str(text.directory.resolve()),
        "sha256_of_ids": text.corpus.sha256,
        "position": asdict(position),
        "chunk_tokens": chunk_tokens,
    }
    transport.publish(KEY, json.dumps(described))
    if any(_ask_all(transport, False)):
        _exchange(transport, (text.directory / VOCABULARY).read_bytes())
    _check_texts(transport, _ask_all(transport, False))


class OfferedRun:
    """What the chief has told a worker.

    Attributes:
        position: where the run stands.
        chunk_tokens: about how many tokens a chunk has.
    """

    def __init__(self, transport: "Transport", config: Config) -> None:
        """Wait for the chief's description, and compare it.

        Raises:
            ConfigError: a setting differs.
            TrainingError: a version differs.
        """
        self._transport, self._config = transport, config
        described: dict[str, Any] = json.loads(transport.read(KEY))
        _compare("version", described["versions"], _versions(), TrainingError)
        settings = json.loads(json.dumps(config.effective))
        _compare("setting", described["settings"], settings, ConfigError)
        self._directory = Path(described["directory"])
        self._sha256: str = described["sha256_of_ids"]
        self.position = Position.from_json(described["position"])
        self.chunk_tokens: int = described["chunk_tokens"]

    @contextmanager
    def open_text(self, tell: Tell) -> Iterator[PreparedText]:
        """Yield the text of the run.

        Raises:
            TrainingError: this worker or another one has another text.
        """
        with TemporaryDirectory(prefix="w2v-text-") as own:
            text = open_shared(self._directory, self._sha256)
            if any(_ask_all(self._transport, text is None)):
                vocabulary = _exchange(self._transport, b"")
                if text is None:
                    text = self._encode(Path(own), vocabulary, tell)
            assert text is not None
            differs = text.corpus.sha256 != self._sha256
            _check_texts(self._transport, _ask_all(self._transport, differs))
            yield text

    def _encode(self, directory: Path, vocabulary: bytes, tell: Tell) -> PreparedText:
        if self._config.run.pairs:
            raise TrainingError(
                f"the pairs that the chief has encoded are in {self._directory}, which this machine"
                " does not see; use a --cache that all machines see"
            )
        given, encoded = directory / VOCABULARY, directory / "encoded"
        given.write_bytes(vocabulary)
        encoded.mkdir()
        # The chief has applied the rules for choosing words.
        text = replace(self._config.text, vocab=str(given), min_count=1, max_vocab=None)
        return prepare(replace(self._config, text=text), encoded, tell)


def _versions() -> dict[str, str]:
    return {"w2v": __version__, "tensorflow": sys.modules["tensorflow"].__version__}


def _compare(kind: str, chief: dict[str, Any], own: dict[str, Any], error: type[Exception]) -> None:
    differences = [
        f"{key} is {own.get(key)} here and {chief.get(key)} at the chief"
        for key in sorted(chief.keys() | own.keys())
        if chief.get(key) != own.get(key) and key not in OF_THE_WORKER
    ]
    if differences:
        raise error(f"a {kind} differs: {'; '.join(differences)}; use the same on all workers")


def _ask_all(transport: "Transport", answer: bool) -> list[bool]:
    """Return each worker's answer to a question."""
    answers = np.zeros(transport.cluster.n_workers)
    answers[transport.cluster.rank] = answer
    return [bool(each) for each in transport.add_up(answers).numpy()]


def _check_texts(transport: "Transport", differs: list[bool]) -> None:
    who = [transport.cluster.describe(rank) for rank, each in enumerate(differs) if each]
    if who:
        raise TrainingError(
            f"the text differs: {', '.join(who)} has other words than the chief; give all workers"
            " the same text"
        )


def _exchange(transport: "Transport", content: bytes) -> bytes:
    """Send bytes from the chief to all workers; the others pass no bytes."""
    n_bytes = int(transport.add_up(np.array([len(content)])).numpy()[0])
    received = np.zeros(n_bytes, np.uint8)
    received[: len(content)] = np.frombuffer(content, np.uint8)
    for first, last in slices(n_bytes, np.dtype(np.int32).itemsize):
        received[first:last] = transport.add_up(received[first:last].astype(np.int32)).numpy()
    return received.tobytes()
