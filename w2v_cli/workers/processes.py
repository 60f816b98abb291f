"""Start the other workers of a run on this machine, and say why one has ended."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from w2v_cli.workers.cluster import Cluster

LOOPBACK = "127.0.0.1"
END_S = 5.0
"""Seconds in which a worker that fails has told why."""


class LocalWorkers:
    """Processes of `w2v train`, one for each worker except the chief, which is this process.

    Attributes:
        cluster: the workers, seen from the chief.
    """

    def __init__(self, n_workers: int, settings: Path, join_s: float) -> None:
        """Start the processes.

        Args:
            n_workers: number of workers, the chief included.
            settings: YAML file with the settings of the run.
            join_s: seconds that a worker waits for the others.
        """
        self.cluster = Cluster(_free_addresses(n_workers), 0)
        self._started = [
            _start(self.cluster, rank, settings, join_s) for rank in range(1, n_workers)
        ]

    def explain(self) -> str | None:
        """Return why a worker has ended, or None if all of them work or have nothing to say."""
        until = time.monotonic() + END_S
        while time.monotonic() < until and not self._ended():
            time.sleep(0.05)
        killed, said = [], []
        for rank, process, output in self._ended():
            name = f"worker {rank} (process {process.pid})"
            if process.returncode < 0:
                killed.append(f"{name} was ended by signal {-process.returncode}")
            elif process.returncode < 128 and (lines := _lines(output)):
                said.append(f"{name}: {lines[-1].removeprefix('error: ')}")
        return next(iter(killed + said), None)

    def _ended(self) -> list[tuple[int, "subprocess.Popen[bytes]", IO[bytes]]]:
        return [
            (rank, process, output)
            for rank, (process, output) in enumerate(self._started, start=1)
            if process.poll()
        ]

    def wait(self) -> None:
        """Wait until all processes have ended; end those that do not do so by themselves."""
        until = time.monotonic() + END_S
        for process, output in self._started:
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            output.close()


@contextmanager
def local_workers(n_workers: int, settings: str, join_s: float) -> Iterator[LocalWorkers]:
    """Start the other workers on this machine. They end with the block.

    Args:
        n_workers: number of workers, the chief included.
        settings: the settings of the run as YAML.
        join_s: seconds that a worker waits for the others.
    """
    with ExitStack() as stack:
        directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="w2v-"))
        file = Path(directory, "settings.yaml")
        file.write_text(settings, encoding="utf-8")
        workers = LocalWorkers(n_workers, file, join_s)
        stack.callback(workers.wait)
        yield workers


def _start(
    cluster: Cluster, rank: int, settings: Path, join_s: float
) -> "tuple[subprocess.Popen[bytes], IO[bytes]]":
    flags = {"--cluster": ",".join(cluster.addresses), "--rank": str(rank), "--workers": "1"}
    flags |= {"--config": str(settings), "--join-seconds": f"{join_s:g}"}
    output = tempfile.TemporaryFile()  # noqa: SIM115 - `wait` closes it
    process = subprocess.Popen(
        [sys.executable, "-m", "w2v_cli", "train", *(part for f in flags.items() for part in f)],
        env=environment_of_workers(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=output,
        # Ctrl-C on a terminal reaches a whole group of processes; the chief alone answers.
        start_new_session=True,
    )
    return process, output


def environment_of_workers() -> dict[str, str]:
    """Return the environment without the options in it: the file of settings has them all."""
    options = {key: value for key, value in os.environ.items() if not key.startswith("W2V_")}
    return {**options, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def _free_addresses(n: int) -> tuple[str, ...]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(n)]
        for each in sockets:
            each.bind((LOOPBACK, 0))
        return tuple(f"{LOOPBACK}:{each.getsockname()[1]}" for each in sockets)


def _lines(output: IO[bytes]) -> list[str]:
    output.seek(0)
    return output.read().decode(errors="replace").strip().splitlines()
