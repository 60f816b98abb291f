"""How many settings are trained how far."""

from itertools import pairwise

import numpy as np
import pytest

from w2v_cli.tuning.rungs import Cost, Rung, plan_rungs, shrunk


def seconds(rungs: list[Rung], cost: Cost) -> float:
    return sum(n * (cost.start_s + share * cost.run_s) for n, share in rungs)


@pytest.mark.parametrize("seed", range(20))
def test_rungs_end_in_time_and_use_the_time_unless_all_runs_are_whole(seed: int) -> None:
    random = np.random.default_rng(seed)
    n, run_s, start_s = random.integers(2, 60), random.uniform(5, 500), random.uniform(0, 3)
    budget = random.uniform(2 * n * start_s + 1, 3 * n * run_s)
    cost = Cost(run_s, start_s)
    rungs = plan_rungs([cost] * int(n), budget)
    assert seconds(rungs, cost) <= budget * (1 + 1e-9)
    assert rungs[0].n_settings == n
    if rungs[-1].share < 1:
        assert seconds(rungs, cost) == pytest.approx(budget)
        assert rungs[-1].n_settings <= 3  # halving went as far as it can
    # Each rung trains a third of the settings, rounded up, three times as far.
    for before, after in pairwise(rungs):
        assert after.n_settings == -(-before.n_settings // 3)
        assert after.share == pytest.approx(3 * before.share)


def test_with_time_for_all_settings_there_is_one_rung_of_whole_runs() -> None:
    assert plan_rungs([Cost(10, 2)] * 4, 48.0) == [Rung(4, 1.0)]
    assert plan_rungs([Cost(10, 2)] * 4, 47.9)[0].n_settings == 4
    assert len(plan_rungs([Cost(10, 2)] * 4, 47.9)) == 2


def test_a_slow_setting_weighs_as_its_share_of_all() -> None:
    # Two runs of 10 s and 30 s take 40 s together; 20 s are enough for half of each.
    assert plan_rungs([Cost(10, 0), Cost(30, 0)], 20.0) == [Rung(2, 0.5)]


def test_rungs_that_end_in_time_are_not_changed() -> None:
    rungs = [Rung(3, 1 / 3), Rung(1, 1.0)]
    assert shrunk(rungs, [Cost(10, 0)] * 3, 20.0) == rungs
    halved = shrunk(rungs, [Cost(10, 0)] * 3, 10.0)
    assert [rung.share for rung in halved] == pytest.approx([1 / 6, 1 / 2])
