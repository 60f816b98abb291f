"""Successive halving: how many settings are trained how far, so that all of it takes a given time.

All settings are trained on a small share of the run. The better third of them is trained again, on
three times as much, and so on, until a few are trained on the whole run. With time enough, all are
trained on the whole run at once. Source: Jamieson and Talwalkar, "Non-stochastic best arm
identification and hyperparameter optimization", 2016.

Each training begins anew, with a learning rate that falls to its end: the first part of a longer
run, whose rate is still high, would tell less.
"""

from collections.abc import Sequence
from typing import NamedTuple

KEEP = 3
"""A rung passes on one of so many settings."""


class Rung(NamedTuple):
    """Settings that are trained equally far.

    Attributes:
        n_settings: how many of them there are.
        share: of the run, above 0 to 1.
    """

    n_settings: int
    share: float


class Cost(NamedTuple):
    """How long a setting takes.

    Attributes:
        run_s: seconds to train the whole run.
        start_s: seconds of everything else.
    """

    run_s: float
    start_s: float


def plan_rungs(costs: Sequence[Cost], budget_s: float) -> list[Rung]:
    """Return the fewest rungs that end in time.

    If no number of rungs ends in time, the last one does not reach the whole run either.

    Args:
        costs: of each setting.
        budget_s: the time for all rungs together, in seconds.

    >>> plan_rungs([Cost(10, 1)] * 9, 100)
    [Rung(n_settings=9, share=1.0)]
    >>> plan_rungs([Cost(10, 0)] * 9, 60)
    [Rung(n_settings=9, share=0.3333333333333333), Rung(n_settings=3, share=1.0)]
    >>> plan_rungs([Cost(10, 0)] * 9, 30)
    [Rung(n_settings=9, share=0.16666666666666666), Rung(n_settings=3, share=0.5)]
    """
    counts = [len(costs)]
    while True:
        shares = [float(KEEP) ** (n - len(counts) + 1) for n in range(len(counts))]
        rungs = [Rung(n, share) for n, share in zip(counts, shares, strict=True)]
        fewer = -(-counts[-1] // KEEP)
        if _seconds(rungs, costs) <= budget_s:
            return rungs
        if fewer < 2 or fewer == counts[-1]:
            return shrunk(rungs, costs, budget_s)
        counts.append(fewer)


def shrunk(rungs: Sequence[Rung], costs: Sequence[Cost], budget_s: float) -> list[Rung]:
    """Return rungs with smaller shares, if the given ones do not end in time.

    Args:
        rungs: what is still to be trained.
        costs: of each setting that is left.
        budget_s: the time that is left, in seconds.
    """
    starts = _seconds([Rung(rung.n_settings, 0.0) for rung in rungs], costs)
    training = _seconds(rungs, costs) - starts
    factor = min(max(budget_s - starts, 0.0) / training, 1.0)
    return [Rung(rung.n_settings, rung.share * factor) for rung in rungs]


def _seconds(rungs: Sequence[Rung], costs: Sequence[Cost]) -> float:
    """Return how long rungs take, if those that are passed on are neither fast nor slow ones."""
    run_s, start_s = (sum(column) / len(costs) for column in zip(*costs, strict=True))
    return float(sum(rung.n_settings * (start_s + rung.share * run_s) for rung in rungs))
