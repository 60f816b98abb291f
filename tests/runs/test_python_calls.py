"""`train` called from Python: what it returns, and what it leaves alone in the caller's process."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

from tests.reliability.runs import SETTINGS, Watched, run_here, write_text
from w2v_cli import Config, train
from w2v_cli.runs.directory import can_resume

ROOT = Path(__file__).parents[2]
Found = dict[str, Any]


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_text(tmp_path_factory.mktemp("text") / "corpus.txt")


def interrupt(directory: Path, *ways: str) -> Found:
    """Return what `interrupted` finds in a process of its own."""
    program = [sys.executable, "-m", "tests.runs.interrupted", str(directory), *ways]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    result: Found = json.loads(done.stdout)
    return result


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    return interrupt(tmp_path_factory.mktemp("runs"), "in a chunk")


def test_the_vectors_that_are_returned_answer_and_know_their_model(
    text: Path, tmp_path: Path
) -> None:
    settings = {**SETTINGS, "epochs": 1, "corpus": text, "output": tmp_path / "model"}
    vectors = train(Config.of(**settings))
    assert vectors["w1"].shape == (16,)
    assert vectors.model is not None
    assert vectors.model.path == tmp_path / "model"


def test_handlers_of_signals_are_the_caller_s_before_during_and_after(found: Found) -> None:
    assert found["handlers"] == [True] * 5  # four reports, and the end


def check_saved(found: Found, way: str) -> None:
    assert found[way] == {
        "raised": "KeyboardInterrupt",
        "saved": True,
        "learned": found["unbroken"],
    }


def test_ctrl_c_in_a_chunk_waits_for_its_end_saves_and_is_raised(found: Found) -> None:
    check_saved(found, "in a chunk")


@pytest.mark.long
def test_ctrl_c_saves_and_is_raised_at_any_time(tmp_path: Path) -> None:
    ways = ("between chunks", "at once", "soon")
    found = interrupt(tmp_path, *ways)
    for way in ways:
        check_saved(found, way)


def test_a_second_ctrl_c_does_not_wait(found: Found) -> None:
    assert found["second"] == {"n_done": 1, "restored": True}


def test_a_program_that_hears_ctrl_c_itself_goes_on_hearing_it(found: Found) -> None:
    assert found["own"] == [signal.SIGINT, 0]


def test_soft_placement_is_as_it_was(text: Path, tmp_path: Path) -> None:
    before = tf.config.get_soft_device_placement()
    for switch in (True, False):
        tf.config.set_soft_device_placement(switch)
        run_here(text, tmp_path / str(switch), epochs=1)
        assert tf.config.get_soft_device_placement() is switch
    tf.config.set_soft_device_placement(before)


def test_the_global_seed_is_left_alone(text: Path, tmp_path: Path) -> None:
    def draws(*, trains: bool) -> list[float]:
        tf.random.set_seed(5)
        first = float(tf.random.uniform([]))
        if trains:
            run_here(text, tmp_path / "model", epochs=1)
        return [first, float(tf.random.uniform([]))]

    assert draws(trains=True) == draws(trains=False)


def test_a_text_that_vanishes_is_named_with_the_file(text: Path, tmp_path: Path) -> None:
    # TensorFlow runs the function that reads it, and passes on only the text of its error.
    cache = tmp_path / "cache"

    def heard(number: int) -> None:
        for path in cache.rglob("ids.i32"):
            path.unlink()

    settings = {**SETTINGS, "epochs": 9, "corpus": text, "output": tmp_path / "model"}
    with pytest.raises(FileNotFoundError) as caught:
        train(Config.of(**settings, cache=cache), observer=Watched(heard))
    assert str(caught.value.filename).endswith("ids.i32")
    assert can_resume(tmp_path / "model")  # so the command says how to go on
