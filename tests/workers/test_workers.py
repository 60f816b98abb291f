"""Several workers are one run: the same bytes every time, on one machine or on several."""

import json
import os
import signal
import socket
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from tests.reliability.runs import learned
from tests.workers.conftest import SETTINGS, begin

ROOT = Path(__file__).parents[2]
TOLD = "training "
"""How the line begins that says that the workers train."""


def finish(run: "subprocess.Popen[str]") -> list[str]:
    """Wait for a run that succeeds; return the lines that it said."""
    lines = run.communicate(timeout=240)[1].strip().splitlines()
    assert run.returncode == 0, lines
    return lines


def free_addresses(n: int, hosts: tuple[str, ...] = ("127.0.0.1",)) -> list[str]:
    with ExitStack() as stack:
        addresses = []
        for i in range(n):
            each = stack.enter_context(socket.socket())
            each.bind((hosts[i % len(hosts)], 0))
            addresses.append(f"{hosts[i % len(hosts)]}:{each.getsockname()[1]}")
    return addresses


def cluster_flags(addresses: list[str], rank: int) -> list[str]:
    return [f"--cluster={','.join(addresses)}", f"--rank={rank}", "--workers=1"]


@pytest.fixture(scope="session")
def unbroken(text: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the hash of what two workers learn."""
    output = tmp_path_factory.mktemp("unbroken") / "model"
    finish(begin(text, output, workers=2))
    return learned(output)


def test_two_workers_learn_the_groups_of_the_sample(tmp_path: Path) -> None:
    output, logs = tmp_path / "model", tmp_path / "logs"
    lines = finish(
        begin(
            ROOT / "data/sample.txt",
            output,
            "--config",
            str(ROOT / "configs/small.yaml"),
            workers=2,
            tensorboard=logs,
        )
    )
    assert len(list(logs.iterdir())) == 1  # the chief's
    described = json.loads((output / "model.json").read_text())["training"]
    assert described["workers"] == 2
    assert sum(line.startswith("starting TensorFlow in 2 workers") for line in lines) == 1
    vectors = np.load(output / "vectors.npy")
    assert np.isfinite(vectors).all()
    assert described["loss_by_epoch"][-1] < 0.9 * described["untrained_loss"]


@pytest.mark.long
def test_two_workers_share_a_vocabulary_smaller_than_the_noise(tmp_path: Path) -> None:
    text, output = tmp_path / "letters.txt", tmp_path / "model"
    ids = np.random.default_rng(0).integers(0, 20, (4000, 10))
    text.write_text("".join(" ".join(f"w{i}" for i in line) + "\n" for line in ids))
    finish(begin(text, output, workers=2, num_sampled=64))
    assert json.loads((output / "model.json").read_text())["n_words"] == 20
    assert np.isfinite(np.load(output / "vectors.npy")).all()


@pytest.mark.long
@pytest.mark.parametrize("engine", ["blocks", "pairs"])
def test_two_workers_train_weighted_lines(text: Path, tmp_path: Path, engine: str) -> None:
    n_lines = text.read_text().count("\n")
    weights = tmp_path / "weights.txt"
    weights.write_text("".join(f"{number % 3}\n" for number in range(n_lines)))
    settings = {"window": "line", "weights": weights, "engine": engine, "subsample": 0}
    settings["objective"] = "sampled_softmax"  # it learns something from this little text
    for name in ("first", "second"):
        finish(begin(text, tmp_path / name, workers=2, **settings))
    assert learned(tmp_path / "first") == learned(tmp_path / "second")
    described = json.loads((tmp_path / "first" / "model.json").read_text())
    assert described["training"]["workers"] == 2
    n_pairs = described["corpus"]["pairs_without_subsampling"]
    assert described["training"]["pairs"] == SETTINGS["epochs"] * n_pairs
    assert described["training"]["loss_by_epoch"][-1] < described["training"]["untrained_loss"]


@pytest.mark.long
def test_two_workers_train_the_edges_of_a_graph(tmp_path: Path) -> None:
    random = np.random.default_rng(12)
    nodes = random.integers(0, 500, (60_000, 2))
    edges = tmp_path / "edges.tsv"
    edges.write_text("".join(f"n{first}\tn{second}\n" for first, second in nodes.tolist()))
    flags = ["--pairs", "--shared-vocabulary"]
    for name in ("first", "second"):
        finish(begin(edges, tmp_path / name, *flags, workers=2))
    assert learned(tmp_path / "first") == learned(tmp_path / "second")
    described = json.loads((tmp_path / "first" / "model.json").read_text())["training"]
    assert (described["workers"], described["pairs"]) == (2, SETTINGS["epochs"] * 60_000)


@pytest.mark.long
def test_workers_on_several_hosts_learn_the_bytes_of_workers_on_one(
    text: Path, tmp_path: Path, unbroken: str
) -> None:
    addresses = free_addresses(2, ("127.0.0.1", "127.0.0.2"))
    copy = tmp_path / "copy.txt"
    copy.write_bytes(text.read_bytes())
    follower = begin(copy, tmp_path / "no model", *cluster_flags(addresses, 1))
    chief = begin(text, tmp_path / "model", *cluster_flags(addresses, 0))
    finish(chief)
    assert finish(follower)[-1].endswith("done; the chief writes the model")
    assert not (tmp_path / "no model").exists()
    assert learned(tmp_path / "model") == unbroken


def killed(text: Path, output: Path, whom: str, wait_s: float) -> "subprocess.Popen[str]":
    """Kill the chief or the other worker when there is a state to go on from."""
    run = begin(text, output, workers=2, epochs=50)
    assert run.stderr is not None
    while not run.stderr.readline().startswith(TOLD):
        assert run.poll() is None
    states = output.with_name(f".{output.name}.unfinished") / "run/checkpoints"
    until = time.monotonic() + 60
    while not any(states.glob("[0-9]*")) and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(wait_s)
    other = children(run.pid)
    os.kill(run.pid if whom == "chief" else other, signal.SIGKILL)
    started = time.monotonic()
    while is_worker(other) and time.monotonic() < started + 30:
        time.sleep(0.05)
    assert not is_worker(other), "the other worker lives on"
    return run


def children(pid: int) -> int:
    """Return the process id of the worker that a chief has started."""
    own = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return next(int(child) for child in own if is_worker(int(child)))


def is_worker(pid: int) -> bool:
    """Return whether a process is a worker that lives; one that has ended has no arguments."""
    try:
        return b"--rank" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


@pytest.mark.long
@pytest.mark.parametrize("whom", ["chief", "worker"])
def test_a_killed_worker_ends_all_and_the_run_goes_on_to_the_same_bytes(
    text: Path, tmp_path: Path, whom: str
) -> None:
    output, whole = tmp_path / "model", tmp_path / "whole"
    run = killed(text, output, whom, wait_s=0.5)
    errors = run.communicate(timeout=60)[1].splitlines()
    if whom == "worker":
        assert run.returncode == 1
        assert "was ended by signal 9" in errors[-2]
        assert errors[-1].startswith("to go on: w2v train --resume")
    lines = finish(begin(text, output, "--resume", workers=2, epochs=50))
    assert any("going on in epoch" in line for line in lines)
    finish(begin(text, whole, workers=2, epochs=50))
    assert learned(output) == learned(whole)


@pytest.mark.long
def test_another_number_of_workers_goes_on_and_says_so(text: Path, tmp_path: Path) -> None:
    for workers in (1, 3):
        output = tmp_path / f"model {workers}"
        killed(text, output, "worker", wait_s=0).communicate(timeout=60)
        lines = finish(begin(text, output, "--resume", workers=workers, epochs=50))
        assert any(f"had 2 workers and goes on with {workers}" in line for line in lines)
        described = json.loads((output / "model.json").read_text())["training"]
        assert described["loss_by_epoch"][-1] < described["loss_by_epoch"][0]


@pytest.mark.long
@pytest.mark.parametrize("whom", ["chief", "worker"])
def test_a_request_to_end_saves_and_ends_all(text: Path, tmp_path: Path, whom: str) -> None:
    run = begin(text, tmp_path / "model", workers=2, epochs=2000, checkpoint_minutes=60)
    assert run.stderr is not None
    while not run.stderr.readline().startswith(TOLD):
        assert run.poll() is None
    time.sleep(2)
    os.kill(run.pid if whom == "chief" else children(run.pid), signal.SIGTERM)
    errors = run.communicate(timeout=30)[1].splitlines()
    assert run.returncode == 128 + signal.SIGTERM
    assert errors[-2].startswith("error: stopped in epoch ")
    assert errors[-1].startswith("to go on: w2v train --resume")
    assert any((tmp_path / ".model.unfinished/run/checkpoints").glob("[0-9]*"))


@pytest.mark.long
def test_a_worker_that_never_comes_is_named(text: Path, tmp_path: Path) -> None:
    addresses = free_addresses(3)
    # On a busy machine the two start seconds apart, and then each misses the other too.
    runs = [
        begin(text, tmp_path / f"{rank}", *cluster_flags(addresses, rank), join_seconds=15)
        for rank in (0, 2)
    ]
    for run in runs:
        errors = run.communicate(timeout=60)[1]
        assert run.returncode == 1
        assert f"worker 1 ({addresses[1]}) did not come within 15 s" in errors


@pytest.mark.long
def test_a_chief_that_never_comes_is_named(text: Path, tmp_path: Path) -> None:
    addresses = free_addresses(2)
    run = begin(text, tmp_path / "model", *cluster_flags(addresses, 1), join_seconds=5)
    errors = run.communicate(timeout=60)[1]
    assert f"the chief, worker 0 ({addresses[0]}) did not come within 5 s" in errors


def both(text: Path, directory: Path, other: Path, **settings: object) -> list[tuple[int, str]]:
    """Start a chief and another worker that differs; return exit code and errors of each."""
    addresses = free_addresses(2)
    chief = begin(text, directory / "chief", *cluster_flags(addresses, 0))
    follower = begin(other, directory / "other", *cluster_flags(addresses, 1), **settings)
    return [
        (run.wait(), errors)
        for run in (chief, follower)
        for errors in [run.communicate(timeout=60)[1]]
    ]


@pytest.mark.long
def test_a_setting_that_differs_is_refused_by_name(text: Path, tmp_path: Path) -> None:
    for code, errors in both(text, tmp_path, text, window=4):
        assert code in (1, 2)
        assert "window is 4 here and 3 at the chief" in errors


@pytest.mark.long
def test_a_run_that_diverges_names_the_learning_rate_and_no_worker(
    text: Path, tmp_path: Path
) -> None:
    run = begin(text, tmp_path / "model", workers=2, learning_rate=1e30)
    errors = run.communicate(timeout=60)[1].splitlines()
    assert run.returncode == 1
    assert errors[-2].startswith("error: the loss is no longer a finite number")
    assert errors[-1].startswith("try: w2v train")
    assert errors[-1].endswith("--learning-rate 5e+29")


def test_a_taken_port_is_named(text: Path, tmp_path: Path) -> None:
    addresses = free_addresses(2)
    with socket.socket() as holder:
        holder.bind(("", int(addresses[1].rpartition(":")[2])))
        holder.listen()
        run = begin(text, tmp_path / "model", *cluster_flags(addresses, 1), join_seconds=5)
        errors = run.communicate(timeout=60)[1]
    assert run.returncode == 1
    assert f"port {addresses[1].rpartition(':')[2]} of worker 1" in errors
    assert "Address already in use" in errors
