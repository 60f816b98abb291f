"""What training takes of memory, and that a run which cannot have it does not begin."""

from dataclasses import replace
from pathlib import Path

import pytest

from w2v_cli import Config, control_groups, train
from w2v_cli.errors import NotEnoughMemoryError
from w2v_cli.planning import memory as planning_memory
from w2v_cli.planning.memory import (
    JOINED,
    SENT_COPIES,
    check_memory,
    combining_bytes,
    table_bytes,
    training_memory,
)
from w2v_cli.planning.proposals import propose
from w2v_cli.planning.text_size import TextSize
from w2v_cli.workers.team import Team

SIZE = TextSize(
    read=6_000_000,
    different=120_000,
    words=40_000,
    tokens=5_600_000,
    kept=3_000_000,
    sentences=80_000,
    pairs=33_000_000,
    vocabulary_bytes=400_000,
    rare_bytes=900_000,
)
ALONE = Team(n_workers=1, n_here=1, threads=2)
SAMPLE = Path(__file__).parents[2] / "data" / "sample.txt"


@pytest.fixture(autouse=True)
def on_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        planning_memory, "tables_are_on_cpu", lambda config: config.devices.device != "gpu"
    )


def available(monkeypatch: pytest.MonkeyPatch, n_bytes: int | None) -> None:
    monkeypatch.setattr(planning_memory, "available_bytes", lambda: n_bytes)


def test_tables_are_two_vectors_and_a_bias_a_word() -> None:
    # 2 x 3 + 1 = 7 numbers of 4 bytes for each of 10 words.
    assert table_bytes(10, dimension=3) == 280
    assert training_memory(Config.of(dimension=50), SIZE, ALONE).tables == 40_000 * 101 * 4


def test_only_adagrad_has_a_state() -> None:
    # A number for each row of three tables.
    assert training_memory(Config.of(), SIZE, ALONE).optimizer == 40_000 * 3 * 4
    assert training_memory(Config.of(optimizer="sgd"), SIZE, ALONE).optimizer == 0


def test_tables_on_a_gpu_take_no_memory_of_the_machine() -> None:
    memory = training_memory(Config.of(device="gpu"), SIZE, ALONE)
    assert (memory.tables, memory.optimizer) == (0, 0)


def test_every_worker_here_has_tables_and_a_copy_of_them() -> None:
    alone = training_memory(Config.of(), SIZE, ALONE)
    three = training_memory(Config.of(), SIZE, Team(n_workers=4, n_here=3, threads=1))
    tables, optimizer = 40_000 * 201 * 4, 40_000 * 3 * 4
    assert (alone.bases, alone.combining) == (0, 0)
    assert (three.tables, three.optimizer) == (3 * tables, 3 * optimizer)
    assert three.bases == 3 * (tables + optimizer)
    assert three.program == 3 * alone.program
    # Each sends rows of 2 x 100 + 7 numbers; 64 MB of them at a time, if there are more words.
    assert three.combining == 3 * (JOINED + round(SENT_COPIES * 40_000 * 207 * 4))
    assert combining_bytes(10**9, 100) == JOINED + round(SENT_COPIES * (64 << 20))
    # The chief counts, and it alone keeps what counting leaves.
    assert three.vocabulary - alone.vocabulary == 2 * 40_000 * 70


def test_a_worker_of_a_cluster_has_a_copy_too() -> None:
    memory = training_memory(Config.of(), SIZE, Team(n_workers=2, n_here=1, threads=1))
    assert memory.bases == memory.tables + memory.optimizer


def test_all_workers_of_a_machine_have_to_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    config, two = Config.of(dimension=1000), Team(n_workers=2, n_here=2, threads=1)
    available(monkeypatch, training_memory(config, SIZE, ALONE).certain)
    check_memory(config, SIZE, ALONE)
    with pytest.raises(NotEnoughMemoryError) as raised:
        check_memory(config, SIZE, two)
    # 40,000 x 2,001 numbers of 4 bytes, twice, and as much again for the copies.
    assert "take 640 MB in 2 workers" in str(raised.value)
    assert "copies to combine the workers 641 MB" in str(raised.value)
    assert "lower --workers, --dimension" in str(raised.value)


def test_each_part_grows_with_what_it_depends_on() -> None:
    usual = training_memory(Config.of(), SIZE, ALONE)
    larger = {
        "tables": training_memory(Config.of(dimension=200), SIZE, ALONE),
        "vocabulary": training_memory(Config.of(), replace(SIZE, different=200_000), ALONE),
        # A chunk has more words where windows are smaller.
        "chunks": training_memory(Config.of(window=1), SIZE, ALONE),
        "steps": training_memory(Config.of(step_tokens=16_384), SIZE, ALONE),
    }
    for part, memory in larger.items():
        assert getattr(memory, part) > 1.5 * getattr(usual, part), part


def test_a_run_is_refused_only_where_its_tables_cannot_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = training_memory(Config.of(), SIZE, ALONE)
    available(monkeypatch, memory.certain)
    check_memory(Config.of(), SIZE, ALONE)
    available(monkeypatch, None)
    check_memory(Config.of(), SIZE, ALONE)
    available(monkeypatch, memory.certain - 1)
    with pytest.raises(NotEnoughMemoryError, match="40,000 words with two vectors of 100 numbers"):
        check_memory(Config.of(), SIZE, ALONE)


def test_training_stops_before_a_container_would_kill_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control_groups, "CGROUPS", tmp_path)
    monkeypatch.setattr(control_groups, "MEMBERSHIP", tmp_path / "membership")
    (tmp_path / "membership").write_text("0::/\n")
    for name, text in {"max": 400 << 20, "current": 300 << 20, "stat": "anon 0"}.items():
        (tmp_path / f"memory.{name}").write_text(f"{text}\n")
    with pytest.raises(NotEnoughMemoryError, match="there are 105 MB"):
        train(Config.of(corpus=str(SAMPLE), output=str(tmp_path / "model")))
    assert not (tmp_path / "model").exists()
    assert not (tmp_path / ".model.unfinished").exists()


def test_proposals_are_the_last_values_that_fit() -> None:
    def words_with(min_count: int) -> int:
        return 120_000 // min_count

    def needed(dimension: int, words: int) -> int:
        size = replace(SIZE, words=words)
        memory = training_memory(Config.of(dimension=dimension), size, ALONE)
        return memory.total + planning_memory.PROGRAM_FILES["blocks"]

    limit = needed(300, 20_000)
    found = propose(Config.of(dimension=300), SIZE, words_with, limit, ALONE)
    assert found.max_vocab == 20_000
    assert found.min_count == 6  # 120,000 / 6 = 20,000
    assert found.dimension is not None
    assert needed(found.dimension, 40_000) <= limit < needed(found.dimension + 1, 40_000)


def test_where_nothing_fits_there_is_no_proposal() -> None:
    found = propose(Config.of(), SIZE, lambda min_count: 120_000 // min_count, 10_000_000, ALONE)
    assert not found.any
