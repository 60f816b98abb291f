"""What `--tensorboard` writes, read with TensorFlow's own reader and with TensorBoard's."""

import json
import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray

from tests.reliability.runs import run_here, write_text
from w2v_cli import OutputError
from w2v_cli.runs.directory import unfinished_directory
from w2v_cli.training.event_files import EventFile

BANDS = {
    "ranks 1 to 100": slice(0, 100),
    "ranks 101 to 300": slice(100, 300),
    "ranks 301 to 500": slice(300, 500),
}
Points = dict[str, list[tuple[int, Any]]]


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_text(tmp_path_factory.mktemp("text") / "corpus.txt")


@pytest.fixture(scope="module")
def settings(text: Path) -> dict[str, Any]:
    """Return settings with all scores, evaluated twice an epoch."""
    pairs, analogies = text.with_name("pairs.tsv"), text.with_name("analogies.txt")
    pairs.write_text("w1\tw2\t3\nw1\tw3\t1\nw2\tw4\t2\n")
    analogies.write_text(": all\nw1 w2 w3 w4\nw2 w1 w4 w3\n")
    questions = {"evaluate_pairs": str(pairs), "evaluate_analogies": str(analogies)}
    return {"epochs": 2, "holdout": 0.05, "evaluate_every": 0.25, **questions}


@pytest.fixture(scope="module")
def unbroken(text: Path, settings: dict[str, Any], tmp_path_factory: Any) -> Path:
    """Return a directory with a model and the event files of its run."""
    directory: Path = tmp_path_factory.mktemp("unbroken")
    logs = str(directory / "new" / "logs")
    run_here(text, directory / "model", **settings, tensorboard=logs)
    return directory


def shown(logs: Path) -> Points:
    """Return what TensorBoard shows: a START drops all that was read before from its step on."""
    points: Points = {}
    for path in sorted(logs.iterdir()):
        for event in tf.compat.v1.train.summary_iterator(str(path)):
            if event.session_log.status == tf.compat.v1.SessionLog.START:
                for tag, found in points.items():
                    points[tag] = [point for point in found if point[0] < event.step]
            for value in event.summary.value:
                has_tensor = value.HasField("tensor")
                content = tf.make_ndarray(value.tensor) if has_tensor else value.simple_value
                points.setdefault(value.tag, []).append((event.step, content))
    return points


def numbers(points: Points) -> Points:
    """Return the curves that do not depend on the clock."""
    return {
        tag: found
        for tag, found in points.items()
        if tag.partition("/")[0] in ("loss", "learning rate", "scores")
    }


def histograms(points: Points) -> dict[str, list[tuple[int, list[float]]]]:
    return {
        tag: [(step, buckets.ravel().tolist()) for step, buckets in found]
        for tag, found in points.items()
        if tag.startswith("lengths")
    }


def records(model: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the reports and the evaluations of a run."""
    lines = [json.loads(line) for line in (model / "metrics.jsonl").read_text().splitlines()]
    return [x for x in lines if "kind" not in x], [x for x in lines if "kind" in x]


def test_curves_have_the_numbers_of_the_run_at_its_trained_words(unbroken: Path) -> None:
    points = shown(unbroken / "new" / "logs")
    reports, evaluations = records(unbroken / "model")
    assert (len(reports), len(evaluations)) == (8, 4)
    expected = {
        "loss/training": [(x["tokens"], x["loss"]) for x in reports],
        "learning rate": [(x["tokens"], x["learning_rate"]) for x in reports],
        "loss/held-out": [
            (x["tokens"], x["held_out"]["softmax"]["cross_entropy"]) for x in evaluations
        ],
        "loss/held-out objective": [(x["tokens"], x["held_out"]["objective"]) for x in evaluations],
        "scores/word pairs, Spearman": [(x["tokens"], x["pairs_correlation"]) for x in evaluations],
        "scores/analogies, share solved": [
            (x["tokens"], x["analogies_accuracy"]) for x in evaluations
        ],
    }
    assert numbers(points).keys() == expected.keys()
    for tag, found in expected.items():
        np.testing.assert_allclose(points[tag], found, rtol=1e-6, err_msg=tag)


def test_speed_leaves_out_the_compiling_chunk_and_the_evaluations(unbroken: Path) -> None:
    reports, evaluations = records(unbroken / "model")
    found = shown(unbroken / "new" / "logs")["words per second"]
    assert [step for step, _ in found] == [x["tokens"] for x in reports[1:]]
    # After the evaluation of the second report, the third chunk is trained.
    second, third = reports[1], reports[2]
    assert evaluations[0]["tokens"] == second["tokens"]
    trained = third["tokens"] - second["tokens"]
    with_evaluation = trained / (third["elapsed_s"] - second["elapsed_s"])
    seconds = third["elapsed_s"] - second["elapsed_s"] - evaluations[0]["seconds"]
    assert found[1][1] > trained / seconds > with_evaluation


def lengths(model: Path, name: str) -> NDArray[np.float32]:
    table = np.load(model / f"{name}.npy")
    found: NDArray[np.float32] = np.linalg.norm(table, axis=1)
    return found


def test_histograms_are_those_of_the_vectors_by_frequency(unbroken: Path) -> None:
    points = shown(unbroken / "new" / "logs")
    _, evaluations = records(unbroken / "model")
    for kind, file in {"center": "vectors", "context": "context_vectors"}.items():
        at_end = lengths(unbroken / "model", file)
        for band, rows in BANDS.items():
            found = points[f"lengths of {kind} vectors/{band}"]
            assert [step for step, _ in found] == [x["tokens"] for x in evaluations]
            left, right, counts = found[-1][1].T
            assert counts.sum() == rows.stop - rows.start
            np.testing.assert_allclose(left[0], at_end[rows].min(), rtol=1e-5)
            np.testing.assert_allclose(right[-1], at_end[rows].max(), rtol=1e-5)
            expected, _ = np.histogram(at_end[rows], np.append(left, right[-1]))
            assert np.abs(counts - expected).sum() <= 2  # rounding at the edges
    assert len([tag for tag in points if tag.startswith("lengths")]) == 6


def test_without_evaluations_there_is_a_histogram_for_each_epoch(
    text: Path, tmp_path: Path
) -> None:
    run_here(text, tmp_path / "model", epochs=2, tensorboard=str(tmp_path / "logs"))
    points = shown(tmp_path / "logs")
    reports, _ = records(tmp_path / "model")
    ends = [reports[3]["tokens"], reports[7]["tokens"]]
    assert [step for step, _ in points["lengths of center vectors/ranks 1 to 100"]] == ends
    assert set(numbers(points)) == {"loss/training", "learning rate"}


def test_no_byte_of_the_model_changes(
    text: Path, settings: dict[str, Any], unbroken: Path, tmp_path: Path
) -> None:
    run_here(text, tmp_path / "model", **settings)
    for name in ("vectors.npy", "context_vectors.npy", "context_biases.npy"):
        assert (tmp_path / "model" / name).read_bytes() == (unbroken / "model" / name).read_bytes()


class EndError(BaseException):
    """Ends a run that saves nothing any more."""


@pytest.fixture(scope="module")
def resumed(text: Path, settings: dict[str, Any], tmp_path_factory: Any) -> Path:
    """Return the event files of a run that was taken back to its state after two chunks twice."""
    directory: Path = tmp_path_factory.mktemp("resumed")
    model, logs = directory / "model", directory / "logs"
    unfinished, state = unfinished_directory(model), directory / "state"

    def heard(number: int) -> None:
        if number == 3:
            raise EndError

    def run(**how: Any) -> None:
        run_here(text, model, **how, **settings, tensorboard=str(logs))

    with pytest.raises(EndError):
        run(heard=heard)
    shutil.copytree(unfinished, state)
    run(resume=True)
    shutil.rmtree(model)
    state.rename(unfinished)
    run(resume=True)
    return logs


def test_a_resumed_run_shows_each_point_once(unbroken: Path, resumed: Path) -> None:
    assert len(list(resumed.iterdir())) == 3
    found, expected = shown(resumed), shown(unbroken / "new" / "logs")
    assert numbers(found) == numbers(expected)
    assert histograms(found) == histograms(expected)


@pytest.mark.filterwarnings("ignore")  # of TensorBoard's libraries
def test_tensorboard_reads_the_points_of_a_resumed_run_once(unbroken: Path, resumed: Path) -> None:
    pytest.importorskip("tensorboard", reason="TensorBoard is not installed")
    from tensorboard.backend.event_processing.plugin_event_accumulator import EventAccumulator

    read = EventAccumulator(str(resumed), size_guidance={"tensors": 0})
    read.Reload()
    reports, evaluations = records(unbroken / "model")
    at_reports, at_evaluations = ([x["tokens"] for x in each] for each in (reports, evaluations))
    tag = "lengths of center vectors/ranks 1 to 100"
    assert [point.step for point in read.Tensors("loss/training")] == at_reports
    assert [point.step for point in read.Tensors("loss/held-out")] == at_evaluations
    assert [point.step for point in read.Tensors(tag)] == at_evaluations
    for name, plugin in {"loss/training": "scalars", tag: "histograms"}.items():
        assert read.SummaryMetadata(name).plugin_data.plugin_name == plugin


@pytest.mark.long
def test_another_directory_may_be_given_when_a_run_goes_on(
    text: Path, settings: dict[str, Any], unbroken: Path, tmp_path: Path
) -> None:
    def heard(number: int) -> None:
        if number == 3:
            raise EndError

    with pytest.raises(EndError):
        run_here(text, tmp_path / "model", heard=heard, **settings)
    logs = tmp_path / "logs"
    run_here(text, tmp_path / "model", resume=True, **settings, tensorboard=str(logs))
    reports, _ = records(unbroken / "model")
    assert [step for step, _ in shown(logs)["loss/training"]] == [x["tokens"] for x in reports[2:]]


def test_a_directory_that_cannot_be_written_is_named_before_the_text_is_read(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_text("")
    logs = tmp_path / "file" / "logs"
    with pytest.raises(OutputError, match=r"file/logs cannot be written: .*file is not a dir"):
        run_here(tmp_path / "no text.txt", tmp_path / "model", tensorboard=str(logs))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_numbers_that_are_not_finite_are_left_out_of_histograms(tmp_path: Path) -> None:
    file = EventFile(tmp_path, first_step=1)
    file.write_histograms(7, {"lengths": np.array([1.0, np.inf, 3.0, np.nan])})
    file.close()
    ((step, buckets),) = shown(tmp_path)["lengths"]
    assert (step, buckets[0, 0], buckets[-1, 1], buckets[:, 2].sum()) == (7, 1.0, 3.0, 2.0)


def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The name of the file is the time: a link of this name leads to a disk that is always full.
    monkeypatch.setattr(time, "time_ns", lambda: 5)
    (tmp_path / "events.out.tfevents.0000000000.000000005.w2v").symlink_to("/dev/full")
    with pytest.raises(OutputError, match=r"000000005.w2v cannot be written: .*No space left"):
        EventFile(tmp_path, first_step=1)
