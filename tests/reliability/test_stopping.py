"""Ctrl-C, SIGTERM, a reader that goes away, a target that cannot be written, a second trainer."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.long import long_after
from tests.reliability.runs import arguments, begin, learned, run_here
from w2v_cli.runs.directory import can_resume, unfinished_directory

LONG = {"epochs": 2000}
"""More than any of these tests waits for."""


def wait_for(process: "subprocess.Popen[str]", start: str) -> None:
    """Wait until the program says a line that begins so."""
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(start):
            return
    raise AssertionError(f"ended with {process.wait()} before it said {start!r}")


def processes_of_group(group: int) -> list[str]:
    listed = subprocess.run(
        ["ps", "-eo", "pgid=,args="], capture_output=True, text=True, check=True
    )
    lines = [line.split(None, 1) for line in listed.stdout.splitlines()]
    return [line[1] for line in lines if line[0] == str(group)]


@pytest.mark.parametrize("number", long_after(1, [signal.SIGINT, signal.SIGTERM]))
def test_a_signal_saves_and_says_how_to_go_on(
    text: Path, tmp_path: Path, number: signal.Signals
) -> None:
    with begin(
        [*arguments(text, **LONG, checkpoint_minutes=60), "-o", "my model"], tmp_path
    ) as run:
        wait_for(run, "training ")
        time.sleep(2.5)
        os.killpg(run.pid, number)
        errors = run.communicate()[1].splitlines()
    assert run.returncode == 128 + number
    assert errors[-3:-2] == ["stopping after saving; repeat to stop at once, without saving"]
    assert errors[-2].startswith("error: stopped in epoch ")
    assert errors[-1] == "to go on: w2v train --resume -o 'my model'"
    assert can_resume(tmp_path / "my model")
    assert processes_of_group(run.pid) == []


def test_a_second_signal_ends_at_once(text: Path, tmp_path: Path) -> None:
    # Engine pairs with a step as large as the chunk: one that takes long.
    slow = {"engine": "pairs", "window": 1, "epochs": 50, "batch_size": 16}
    with begin(arguments(text, **slow), tmp_path) as run:
        wait_for(run, "training ")
        time.sleep(2)
        run.send_signal(signal.SIGINT)
        wait_for(run, "stopping")
        run.send_signal(signal.SIGINT)
        errors = run.communicate()[1]
    assert run.returncode == 128 + signal.SIGINT
    assert errors == ""


@pytest.mark.parametrize("delay_s", [0.05, 0.3])
def test_a_signal_while_words_are_counted_ends_every_process_in_silence(
    tmp_path: Path, delay_s: float
) -> None:
    large = tmp_path / "large.txt"
    line = " ".join(f"word{id}" for id in range(2000)) + "\n"
    large.write_text(line * 3000)
    with begin(["train", "large.txt", "--threads", "4"], tmp_path) as run:
        wait_for(run, "counting ")
        time.sleep(delay_s)
        os.killpg(run.pid, signal.SIGINT)
        errors = run.communicate()[1].splitlines()
    # Their stderr is ours, so it does not end before they do.
    assert run.returncode == 130
    assert errors == [
        "error: stopped before there was anything to save",
        "to start again: w2v train large.txt --threads 4",
    ]
    assert list(tmp_path.iterdir()) == [large]


def test_a_signal_while_tensorflow_starts_ends_the_run(text: Path, tmp_path: Path) -> None:
    with begin(arguments(text), tmp_path) as run:
        wait_for(run, "starting TensorFlow")
        run.terminate()
        errors = run.communicate()[1].splitlines()
    assert run.returncode == 143
    assert [line for line in errors if not line.startswith(("stopping", "to start again"))] == [
        "error: stopped before training began"
    ]
    assert list(tmp_path.iterdir()) == []


def test_a_signal_that_is_ignored_stays_ignored(text: Path, tmp_path: Path) -> None:
    program = (
        "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "from w2v_cli.terminal.signals import stop_on_signals\n"
        "with stop_on_signals(): os.kill(os.getpid(), signal.SIGHUP)\n"
        "print('still here')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "still here\n")


@pytest.mark.long
def test_a_reader_that_goes_away_does_not_end_the_run(text: Path, tmp_path: Path) -> None:
    with begin(arguments(text), tmp_path) as run:
        wait_for(run, "counting ")
        assert run.stderr is not None
        run.stderr.close()
        assert run.wait() == 0
    assert learned(tmp_path / "w2v-model") == run_here(text, tmp_path / "same")


def test_a_second_trainer_is_told_who_is_at_work(text: Path, tmp_path: Path) -> None:
    with begin(arguments(text, **LONG), tmp_path) as first:
        wait_for(first, "training ")
        for given in (arguments(text), [*arguments(text), "--overwrite"]):
            with begin(given, tmp_path) as second:
                errors = second.communicate()[1]
            assert second.returncode == 1
            assert errors == (
                f"error: process {first.pid} is training w2v-model; choose another --output\n"
            )
        first.kill()
    assert unfinished_directory(tmp_path / "w2v-model").exists()


@pytest.mark.long
def test_one_seed_gives_the_same_bytes_under_every_hash_seed(
    text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {run_here(text, tmp_path / "random", epochs=1)}
    for seed in ("0", "1"):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        with begin([*arguments(text, epochs=1), "-o", seed], tmp_path) as run:
            assert run.communicate()[1]
        found.add(learned(tmp_path / seed))
    assert len(found) == 1
