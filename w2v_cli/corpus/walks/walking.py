"""Walk at random through a graph: uniformly (DeepWalk) or with a memory of one step (node2vec).

A walk that came from node t to node v goes on to x with a chance in proportion to a(t, x) w(v, x),
where w is the weight of the arc and

    a(t, x) = 1/p  if x = t,  1 if there is an arc from t to x,  1/q otherwise

(Grover and Leskovec 2016). Nothing is stored for pairs of nodes: x is drawn by w alone and kept
with the chance a(t, x) / max a, else drawn again. If going back is the most likely by far, that
part of its chance that lies above the others is drawn on its own, so that few draws are in vain.
Many walks take each step together. All randomness is keyed by the seed and the number of the batch
of walks.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from w2v_cli.corpus.walks.graph import Graph, first_at_least
from w2v_cli.errors import ConfigError

BATCH_WALKS = 1 << 15
"""Walks that take their steps together; 10 MB for 80 nodes each."""

MOST_DRAWS = 24
"""After so many draws in vain the chances of all neighbors are computed; few walks come to that."""

MOST_ARCS = 1 << 22
"""Arcs whose chances are held at a time; more only where one node has more."""

LINES = 1 << 12
"""Walks that are turned into text at a time."""

ORDER, STEPS = 0, 1
"""What a stream of random numbers is used for."""


@dataclass(frozen=True, kw_only=True)
class WalkRules:
    """How to walk.

    Attributes:
        per_node: walks that begin at each node.
        length: nodes of a walk; fewer where no arc leads on.
        p: how unlikely it is to go back at once, above 0.
        q: how unlikely it is to leave the neighborhood of the last node, above 0.
        seed: another one gives other walks.
    """

    per_node: int = 10
    length: int = 80
    p: float = 1.0
    q: float = 1.0
    seed: int = 1

    def __post_init__(self) -> None:
        for name in ("p", "q"):
            if not 0 < getattr(self, name) < np.inf:
                raise ConfigError(f"{name} must be a number above 0, got {getattr(self, name)}")


def walk_batches(graph: Graph, rules: WalkRules) -> Iterator[NDArray[np.int32]]:
    """Yield all walks in batches, [walks, length] int32 numbers of nodes; -1 after a walk's end.

    Every node begins one walk, in random order, before any begins the next.
    """
    starts = np.empty(0, dtype=np.int32)
    rounds, batch = 0, 0
    while rounds < rules.per_node or len(starts):
        while len(starts) < BATCH_WALKS and rounds < rules.per_node:
            order = _generator(rules.seed, ORDER, rounds).permutation(len(graph))
            starts = np.concatenate([starts, order.astype(np.int32)])
            rounds += 1
        yield _walk(graph, rules, starts[:BATCH_WALKS], _generator(rules.seed, STEPS, batch))
        starts = starts[BATCH_WALKS:]
        batch += 1


def lines_of(graph: Graph, walks: NDArray[np.int32]) -> Iterator[str]:
    """Yield [walks, length] nodes as text in pieces, one walk a line."""
    names = np.array([*graph.names, ""], dtype=object)
    for first in range(0, len(walks), LINES):
        some = walks[first : first + LINES]
        lines = map(" ".join, names[some].tolist())
        if some.min() < 0:  # the name of -1 is the last one, which is empty
            lines = map(str.rstrip, lines)
        yield "\n".join(lines) + "\n"


def _generator(seed: int, use: int, number: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, use, number])))


def _walk(
    graph: Graph, rules: WalkRules, starts: NDArray[np.int32], random: np.random.Generator
) -> NDArray[np.int32]:
    """Return a walk from each of [n] nodes."""
    # One line for each step, so that a step is written in one place.
    nodes = np.full((rules.length, len(starts)), -1, dtype=np.int32)
    nodes[0] = starts
    walking = np.arange(len(starts))
    for step in range(1, rules.length):
        current = nodes[step - 1, walking]
        leads_on = graph.degrees(current) > 0
        if not leads_on.all():
            walking, current = walking[leads_on], current[leads_on]
        if not len(walking):
            break
        if step == 1 or rules.p == rules.q == 1:
            following = graph.neighbors[_draw(graph, current, random)]
        else:
            following = _second_order(graph, rules, nodes[step - 2, walking], current, random)
        nodes[step, walking] = following
    return nodes.T


def _draw(graph: Graph, nodes: NDArray[np.int32], random: np.random.Generator) -> NDArray[np.int64]:
    """Return an arc from each node, by weight alone."""
    first, end = graph.starts[nodes], graph.starts[nodes + 1]
    drawn = random.random(len(nodes))
    if graph.bounds is None:
        return np.asarray(first + (drawn * (end - first)).astype(np.int64))
    arcs = first_at_least(graph.bounds, first, end, nodes + drawn)
    # The last bound of a node can lie a rounding error below the next whole number.
    return np.minimum(arcs, end - 1)


def _second_order(
    graph: Graph,
    rules: WalkRules,
    previous: NDArray[np.int32],
    current: NDArray[np.int32],
    random: np.random.Generator,
) -> NDArray[np.int32]:
    """Return the next node of walks that came from `previous` to `current`, [n] int32 each."""
    back, out = 1 / rules.p, 1 / rules.q
    highest, lowest = max(1.0, out), min(1.0, out)
    following = np.empty(len(current), dtype=np.int32)
    waiting = np.arange(len(current))
    above = None
    if back > highest:
        # What going back has above the others is as if it were one more neighbor.
        above = graph.shares_between(current, previous) * (back - highest)
    for _ in range(MOST_DRAWS):
        if not len(waiting):
            return following
        last = previous[waiting]
        drawn = graph.neighbors[_draw(graph, current[waiting], random)]
        height = random.random(len(waiting)) * highest
        is_back = drawn == last
        kept = np.where(is_back, height < back, height < lowest)
        # In between it matters whether there is an arc, which takes the longest to find out.
        unsure = np.flatnonzero(~is_back & ~kept)
        if len(unsure) and out != 1:
            is_near = graph.has_arc(last[unsure], drawn[unsure])
            kept[unsure] = is_near == (out < 1)
        if above is not None:
            extra = above[waiting]
            returns = random.random(len(waiting)) * (highest + extra) < extra
            drawn = np.where(returns, last, drawn)
            kept |= returns
        following[waiting[kept]] = drawn[kept]
        waiting = waiting[~kept]
    for some in _in_groups(graph, current, waiting):
        following[some] = _by_all_chances(graph, rules, previous[some], current[some], random)
    return following


def _in_groups(
    graph: Graph, current: NDArray[np.int32], waiting: NDArray[np.intp]
) -> list[NDArray[np.intp]]:
    """Divide walks into groups whose nodes have about `MOST_ARCS` arcs in all."""
    if not len(waiting):
        return []
    groups = np.cumsum(graph.degrees(current[waiting])) // MOST_ARCS
    return np.split(waiting, np.flatnonzero(np.diff(groups)) + 1)


def _by_all_chances(
    graph: Graph,
    rules: WalkRules,
    previous: NDArray[np.int32],
    current: NDArray[np.int32],
    random: np.random.Generator,
) -> NDArray[np.int32]:
    """Return what `_second_order` does from the chances of all neighbors, which takes longer."""
    degrees = graph.degrees(current)
    walks = np.repeat(np.arange(len(current)), degrees)
    ends = np.cumsum(degrees)
    arcs = np.arange(ends[-1]) - np.repeat(ends - degrees - graph.starts[current], degrees)
    nodes = graph.neighbors[arcs]
    last = previous[walks]
    is_near = graph.has_arc(last, nodes)
    favour = np.where(nodes == last, 1 / rules.p, np.where(is_near, 1.0, 1 / rules.q))
    sums = np.cumsum(graph.shares(arcs, current[walks]) * favour)
    before = np.concatenate([[0.0], sums])[ends - degrees]
    wanted = before + random.random(len(current)) * (sums[ends - 1] - before)
    return np.asarray(
        nodes[np.clip(np.searchsorted(sums, wanted, side="right"), ends - degrees, ends - 1)]
    )
