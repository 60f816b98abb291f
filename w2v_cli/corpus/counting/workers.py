"""Let an object work in a process of its own, and several of them side by side.

In: how to make the object, then calls of its methods. Out: their results, in the same order.

A process is a fresh Python and not a fork: a fork of a program that has loaded TensorFlow, whose
threads hold locks, can hang. It is not `multiprocessing`'s spawn either, which imports the caller's
script again and so asks every script for an `if __name__ == "__main__"`.
"""

import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, Protocol

from w2v_cli.errors import CorpusError

MOST_WORKERS = 8
"""One process reads and unpacks for all: more would wait for it, and each takes some 40 MB."""

PROGRAM = """
import sys
sys.path[:] = {path!r}
from w2v_cli.corpus.counting.workers import serve
serve({descriptor})
"""


class Worker(Protocol):
    """An object that takes one call at a time: `start`, then `result`."""

    def start(self, method: str, *arguments: Any) -> None: ...

    def result(self) -> Any: ...

    def close(self) -> None: ...


class Here:
    """Does the work in this process, when its result is asked for."""

    def __init__(self, make: Callable[..., Any], *arguments: Any) -> None:
        self._object = make(*arguments)

    def start(self, method: str, *arguments: Any) -> None:
        self._call = getattr(self._object, method), arguments

    def result(self) -> Any:
        method, arguments = self._call
        return method(*arguments)

    def close(self) -> None:
        self._object.close()


class Elsewhere:
    """Does the work in a process of its own, which ends with this one."""

    def __init__(self, make: Callable[..., Any], *arguments: Any) -> None:
        self._connection, theirs = Pipe()
        program = PROGRAM.format(path=sys.path, descriptor=theirs.fileno())
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", program],
                stdin=subprocess.DEVNULL,  # the text may come from there
                pass_fds=[theirs.fileno()],
                # Ctrl-C on a terminal reaches a whole group of processes; one is to answer.
                start_new_session=True,
            )
        self._connection.send((make, arguments))

    def start(self, method: str, *arguments: Any) -> None:
        with suppress(BrokenPipeError):  # `result` tells
            self._connection.send((method, arguments))

    def result(self) -> Any:
        """Return what the method returned, or raise what it raised."""
        try:
            succeeded, result = self._connection.recv()
        except (EOFError, ConnectionResetError):
            raise CorpusError(
                f"a process that counts words ended with code {self._process.wait()}; if memory ran"
                " out, lower --count-memory or --threads"
            ) from None
        if not succeeded:
            raise result
        return result

    def close(self) -> None:
        self._connection.close()
        self._process.terminate()
        self._process.wait()


def serve(descriptor: int) -> None:
    """Make an object and call its methods until the other end of the connection is closed."""
    connection = Connection(descriptor)
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        make, arguments = connection.recv()
        worker = make(*arguments)
        while True:
            method, arguments = connection.recv()
            try:
                answer = True, getattr(worker, method)(*arguments)
            except Exception as error:
                answer = False, error
            connection.send(answer)


def in_order(
    workers: Sequence[Worker], method: str, items: Iterable[Any]
) -> Iterator[tuple[int, Any]]:
    """Call `method` with each item, on one worker after another.

    Yields:
        The worker's number and the result, in the order of the items. Not more items are taken
        ahead than there are workers.
    """
    idle, busy = deque(range(len(workers))), deque[int]()
    for item in items:
        if not idle:
            idle.append(busy.popleft())
            yield idle[0], workers[idle[0]].result()
        workers[idle[0]].start(method, item)
        busy.append(idle.popleft())
    for number in busy:
        yield number, workers[number].result()
