"""`train` called from Python: what it returns, and what it leaves alone in the caller's process."""

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import tensorflow as tf

from tests.reliability.runs import SETTINGS, Watched, run_here, write_text
from w2v_cli import Config, train
from w2v_cli.runs.directory import can_resume
from w2v_cli.runs.interrupts import interrupt_deferred

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_text(tmp_path_factory.mktemp("text") / "corpus.txt")


@pytest.fixture(scope="module")
def unbroken(text: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the hash of what a run that nobody stops has learned."""
    return run_here(text, tmp_path_factory.mktemp("unbroken") / "model", epochs=1)


def run_and_interrupt(text: Path, output: Path, heard: Callable[[int], None]) -> None:
    """Train until `heard` interrupts, which is to come out as a KeyboardInterrupt."""
    with pytest.raises(KeyboardInterrupt):
        run_here(text, output, epochs=1, checkpoint_minutes=60, heard=heard)


def test_the_vectors_that_are_returned_answer_and_know_their_model(
    text: Path, tmp_path: Path
) -> None:
    settings = {**SETTINGS, "epochs": 1, "corpus": text, "output": tmp_path / "model"}
    vectors = train(Config.of(**settings))
    assert vectors["w1"].shape == (16,)
    assert vectors.model is not None
    assert vectors.model.path == tmp_path / "model"


def test_handlers_of_signals_are_the_caller_s_before_during_and_after(
    text: Path, tmp_path: Path
) -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    during = []
    run_here(
        text,
        tmp_path / "model",
        epochs=1,
        heard=lambda _: during.append([signal.getsignal(number) for number in SIGNALS]),
    )
    assert len(during) == 4
    assert all(handlers == before for handlers in during)
    assert [signal.getsignal(number) for number in SIGNALS] == before


def test_ctrl_c_between_chunks_saves_and_is_raised(
    text: Path, tmp_path: Path, unbroken: str
) -> None:
    def heard(number: int) -> None:
        if number == 2:
            os.kill(os.getpid(), signal.SIGINT)

    run_and_interrupt(text, tmp_path / "model", heard)
    assert can_resume(tmp_path / "model")
    assert run_here(text, tmp_path / "model", epochs=1, resume=True) == unbroken


@pytest.mark.parametrize("delay_s", [0.0, 0.01, 0.05])
def test_ctrl_c_in_the_middle_of_a_chunk_waits_for_its_end(
    text: Path, tmp_path: Path, unbroken: str, delay_s: float
) -> None:
    def heard(number: int) -> None:
        if number == 2:
            interrupt = threading.Timer(delay_s, os.kill, [os.getpid(), signal.SIGINT])
            interrupt.start()

    run_and_interrupt(text, tmp_path / "model", heard)
    assert run_here(text, tmp_path / "model", epochs=1, resume=True) == unbroken


def test_a_second_ctrl_c_does_not_wait() -> None:
    n_done = 0

    def work() -> None:
        nonlocal n_done
        with interrupt_deferred():
            os.kill(os.getpid(), signal.SIGINT)
            n_done += 1
            os.kill(os.getpid(), signal.SIGINT)
            n_done += 1

    with pytest.raises(KeyboardInterrupt):
        work()
    assert n_done == 1
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_program_that_hears_ctrl_c_itself_goes_on_hearing_it() -> None:
    heard = []
    before = signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    try:
        with interrupt_deferred():
            os.kill(os.getpid(), signal.SIGINT)
            assert heard == [signal.SIGINT]
    finally:
        signal.signal(signal.SIGINT, before)


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
