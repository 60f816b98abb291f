"""Windows is refused in one line, by the program and by Python alike."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WSL = "install WSL with `wsl --install`, and w2v inside it"

# As on Windows: what it lacks cannot be imported.
PRETEND = """
import sys
sys.platform = "win32"
for name in ("fcntl", "grp", "pwd", "resource", "termios"):
    sys.modules[name] = None
"""


def run_on_windows(program: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", PRETEND + program], capture_output=True, text=True, check=False
    )


def installed_program() -> str:
    """Return what the `w2v` does that pip installs."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (entry,) = re.findall(r'^w2v = "([\w.]+):(\w+)"$', project, re.MULTILINE)
    return "from {} import {} as program; program()".format(*entry)


@pytest.mark.parametrize(
    "program",
    ["import runpy; runpy.run_module('w2v_cli', run_name='__main__')", installed_program()],
    ids=["python -m w2v_cli", "w2v"],
)
def test_the_program_ends_with_one_line(program: str) -> None:
    done = run_on_windows(program)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: w2v does not run on Windows")
    assert done.stderr.endswith(f"{WSL}\n")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["train", "load_vectors", "Config"])
def test_python_gets_an_error_that_says_the_same(name: str) -> None:
    done = run_on_windows(f"from w2v_cli import {name}")
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith("ImportError: w2v does not run on Windows")
    assert last.endswith(WSL)
