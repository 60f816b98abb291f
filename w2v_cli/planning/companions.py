"""Other workers of this machine, which train while trial steps are measured.

They share the cores, the caches and the memory with the trial, as in a run with several workers.
They combine nothing.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from w2v_cli.config.config import Config
from w2v_cli.config.sources import resolve, to_yaml
from w2v_cli.corpus.prepared_text import open_prepared
from w2v_cli.errors import TrainingError
from w2v_cli.workers.processes import environment_of_workers

SETTINGS = "settings.yaml"


class Companions:
    """Processes that train on a text."""

    def __init__(
        self, n_processes: int, config: Config, text: Path, chunk_tokens: int, directory: Path
    ) -> None:
        """Start the processes.

        Args:
            n_processes: how many.
            config: every setting of the run, with the threads of a worker.
            text: the prepared text.
            chunk_tokens: about how many tokens a chunk has.
            directory: for the files of the processes; exists.
        """
        (directory / SETTINGS).write_text(to_yaml(config), encoding="utf-8")
        given = [str(directory / SETTINGS), str(text), str(chunk_tokens)]
        self._marks = [directory / str(number) for number in range(n_processes)]
        self._processes = [
            subprocess.Popen(
                [sys.executable, "-m", __name__, *given, str(mark)],
                env=environment_of_workers(),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            for mark in self._marks
        ]

    def wait(self) -> None:
        """Wait until all processes train.

        Raises:
            TrainingError: one has ended.
        """
        while not all(mark.exists() for mark in self._marks):
            for process in self._processes:
                if process.poll() is not None:
                    raise TrainingError(
                        f"a worker of the trial steps (process {process.pid}) has ended; plan with"
                        " --seconds 0, or with fewer --workers"
                    )
            time.sleep(0.01)

    def end(self) -> None:
        """End the processes."""
        for process in self._processes:
            process.kill()
            process.wait()
            assert process.stdin is not None
            process.stdin.close()


@contextmanager
def companions(
    n_processes: int, config: Config, text: Path, chunk_tokens: int
) -> Iterator[Companions]:
    """Start so many processes that train on a text. They end with the block.

    Args:
        n_processes: how many.
        config: every setting of the run, with the threads of a worker.
        text: the prepared text.
        chunk_tokens: about how many tokens a chunk has.
    """
    with tempfile.TemporaryDirectory(prefix="w2v-") as directory:
        started = Companions(n_processes, config, text, chunk_tokens, Path(directory))
        try:
            yield started
        finally:
            started.end()


def train_beside(settings: str, text: str, chunk_tokens: str, mark: str) -> None:
    """Train on a text until this process is ended; make the file `mark` after the first chunk."""
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    from w2v_cli.training.devices import prepare_devices, strict_placement
    from w2v_cli.training.loop import Trainer

    config = resolve({}, settings, environment={}).config
    prepared = open_prepared(Path(text))
    placement = prepare_devices(config.devices, config.engine)
    with strict_placement():
        trainer = Trainer(
            prepared.corpus,
            prepared.vocabulary,
            config,
            placement,
            chunk_tokens=int(chunk_tokens),
            contexts=prepared.contexts,
        )
        for _ in trainer.run():
            Path(mark).touch()


def _end_with_stdin() -> None:
    """End this process when the one that has started it is gone."""
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    train_beside(*sys.argv[1:])
