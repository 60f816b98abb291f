"""Run `w2v train` or `w2v plan` in a process of its own in which TensorFlow is loaded already.

Loading TensorFlow takes longer than most trainings of tests. Python's fork server loads it once,
and every run is a fork of this server.

In: the arguments, and what surrounds a program: directory, environment, standard input. Out: the
exit code and what was written.

Not for what is about starting: loaded modules, and what a library reads from the environment while
it is loaded. `run_program` of the fixtures is for that.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from w2v_cli.cli import main

Finished = subprocess.CompletedProcess[str]

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["tests.loaded"])


def run_forked(
    arguments: Sequence[str], cwd: Path | None, environment: Mapping[str, str], input: str | None
) -> Finished:
    """Run the program's `main` in a fork."""
    with tempfile.TemporaryDirectory() as directory:
        stdin, stdout, stderr = (Path(directory) / name for name in ("stdin", "stdout", "stderr"))
        stdin.write_text(input or "", encoding="utf-8")
        run = _SERVER.Process(
            target=_become,
            args=(arguments, cwd or Path.cwd(), dict(environment), stdin, stdout, stderr),
        )
        run.start()
        run.join()
        assert run.exitcode is not None
        texts = (path.read_text(encoding="utf-8") for path in (stdout, stderr))
        return Finished(arguments, run.exitcode, *texts)


def _become(
    arguments: Sequence[str],
    cwd: Path,
    environment: Mapping[str, str],
    stdin: Path,
    stdout: Path,
    stderr: Path,
) -> None:
    written = os.O_WRONLY | os.O_CREAT
    for number, path, how in ((0, stdin, os.O_RDONLY), (1, stdout, written), (2, stderr, written)):
        os.dup2(os.open(path, how), number)
    # multiprocessing has put another file in its place.
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    sys.argv = ["w2v", *arguments]
    main()
