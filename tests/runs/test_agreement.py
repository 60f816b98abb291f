"""Workers agree on settings, versions and text before they train."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from w2v_cli.config.config import Config
from w2v_cli.corpus.preparation import prepare
from w2v_cli.corpus.prepared_text import DESCRIPTION, PreparedText
from w2v_cli.errors import ConfigError, TrainingError
from w2v_cli.runs.agreement import OfferedRun, offer_run
from w2v_cli.training.position import Position
from w2v_cli.workers.cluster import Cluster

LINES = "".join(f"the cat number {i % 7} saw the dog number {i % 5}\n" for i in range(200))


class Room:
    """Where threads that stand for workers meet."""

    def __init__(self, n_workers: int) -> None:
        self.barrier = threading.Barrier(n_workers, timeout=10)
        self.given: list[Any] = [None] * n_workers
        self.texts: dict[str, str] = {}
        self.published = threading.Event()


class ThreadTransport:
    """A transport between threads of this process."""

    def __init__(self, room: Room, rank: int) -> None:
        n_workers = len(room.given)
        self.cluster = Cluster(tuple(f"host{i}:4000" for i in range(n_workers)), rank)
        self._room = room

    def add_up(self, tensor: Any) -> tf.Tensor:
        self._room.given[self.cluster.rank] = np.asarray(tensor)
        self._room.barrier.wait()
        total = tf.constant(np.sum(self._room.given, axis=0))
        self._room.barrier.wait()
        return total

    def publish(self, key: str, text: str) -> None:
        self._room.texts[key] = text
        self._room.published.set()

    def read(self, key: str) -> str:
        assert self._room.published.wait(60)
        return self._room.texts[key]


def config_for(text: Path, **settings: object) -> Config:
    return Config.of(corpus=str(text), **{"min_count": 2, **settings})


def prepared(directory: Path, config: Config) -> PreparedText:
    directory.mkdir()
    return prepare(config, directory, lambda line: None)


def agree(
    directory: Path,
    own_lines: str = LINES,
    *,
    shared: bool = False,
    **settings: object,
) -> tuple[Callable[[], None], Callable[[], str]]:
    """Let a chief and one worker agree; return what gives the result of each."""
    room = Room(2)
    files = [directory / "chief.txt", directory / "own.txt"]
    for file, lines in zip(files, (LINES, own_lines), strict=True):
        file.write_text(lines)
    chief_config = config_for(files[0])
    text = prepared(directory / "encoded", chief_config)
    if not shared:
        (text.directory / DESCRIPTION).unlink()  # the worker does not see this directory

    def chief() -> None:
        transport: Any = ThreadTransport(room, 0)
        offer_run(transport, chief_config, text, Position(tokens=7, loss_sums=(1.5,)), 420)

    def worker() -> str:
        transport: Any = ThreadTransport(room, 1)
        offered = OfferedRun(transport, config_for(files[1], **settings))
        assert offered.position == Position(tokens=7, loss_sums=(1.5,))
        assert offered.chunk_tokens == 420
        with offered.open_text(lambda line: None) as found:
            assert found.vocabulary.words == text.vocabulary.words
            assert (found.directory == text.directory) == shared
            return found.corpus.sha256

    with ThreadPoolExecutor(2) as threads:
        jobs = threads.submit(chief), threads.submit(worker)
        return jobs[0].result, jobs[1].result


@pytest.mark.parametrize("shared", [True, False])
def test_a_worker_reads_the_text_of_the_chief_or_its_own_copy(tmp_path: Path, shared: bool) -> None:
    chief, worker = agree(tmp_path, shared=shared)
    chief()
    sha256 = worker()
    assert sha256 == prepared(tmp_path / "again", config_for(tmp_path / "chief.txt")).corpus.sha256


def test_a_text_that_differs_is_refused_by_name(tmp_path: Path) -> None:
    for result in agree(tmp_path, LINES.replace("cat", "dog", 1)):
        with pytest.raises(TrainingError, match=r"the text differs: worker 1 \(host1:4000\)"):
            result()


@pytest.mark.long
def test_a_setting_that_differs_is_refused_by_name(tmp_path: Path) -> None:
    _, worker = agree(tmp_path, window=3, threads=5, join_seconds=7)
    with pytest.raises(ConfigError, match=r"setting differs: window is 3 here and 5 at the chief;"):
        worker()
