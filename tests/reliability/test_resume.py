"""A run that was ended anywhere goes on to the bytes of a run that was not."""

import json
import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.long import long_after
from tests.reliability.runs import arguments, begin, learned, run_here
from w2v_cli.errors import ConfigError, DivergedError, ModelError, TrainingError
from w2v_cli.runs.directory import CHECKPOINTS, can_resume, unfinished_directory

ENGINES = ("blocks", "pairs")


class EndError(BaseException):
    """Ends a run in this process."""


def end_at(number: int) -> Callable[[int], None]:
    """Return what ends a run when it hears of the chunk of this number."""

    def heard(report: int) -> None:
        if report == number:
            raise EndError

    return heard


def end(text: Path, output: Path, number: int, **how: Any) -> None:
    """Run until a chunk, and end there."""
    with pytest.raises(EndError):
        run_here(text, output, heard=end_at(number), **how)


@pytest.mark.parametrize(
    ("engine", "optimizer"),
    [
        ("blocks", "adagrad"),
        pytest.param("pairs", "sgd", marks=pytest.mark.long),
        pytest.param("blocks", "sgd", marks=pytest.mark.long),
        pytest.param("pairs", "adagrad", marks=pytest.mark.long),
    ],
)
def test_ended_and_resumed_at_every_second_chunk_gives_the_same_bytes(
    text: Path, tmp_path: Path, engine: str, optimizer: str
) -> None:
    settings: dict[str, Any] = {"engine": engine, "optimizer": optimizer, "learning_rate": 0.01}
    unbroken = run_here(text, tmp_path / "unbroken", **settings)
    # The state of the first chunk is saved; the second chunk is heard of, and lost.
    end(text, tmp_path / "model", 2, **settings)
    for _ in range(4):
        end(text, tmp_path / "model", 3, resume=True, **settings)
    assert run_here(text, tmp_path / "model", resume=True, **settings) == unbroken
    for name in ("unbroken", "model"):
        lines = (tmp_path / name / "metrics.jsonl").read_text().splitlines()
        assert len(lines) == 12, name
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model", "unbroken"]


def run_to_the_end(given: list[str], directory: Path) -> str:
    """Run `w2v`, which must succeed; return what it said."""
    with begin(given, directory) as process:
        errors = process.communicate()[1]
    assert process.returncode == 0, errors
    return errors


def kill_and_resume(
    engine: str, text: Path, directory: Path, *, n_kills: int, epochs: int, seed: int
) -> None:
    """Kill a run at random times, resume it to its end, and compare it with an unbroken one."""
    given = arguments(text, engine=engine, epochs=epochs, checkpoint_minutes=0.002)
    run_to_the_end([*given, "-o", "unbroken"], directory)
    manifest = json.loads((directory / "unbroken" / "model.json").read_text(encoding="utf-8"))
    # In all no more than most of a run, however fast the machine is.
    longest = 0.8 * manifest["training"]["seconds"] / n_kills
    draw, given = random.Random(seed), [*given, "-o", "model"]
    for _ in range(n_kills):
        with begin(given, directory) as process:
            assert process.stderr is not None
            for line in process.stderr:
                if line.startswith("training "):
                    break
            time.sleep(draw.uniform(0, longest))
            process.kill()
        assert process.returncode == -signal.SIGKILL
        if can_resume(directory / "model"):
            given = ["train", "--resume", "-o", "model"]
    said = run_to_the_end(given, directory)
    print(f"{engine}: {n_kills} kills; {said.splitlines()[-3]}")
    assert learned(directory / "model") == learned(directory / "unbroken")


@pytest.mark.parametrize("engine", long_after(1, ["blocks", "pairs"]))
def test_killed_once_and_resumed(text: Path, tmp_path: Path, engine: str) -> None:
    kill_and_resume(engine, text, tmp_path, n_kills=1, epochs=8, seed=3)


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("engine", ENGINES)
def test_killed_twenty_times_and_resumed(
    text: Path, tmp_path: Path, engine: str, seed: int
) -> None:
    kill_and_resume(engine, text, tmp_path, n_kills=20, epochs=200, seed=seed)


@pytest.fixture(scope="module")
def stopped(text: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the output of a run with two states; tests copy its directory."""
    output = tmp_path_factory.mktemp("stopped") / "model"
    end(text, output, 4)
    return output


@pytest.fixture(scope="module")
def unbroken(text: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the hash of what a run without an end learns."""
    return run_here(text, tmp_path_factory.mktemp("unbroken") / "model")


@pytest.fixture
def output(stopped: Path, tmp_path: Path) -> Path:
    """Return the output of a run of one's own that can be resumed, in another directory."""
    shutil.copytree(unfinished_directory(stopped), unfinished_directory(tmp_path / "model"))
    return tmp_path / "model"


def test_run_that_was_moved_is_resumed(text: Path, output: Path, unbroken: str) -> None:
    assert run_here(text, output, resume=True) == unbroken


def states(output: Path) -> list[Path]:
    return sorted((unfinished_directory(output) / CHECKPOINTS).iterdir())


@pytest.mark.parametrize("name", ["state.json", "center.values.npy", "biases.accumulators.npy"])
def test_damaged_state_is_said_and_the_one_before_is_taken(
    text: Path, output: Path, unbroken: str, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    before, last = states(output)
    content = bytearray((last / name).read_bytes())
    content[len(content) // 2] ^= 1
    (last / name).write_bytes(content)
    assert run_here(text, output, resume=True) == unbroken
    assert f"{last / name}: its content is not what was written; going back" in caplog.text
    assert before.name not in caplog.text


def test_damaged_state_is_written_anew_when_the_run_comes_by(text: Path, output: Path) -> None:
    _, last = states(output)
    (last / "center.values.npy").write_bytes(b"")
    end(text, output, 2, resume=True)
    assert [path.name for path in states(output)][1] == last.name
    assert (last / "center.values.npy").stat().st_size > 0


def test_run_without_a_whole_state_is_an_error_and_not_another_result(
    text: Path, output: Path
) -> None:
    for state in states(output):
        (state / "state.json").unlink()
    with pytest.raises(TrainingError, match=r"all states of the run are damaged; start again"):
        run_here(text, output, resume=True)


def test_other_settings_are_refused_by_name(text: Path, output: Path) -> None:
    with pytest.raises(ConfigError, match="window was 80 and is 4; dimension was 16 and is 8;"):
        run_here(text, output, resume=True, dimension=8, window=4)
    with pytest.raises(ConfigError, match="epochs was 3 and can only be raised"):
        run_here(text, output, resume=True, epochs=2)
    assert len(states(output)) == 2


def test_epochs_may_be_raised(text: Path, output: Path) -> None:
    run_here(text, output, resume=True, epochs=4)
    assert len((output / "metrics.jsonl").read_text().splitlines()) == 16


def test_damaged_settings_are_found(text: Path, output: Path) -> None:
    path = unfinished_directory(output) / "run" / "run.json"
    path.write_text(path.read_text().replace('"dimension": 16', '"dimension": 17'))
    with pytest.raises(ModelError, match="its content is not what was written; start again with"):
        run_here(text, output, resume=True)


def changed(text: Path, directory: Path, old: str, new: str) -> Path:
    """Return a copy of the text with a word in place of another."""
    copy = directory / "corpus.txt"
    copy.write_text(text.read_text().replace(old, new))
    return copy


@pytest.mark.parametrize(
    ("new", "why"),
    [("w1 more words ", "had .* bytes and has"), ("w1 w2 ", "had .* bytes and has")],
)
def test_text_that_grew_is_refused(text: Path, tmp_path: Path, new: str, why: str) -> None:
    copy = changed(text, tmp_path, "", "")
    end(copy, tmp_path / "model", 3)
    copy.write_text(copy.read_text() + new + "\n")
    with pytest.raises(TrainingError, match=f"the text has changed: {copy} {why}"):
        run_here(copy, tmp_path / "model", resume=True)


def test_text_of_the_same_ids_and_other_words_is_refused(text: Path, tmp_path: Path) -> None:
    copy = changed(text, tmp_path, "", "")
    end(copy, tmp_path / "model", 3)
    changed(text, tmp_path, "w1 ", "v1 ")  # as many bytes, as many of each word
    with pytest.raises(TrainingError, match=f"the text has changed: {copy} has other words"):
        run_here(copy, tmp_path / "model", resume=True)


@pytest.mark.long
def test_text_that_was_only_touched_or_whose_ids_are_damaged_is_read_again(
    text: Path, tmp_path: Path, unbroken: str
) -> None:
    copy = changed(text, tmp_path, "", "")
    end(copy, tmp_path / "model", 3)
    os.utime(copy, (1, 1))
    end(copy, tmp_path / "model", 3, resume=True)
    ids = unfinished_directory(tmp_path / "model") / "run" / "encoded" / "ids.i32"
    content = bytearray(ids.read_bytes())
    content[1000] ^= 1
    ids.write_bytes(content)
    assert run_here(copy, tmp_path / "model", resume=True) == unbroken


def test_run_with_a_cache_is_resumed(text: Path, tmp_path: Path, unbroken: str) -> None:
    cache = str(tmp_path / "cache")
    end(text, tmp_path / "model", 3, cache=cache)
    assert run_here(text, tmp_path / "model", resume=True, cache=cache) == unbroken


def test_run_whose_cache_has_gone_reads_its_text_again(
    text: Path, tmp_path: Path, unbroken: str
) -> None:
    end(text, tmp_path / "model", 3, cache=str(tmp_path / "cache"))
    shutil.rmtree(tmp_path / "cache")
    assert run_here(text, tmp_path / "model", resume=True) == unbroken


def test_run_over_a_model_leaves_it_alone_until_it_is_done(
    text: Path, tmp_path: Path, unbroken: str
) -> None:
    first = run_here(text, tmp_path / "model", epochs=1)
    end(text, tmp_path / "model", 3, overwrite=True)
    assert learned(tmp_path / "model") == first
    assert run_here(text, tmp_path / "model", resume=True) == unbroken


@pytest.mark.long
def test_run_that_began_with_other_vectors_is_resumed(text: Path, tmp_path: Path) -> None:
    run_here(text, tmp_path / "first", epochs=1, seed=7)
    settings: dict[str, Any] = {"init_vectors": str(tmp_path / "first")}
    unbroken = run_here(text, tmp_path / "unbroken", **settings)
    end(text, tmp_path / "model", 6, **settings)
    # The state has them: the file may have gone.
    shutil.rmtree(tmp_path / "first")
    assert run_here(text, tmp_path / "model", resume=True, **settings) == unbroken
    manifest = json.loads((tmp_path / "model" / "model.json").read_text())
    assert manifest["initial_words"] == manifest["n_words"]


def test_run_that_diverges_keeps_its_last_good_state(text: Path, tmp_path: Path) -> None:
    with pytest.raises(DivergedError, match=r"no longer a finite number.*--learning-rate"):
        run_here(text, tmp_path / "model", learning_rate=1e20)
    for state in states(tmp_path / "model") if can_resume(tmp_path / "model") else []:
        assert (state / "state.json").is_file()


def test_sampler_that_cannot_be_resumed_makes_no_checkpoints(
    text: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    end(text, tmp_path / "model", 5, engine="pairs", sampler="learned_unigram")
    assert "cannot be resumed" in caplog.text
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
def test_text_from_stdin_is_resumed_without_it(text: Path, tmp_path: Path) -> None:
    unbroken = run_here(text, tmp_path / "unbroken", epochs=12)
    given = arguments(text, epochs=12)
    given[1] = "-"
    with text.open("rb") as stdin, begin(given, tmp_path, stdin=stdin) as process:
        while process.poll() is None and not can_resume(tmp_path / "w2v-model"):
            time.sleep(0.01)
        process.terminate()
        errors = process.communicate()[1].splitlines()
    assert process.returncode == 128 + signal.SIGTERM
    assert errors[-2].startswith("error: stopped in epoch ")
    assert errors[-1] == "to go on: w2v train --resume"
    run_to_the_end(["train", "--resume"], tmp_path)
    assert learned(tmp_path / "w2v-model") == unbroken
