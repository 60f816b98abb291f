"""Baskets and sessions of items whose groups are known.

Items are in groups. A line has a group; three of four items on it are of this group, and the others
are any items, by popularity. So at most three of four last items can be found from those before.

    baskets   the items of the group are drawn by popularity, and the line is shuffled
    sessions  each item of the group follows the one before it at 1 to 3 places in the group
"""

from collections.abc import Iterator
from typing import Literal

import numpy as np

N_GROUPS, GROUP_SIZE = 100, 30
OF_GROUP = 0.75

Kind = Literal["baskets", "sessions"]


def planted_lines(kind: Kind, n: int, seed: int) -> Iterator[str]:
    """Yield n lines of 3 to 10 items, `i0` to `i2999`."""
    random = np.random.default_rng(seed)
    of_groups, in_group = _shares(N_GROUPS, 10), _shares(GROUP_SIZE, 3)
    of_all = np.outer(of_groups, in_group).ravel()
    draw = _basket if kind == "baskets" else _session
    for _ in range(n):
        first = random.choice(N_GROUPS, p=of_groups) * GROUP_SIZE
        is_other = random.random(random.integers(3, 11)) > OF_GROUP
        items = first + draw(len(is_other), in_group, random)
        items[is_other] = random.choice(len(of_all), is_other.sum(), p=of_all)
        yield " ".join(f"i{item}" for item in items)


def _shares(n: int, flatness: int) -> np.ndarray:
    """Return how popular each of n is: the share falls with the rank."""
    weights = 1 / (np.arange(n) + flatness)
    return np.asarray(weights / weights.sum())


def _basket(n: int, shares: np.ndarray, random: np.random.Generator) -> np.ndarray:
    return random.choice(GROUP_SIZE, n, replace=False, p=shares)


def _session(n: int, shares: np.ndarray, random: np.random.Generator) -> np.ndarray:
    steps = random.integers(1, 4, size=n)
    return np.asarray((random.choice(GROUP_SIZE, p=shares) + np.cumsum(steps)) % GROUP_SIZE)
