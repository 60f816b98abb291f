"""Compressed rows hold the arcs of the edges, and arcs are found in them."""

import numpy as np
import pytest

from w2v_cli.corpus.walks.edges import Edges
from w2v_cli.corpus.walks.graph import Graph, build_graph


def edges_of(text: str) -> Edges:
    """Return the edges of `a b`, `a b 2` and so on, divided by commas."""
    lines = [line.split() for line in text.split(",")]
    names = list(dict.fromkeys(name for line in lines for name in line[:2]))
    ids = np.array([[names.index(name) for name in line[:2]] for line in lines], dtype=np.int32)
    weights = [float(line[2]) for line in lines] if len(lines[0]) > 2 else None
    return Edges(names, ids[:, 0], ids[:, 1], None if weights is None else np.array(weights))


def arcs(graph: Graph) -> dict[str, str]:
    """Return the neighbors of each node."""
    return {
        name: "".join(graph.names[id] for id in graph.neighbors[start:end])
        for name, start, end in zip(graph.names, graph.starts, graph.starts[1:], strict=False)
    }


def test_an_undirected_edge_leads_both_ways() -> None:
    assert arcs(build_graph(edges_of("a b,b c,d a"))) == {"a": "bd", "b": "ac", "c": "b", "d": "a"}


def test_a_directed_edge_leads_one_way() -> None:
    directed = build_graph(edges_of("a b,b c,d a"), directed=True)
    assert arcs(directed) == {"a": "b", "b": "c", "c": "", "d": "a"}


def test_an_edge_that_is_given_again_is_the_same_edge() -> None:
    assert arcs(build_graph(edges_of("a b,b a,a b,a a,a a"))) == {"a": "ab", "b": "a"}
    assert arcs(build_graph(edges_of("a b,b a,a b"), directed=True)) == {"a": "b", "b": "a"}


def test_weights_of_the_same_edge_are_added() -> None:
    graph = build_graph(edges_of("a b 1,a c 2,b a 3,a a 4"))
    # a: itself 4, b 1 + 3, c 2; of the sum 10.
    a = graph.names.index("a")
    shares = graph.shares(np.arange(3), np.full(3, a, dtype=np.int32))
    np.testing.assert_allclose(shares, [0.4, 0.4, 0.2])
    others = np.array([graph.names.index(name) for name in "abc"], dtype=np.int32)
    np.testing.assert_allclose(graph.shares_between(others, np.full(3, a)), [0.4, 1, 1])


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_an_arc_is_found_exactly_if_it_exists(seed: int, directed: bool) -> None:
    random = np.random.default_rng(seed)
    n = 60
    ends = random.integers(0, n, size=(2, 300)).astype(np.int32)
    edges = Edges([str(id) for id in range(n)], ends[0], ends[1], None)
    graph = build_graph(edges, directed=directed)
    matrix = np.zeros((n, n), dtype=bool)
    matrix[ends[0], ends[1]] = True
    if not directed:
        matrix |= matrix.T
    nodes, others = (each.ravel().astype(np.int32) for each in np.indices((n, n)))
    places, exists = graph.find(nodes, others)
    assert (exists == matrix.ravel()).all()
    assert (graph.has_arc(nodes, others) == matrix.ravel()).all()
    assert (graph.neighbors[places[exists]] == others[exists]).all()
    assert graph.degrees(np.arange(n, dtype=np.int32)).tolist() == matrix.sum(axis=1).tolist()
