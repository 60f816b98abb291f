"""`kill -9` before each call of a save that changes a file, in a process that really dies.

Needs a C compiler and LD_PRELOAD: Linux. `test_saving.py` shows the same everywhere, inside Python.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SERVER = """
import ctypes, os, sys
from pathlib import Path
from tests.reliability.test_saving import CHUNK_TOKENS, save, tables_of
from w2v_cli.runs.checkpoints import Checkpoints
from w2v_cli.training.position import Position
library, directory = ctypes.CDLL(sys.argv[1]), Path(sys.argv[2])
for first in sys.stdin:
    # A child that inherits TensorFlow as it was imported, before it has started any thread.
    if (child := os.fork()) == 0:
        target = directory / first.strip()
        save(target, 1)
        save(target, 2)
        tables, state = tables_of(3), Position(tokens=3, pairs=(1,))
        library.arm(ctypes.c_long(int(first)))
        Checkpoints(target, CHUNK_TOKENS).save(tables, state)
        library.arm(ctypes.c_long(0))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.mark.torture
@pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("cc"), reason="needs cc and LD_PRELOAD"
)
def test_save_that_is_killed_before_any_call_leaves_the_old_or_the_new_state(
    tmp_path: Path,
) -> None:
    from tests.reliability.test_saving import loaded, save

    library = tmp_path / "last_call.so"
    source = Path(__file__).with_name("last_call.c")
    subprocess.run(
        ["cc", "-O1", "-shared", "-fPIC", str(source), "-o", str(library), "-ldl"], check=True
    )
    environment = {
        **os.environ,
        "LD_PRELOAD": str(library),
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }
    found = []
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, str(library), str(tmp_path)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        for number in range(1, 2000):
            print(number, file=server.stdin, flush=True)
            code = int(server.stdout.readline())
            directory = tmp_path / str(number)
            tokens, numbers = loaded(directory)
            assert (tokens, numbers) in ((2, {2.0}), (3, {3.0}))
            found.append(tokens)
            save(directory, 4)
            assert loaded(directory) == (4, {4.0})
            shutil.rmtree(directory)
            if code == 0:
                break
            assert code == -signal.SIGKILL
        server.stdin.close()
    print(f"{len(found) - 1} calls: {found.count(2)} left the old state, {found.count(3)} the new")
    assert len(found) > 60
    assert found == sorted(found)
    assert set(found) == {2, 3}
