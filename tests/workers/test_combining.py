"""The rule by which workers combine their tables, against NumPy and by hand."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray

from w2v_cli.config.config import Config
from w2v_cli.training.devices import Placement
from w2v_cli.training.initial import InitialRows
from w2v_cli.training.tables import Tables
from w2v_cli.workers import slices
from w2v_cli.workers.combining import Combiner, send_tables
from w2v_cli.workers.covered_rows import rows_of_combination

N_WORDS, DIMENSION = 50, 6
Values = dict[str, NDArray[np.float32]]


def make_tables(**settings: object) -> Tables:
    counts = np.arange(N_WORDS, 0, -1)
    return Tables(counts, Config.of(dimension=DIMENSION, **settings), Placement())


def values_of(tables: Tables) -> Values:
    return {name: variable.numpy() for name, variable in tables.variables.items()}


class Meeting:
    """Adds up the tensors of several threads, each of which stands for a worker."""

    def __init__(self, n_workers: int) -> None:
        self._barrier = threading.Barrier(n_workers, timeout=60)
        self._given: list[tf.Tensor | None] = [None] * n_workers

    def add_up_of(self, rank: int) -> Callable[[tf.Tensor], tf.Tensor]:
        def add_up(tensor: tf.Tensor) -> tf.Tensor:
            self._given[rank] = tensor
            self._barrier.wait()
            total = tf.add_n(list(self._given))
            self._barrier.wait()
            return total

        return add_up


def at_once(
    n_workers: int, work: Callable[[int, Callable[[tf.Tensor], tf.Tensor]], Values]
) -> list[Values]:
    """Let threads work as workers; return what each of them has at the end."""
    meeting = Meeting(n_workers)
    with ThreadPoolExecutor(n_workers) as threads:
        jobs = [threads.submit(work, rank, meeting.add_up_of(rank)) for rank in range(n_workers)]
        return [job.result() for job in jobs]


def moved(values: Values, rank: int, rows: slice = slice(None)) -> Values:
    """Return values that a worker could have after some steps on these rows."""
    random = np.random.default_rng(rank)
    changed = {name: value.copy() for name, value in values.items()}
    for name, value in changed.items():
        value[rows] += random.random(value[rows].shape, dtype=np.float32)
        assert value.dtype == np.float32, name
    return changed


def combined(
    n_workers: int, n_rows: int, changes: Callable[[Values, int], Values], **settings: object
) -> tuple[Values, list[Values]]:
    """Return the tables before, and those of each worker after one combination."""
    before = values_of(make_tables(**settings))

    def work(rank: int, add_up: Callable[[tf.Tensor], tf.Tensor]) -> Values:
        tables = make_tables(**settings)
        combiner = Combiner(tables, n_workers, add_up)
        for name, value in changes(before, rank).items():
            tables.variables[name].assign(value)
        combiner.combine(n_rows)
        return values_of(tables)

    return before, at_once(n_workers, work)


def by_the_rule(
    base: NDArray[np.float32], others: list[NDArray[np.float32]]
) -> NDArray[np.float64]:
    """Return base + T / clip(|T|^2 / S, 1, n), row by row."""
    changes = np.stack(others).astype(float) - base
    changes = changes.reshape(len(others), len(base), -1)
    total, squares = changes.sum(axis=0), (changes**2).sum(axis=(0, 2))
    agreement = (total**2).sum(axis=1) / np.where(squares == 0, 1, squares)
    moved: NDArray[np.float64] = base + (
        total / np.clip(agreement, 1, len(others))[:, np.newaxis]
    ).reshape(base.shape)
    return moved


@pytest.mark.parametrize("n_workers", [2, 3])
@pytest.mark.parametrize("optimizer", ["adagrad", "sgd"])
def test_all_workers_go_on_with_the_rows_of_the_rule(n_workers: int, optimizer: str) -> None:
    before, after = combined(n_workers, N_WORDS, moved, optimizer=optimizer)
    own = [moved(before, rank) for rank in range(n_workers)]
    for name, base in before.items():
        expected = by_the_rule(base, [values[name] for values in own])
        if name.endswith("accumulators"):
            expected = base + np.sum([values[name].astype(float) - base for values in own], axis=0)
        for values in after:
            np.testing.assert_allclose(values[name], expected, rtol=1e-5, atol=1e-6)
            assert values[name].tobytes() == after[0][name].tobytes()


def test_equal_changes_are_averaged_and_orthogonal_ones_added() -> None:
    def changes(values: Values, rank: int) -> Values:
        center = values["center.values"].copy()
        center[0] += 1.0  # the same at both workers
        center[1, rank] += 1.0  # orthogonal
        if rank == 1:
            center[2] += 1.0  # at one worker
        center[3] += 1.0 if rank else -1.0  # opposite
        return {**values, "center.values": center}

    before, after = combined(2, N_WORDS, changes)
    gained = after[0]["center.values"] - before["center.values"]
    expected = np.zeros_like(gained)
    expected[0] = expected[2] = 1.0
    expected[1, :2] = 1.0
    np.testing.assert_allclose(gained, expected, atol=1e-6)


def test_rows_beyond_the_combination_stay_those_of_each_worker() -> None:
    before, after = combined(2, 20, moved)
    for rank, values in enumerate(after):
        own = moved(before, rank)
        assert values["center.values"][20:].tobytes() == own["center.values"][20:].tobytes()
    assert after[0]["center.values"][:20].tobytes() == after[1]["center.values"][:20].tobytes()


def test_changes_since_the_last_combination_of_a_row_count() -> None:
    # Both workers move row 30 by 1 in each of two rounds; only the second one combines it.
    def work(rank: int, add_up: Callable[[tf.Tensor], tf.Tensor]) -> Values:
        tables = make_tables()
        combiner = Combiner(tables, 2, add_up)
        for n_rows in (20, N_WORDS):
            tables.center.variable.scatter_add(tf.IndexedSlices(tf.ones([1, DIMENSION]), [30]))
            combiner.combine(n_rows)
        return values_of(tables)

    gained = (
        at_once(2, work)[0]["center.values"][30] - values_of(make_tables())["center.values"][30]
    )
    np.testing.assert_allclose(gained, 2.0, rtol=1e-6)


def test_the_tables_of_the_chief_are_sent_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "SLICE_BYTES", 4 * DIMENSION * 7)  # 7 rows; 50 are not a multiple

    def work(rank: int, add_up: Callable[[tf.Tensor], tf.Tensor]) -> Values:
        tables = make_tables(seed=rank)
        send_tables(tables, add_up, is_chief=rank == 0)
        return values_of(tables)

    chief = values_of(make_tables(seed=0))
    for values in at_once(3, work):
        assert {n: v.tobytes() for n, v in values.items()} == {
            n: v.tobytes() for n, v in chief.items()
        }


def test_all_workers_keep_the_bits_of_rows_that_the_chief_has_frozen() -> None:
    # Sums would turn -0.0 into 0.0, and numbers as small as 1e-42 into 0 on some processors.
    given = np.full((1, DIMENSION), -0.0, np.float32)
    given[0, :3] = 1e-42
    initial = InitialRows(np.array([4]), given, given, np.zeros(1, np.float32), ("center",))
    settings = {"dimension": DIMENSION, "init_vectors": "given", "freeze": "given"}
    config = Config.of(**settings)

    def work(rank: int, add_up: Callable[[tf.Tensor], tf.Tensor]) -> Values:
        counts = np.arange(N_WORDS, 0, -1)
        tables = Tables(counts, config, Placement(), initial if rank == 0 else None)
        send_tables(tables, add_up, is_chief=rank == 0)
        combiner = Combiner(tables, 2, add_up)
        tables.center.variable.scatter_add(tf.IndexedSlices(tf.ones([1, DIMENSION]), [5]))
        combiner.combine(N_WORDS)
        frozen = np.flatnonzero(~tables.masks["center"].numpy())
        return {**values_of(tables), "frozen": frozen.astype(np.float32)}

    chief, other = at_once(2, work)
    assert chief["frozen"].tolist() == other["frozen"].tolist() == [4]
    assert chief["center.values"][4].tobytes() == given.tobytes()
    # What the chief sends is a sum, so the other worker has 0 in place of 1e-42.
    np.testing.assert_allclose(chief["center.values"], other["center.values"], atol=1e-40)


def test_rare_rows_are_combined_exponentially_less_often() -> None:
    covered = [rows_of_combination(number, 1 << 20) for number in range(1, 1025)]
    for doubling in range(5):
        assert sum(rows >= 4096 << doubling for rows in covered) == 1024 >> doubling
    assert max(covered) == 1 << 20
