"""Messages of TensorFlow's start-up are held back, and are there when it fails."""

import signal
import subprocess
import sys

import pytest

PROGRAM = """
import ctypes, os, sys
from w2v_cli.terminal.quiet import quiet_stderr
print("before", file=sys.stderr)
with quiet_stderr():
    os.write(2, b"from C\\n")
    print("from Python", file=sys.stderr)
    {end}
print("after", file=sys.stderr)
"""


def run(end: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(end=end)],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


def test_messages_of_a_good_start_are_not_shown() -> None:
    assert run("pass") == (0, "before\nafter\n")


def test_messages_are_shown_with_the_error_of_a_start_that_fails() -> None:
    code, errors = run("raise ValueError('no GPU')")
    assert code == 1
    assert errors.startswith("before\nfrom C\nfrom Python\nTraceback ")
    assert errors.endswith("ValueError: no GPU\n")


@pytest.mark.parametrize(
    ("end", "number"),
    [("os.abort()", signal.SIGABRT), ("ctypes.string_at(0)", signal.SIGSEGV)],
    ids=["abort", "segmentation fault"],
)
def test_messages_are_shown_when_the_process_dies_without_python(
    end: str, number: signal.Signals
) -> None:
    code, errors = run(f"sys.stderr.flush(); {end}")
    assert code == -number
    assert errors == "before\nfrom C\nfrom Python\n"


def test_a_signal_is_answered_where_the_user_sees_it() -> None:
    program = (
        "import os, signal\n"
        "from w2v_cli.terminal.quiet import quiet_stderr\n"
        "from w2v_cli.terminal.signals import stop_on_signals\n"
        "with stop_on_signals() as rule, quiet_stderr():\n"
        "    rule.wait_to_be_asked()\n"
        "    os.write(2, b'from C\\n')\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.stderr == b"stopping after saving; repeat to stop at once, without saving\n"
