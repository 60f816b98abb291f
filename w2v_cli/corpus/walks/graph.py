"""A graph in compressed sparse rows: for each node its neighbors, in the order of their numbers."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v_cli.corpus.walks.edges import Edges


@dataclass(frozen=True, eq=False)
class Graph:
    """Nodes and the arcs that lead from them; an undirected edge is two arcs.

    Attributes:
        names: number of a node -> its name.
        starts: [n_nodes + 1] int64; the arcs of node v are those from starts[v] to starts[v + 1].
        neighbors: [n_arcs] int32, where each arc leads; ascending within a node.
        bounds: [n_arcs] float64, for arcs of node v: v + the share of v's weight that this arc and
            those before it have. None if all arcs weigh the same.
        is_directed: whether an arc may lack the one that leads back.
    """

    names: list[str]
    starts: NDArray[np.int64]
    neighbors: NDArray[np.int32]
    bounds: NDArray[np.float64] | None
    is_directed: bool

    def __len__(self) -> int:
        return len(self.names)

    def degrees(self, nodes: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return how many arcs lead from each of some nodes."""
        return np.asarray(self.starts[nodes + 1] - self.starts[nodes])

    def find(
        self, nodes: NDArray[np.int32], others: NDArray[np.int32]
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return the arc from each node to another one, and whether it exists.

        Args:
            nodes, others: [n] int32.

        Returns:
            [n] int64 places in `neighbors`, of no meaning where there is no arc, and [n] bool.
        """
        ends = self.starts[nodes + 1]
        places = first_at_least(self.neighbors, self.starts[nodes], ends, others)
        exists = places < ends
        places[~exists] = 0
        exists &= self.neighbors[places] == others
        return places, exists

    def has_arc(self, nodes: NDArray[np.int32], others: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Return whether there is an arc from each node to another one, [n] bool."""
        if self.is_directed:
            return self.find(nodes, others)[1]
        # The same edge is found among fewer arcs from its end that has fewer.
        swapped = self.degrees(others) < self.degrees(nodes)
        return self.find(np.where(swapped, others, nodes), np.where(swapped, nodes, others))[1]

    def shares_between(
        self, nodes: NDArray[np.int32], others: NDArray[np.int32]
    ) -> NDArray[np.float64]:
        """Return what share of its weight each node has on the arc to another; 0 without an arc.

        In an undirected graph there must be an edge between the two.
        """
        if not self.is_directed and self.bounds is None:
            return 1 / self.degrees(nodes)
        arcs, exists = self.find(nodes, others)
        return np.where(exists, self.shares(arcs, nodes), 0)

    def shares(self, arcs: NDArray[np.int64], nodes: NDArray[np.int32]) -> NDArray[np.float64]:
        """Return what share of its node's weight each arc has; `nodes` are where they begin."""
        if self.bounds is None:
            return 1 / self.degrees(nodes)
        before = np.where(arcs > self.starts[nodes], self.bounds[arcs - 1], nodes)
        return np.asarray(self.bounds[arcs] - before)


def first_at_least(
    values: NDArray[Any], low: NDArray[np.int64], high: NDArray[np.int64], wanted: NDArray[Any]
) -> NDArray[np.int64]:
    """Return for each range of places the first one whose value is not below the wanted one.

    Args:
        values: numbers that ascend within each range.
        low, high: [n] int64, the range from `low` to before `high`.
        wanted: [n] numbers.

    Returns:
        [n] int64; `high` where all values of the range are below.

    >>> first_at_least(np.array([2, 4, 1, 3]), np.array([0, 2]), np.array([2, 4]), np.array([3, 9]))
    array([1, 4])
    """
    # All ranges are halved at once; np.searchsorted takes one range for all.
    places = low.copy()
    searched = np.flatnonzero(low < high)
    low, high, wanted = low[searched], high[searched], wanted[searched]
    while len(searched):
        middle = (low + high) >> 1
        is_below = values[middle] < wanted
        low = np.where(is_below, middle + 1, low)
        high = np.where(is_below, high, middle)
        places[searched] = low
        left = np.flatnonzero(low < high)
        if len(left) < len(searched):
            searched, low, high, wanted = searched[left], low[left], high[left], wanted[left]
    return places


def build_graph(edges: Edges, *, directed: bool = False) -> Graph:
    """Return the graph of some edges.

    An edge that is given again is the same edge: without weights it counts once, and with weights
    they are added. In an undirected graph `a b` and `b a` are the same edge.

    Args:
        edges: of a file.
        directed: whether edges lead from their first node to their second one only.
    """
    n_nodes = len(edges.names)
    keys = edges.sources.astype(np.int64) * n_nodes + edges.targets
    weights = edges.weights
    if not directed:
        is_loop = edges.sources == edges.targets
        back = (edges.targets.astype(np.int64) * n_nodes + edges.sources)[~is_loop]
        keys = np.concatenate([keys, back])
        if weights is not None:
            weights = np.concatenate([weights, weights[~is_loop]])
    if weights is not None:
        order = np.argsort(keys, kind="stable")
        keys, weights = keys[order], weights[order]
    else:
        keys.sort()
    is_first = np.ones(len(keys), dtype=bool)
    is_first[1:] = keys[1:] != keys[:-1]
    if weights is not None:
        weights = np.add.reduceat(weights, np.flatnonzero(is_first))
    keys = keys[is_first]
    neighbors = (keys % n_nodes).astype(np.int32)
    keys //= n_nodes
    starts = np.zeros(n_nodes + 1, dtype=np.int64)
    np.cumsum(np.bincount(keys, minlength=n_nodes), out=starts[1:])
    return Graph(
        names=edges.names,
        starts=starts,
        neighbors=neighbors,
        bounds=None if weights is None else _bounds(keys, starts, weights),
        is_directed=directed,
    )


def _bounds(
    sources: NDArray[np.int64], starts: NDArray[np.int64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return what `Graph.bounds` holds, from the node and the weight of each arc."""
    # Shares of each node add up to 1, so that the sum over all arcs stays precise.
    totals = np.bincount(sources, weights=weights, minlength=len(starts) - 1)
    sums = np.cumsum(weights / totals[sources])
    before = np.concatenate([[0.0], sums])[starts[:-1]]
    return np.asarray(sources + (sums - before[sources]))
