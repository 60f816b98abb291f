"""How fast several workers are together, from how fast one of them is."""

from dataclasses import replace

import pytest

from tests.planning.test_memory import ALONE, SIZE
from w2v_cli.config.config import Config
from w2v_cli.planning.pace import number_of_rounds, pace_of_a_run, slowest
from w2v_cli.planning.speed import Trial
from w2v_cli.workers.cost import Network, Processor, combination_seconds
from w2v_cli.workers.team import Team

TRIAL = Trial(
    tokens=1_000_000,
    seconds=1.0,
    lowest=900_000.0,
    highest=1_250_000.0,
    chunk_s=(0.25, 0.25, 0.25, 0.25),
    start_s=3.0,
    save_s=0.1,
    peak_bytes=900_000_000,
    file_bytes=None,
)
TWO = Team(n_workers=2, n_here=2, threads=1)
CONFIG = Config.of(epochs=2)


def test_one_worker_has_the_speed_of_the_trial() -> None:
    pace = pace_of_a_run(CONFIG, SIZE, replace(TRIAL, chunk_s=(0.1, 0.4)), ALONE)
    assert pace.tokens_per_s == pytest.approx(1_000_000)
    assert (pace.lowest, pace.highest) == pytest.approx((900_000, 1_250_000))
    assert (pace.combinations, pace.combining_s, pace.waiting) == (0, 0, 0)


def test_two_workers_have_twice_the_speed_but_for_combining() -> None:
    pace = pace_of_a_run(CONFIG, SIZE, TRIAL, TWO)
    # Eight rounds an epoch; 40,000 words; 13 of the 16 cover 4,096 to 32,768 of them.
    assert pace.combinations == 16
    rows = 8 * 4_096 + 4 * 8_192 + 2 * 16_384 + 32_768 + 40_000
    n_bytes = rows / 16 * 4 * 207
    local = Network(float("inf"), 0.0015)
    of_one = combination_seconds(2, n_bytes, local, Processor(1.4e-9, 2.0e-9))
    assert pace.combining_s == pytest.approx(16 * of_one)
    seconds = 2 * 5_600_000 / 2_000_000 + pace.combining_s
    assert pace.tokens_per_s == pytest.approx(2 * 5_600_000 / seconds)


def test_more_workers_combine_longer_and_10_gbit_do_not_limit_them() -> None:
    apart = Team(n_workers=8, n_here=1, threads=1)
    together = Team(n_workers=8, n_here=8, threads=1)
    here, there = (pace_of_a_run(CONFIG, SIZE, TRIAL, team) for team in (together, apart))
    assert there.combining_s == here.combining_s  # 10 Gbit/s are more than a processor sends
    assert here.combining_s > pace_of_a_run(CONFIG, SIZE, TRIAL, TWO).combining_s


def test_workers_wait_for_the_slowest() -> None:
    assert slowest([3.0, 1.0, 2.0], 1) == pytest.approx(2.0)
    assert slowest([3.0, 1.0, 2.0], 1000) == pytest.approx(3.0)
    uneven = replace(TRIAL, chunk_s=(0.2, 0.3))
    # Of two, one takes 0.3 s in three of four rounds: 0.275 s on average, 10 % more than 0.25 s.
    assert pace_of_a_run(CONFIG, SIZE, uneven, TWO).waiting == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("tokens", "team", "expected"),
    [
        (5_600_000, ALONE, 14),  # chunks of 2^21 / 5 = 419,430
        (5_600_000, TWO, 8),  # an eighth of the text
        (40_000_000, TWO, 24),  # two chunks of 419,430 for each worker: nearest to 2,000,000
    ],
)
def test_rounds_are_those_of_the_settings(tokens: int, team: Team, expected: int) -> None:
    size = replace(SIZE, tokens=tokens)
    assert number_of_rounds(CONFIG, size, team, epochs=1) == expected
    assert number_of_rounds(CONFIG, size, team, epochs=2.5) == -(-5 * expected // 2)
