"""Walks go where the arcs lead, as often as weights, p and q say."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from tests.corpus.walks.test_graph import edges_of
from w2v_cli.corpus.walks import walking
from w2v_cli.corpus.walks.graph import Graph, build_graph
from w2v_cli.corpus.walks.walking import WalkRules, lines_of, walk_batches
from w2v_cli.errors import ConfigError

# Two triangles that share the edge b-c, a tail, and a loop; weights of three sizes.
EDGES = "a b,a c,b c,b d,c d,d e,e f,e g,f f"
WEIGHTED = "a b 1,a c 5,b c 2,b d 1,c d 10,d e 1,e f 3,e g 0.5,f f 2"


def all_walks(graph: Graph, rules: WalkRules) -> NDArray[np.int32]:
    return np.concatenate(list(walk_batches(graph, rules)))


def weights_between(graph: Graph) -> NDArray[np.float64]:
    """Return the weight of every arc as a share of its node, [n, n]."""
    n = len(graph)
    nodes, others = (each.ravel().astype(np.int32) for each in np.indices((n, n)))
    arcs, exists = graph.find(nodes, others)
    return np.where(exists, graph.shares(arcs, nodes), 0).reshape(n, n)


def chances(graph: Graph, p: float, q: float) -> NDArray[np.float64]:
    """Return the chance of x after t and v by node2vec's definition, [t, v, x]."""
    weights = weights_between(graph)
    n = len(graph)
    favour = np.where(weights > 0, 1.0, 1 / q)  # whether t leads to x
    favour[np.arange(n), np.arange(n)] = 1 / p
    products = favour[:, np.newaxis, :] * weights[np.newaxis]
    with np.errstate(invalid="ignore"):
        return np.asarray(products / products.sum(axis=2, keepdims=True))


def p_value(counts: NDArray[np.int64], expected: NDArray[np.float64]) -> float:
    """Return how likely counts so far from [n, outcomes] chances are: chi-square over all lines."""
    statistic, freedom = 0.0, 0
    for line, chance in zip(counts, expected, strict=True):
        possible = chance > 0
        if line.sum() == 0:
            continue
        assert line[~possible].sum() == 0, "an arc that does not exist was walked"
        if possible.sum() > 1:
            wanted = line.sum() * chance[possible]
            statistic += float(((line[possible] - wanted) ** 2 / wanted).sum())
            freedom += int(possible.sum()) - 1
    return float(stats.chi2.sf(statistic, freedom))


def triples(walks: NDArray[np.int32], n: int) -> NDArray[np.int64]:
    """Return how often x came after t and v, [t * v, x]."""
    keys = (walks[:, :-2].astype(np.int64) * n + walks[:, 1:-1]) * n + walks[:, 2:]
    whole = (walks[:, :-2] >= 0) & (walks[:, 1:-1] >= 0) & (walks[:, 2:] >= 0)
    return np.bincount(keys[whole], minlength=n**3).reshape(n * n, n)


@pytest.mark.parametrize("text", [EDGES, WEIGHTED], ids=["unweighted", "weighted"])
@pytest.mark.parametrize(
    ("p", "q"),
    [(1, 1), (0.25, 4), (4, 0.25), (0.5, 0.5), (3, 3), (0.05, 1), (1, 0.1), (1e4, 1e4)],
)
@pytest.mark.parametrize("directed", [False, True])
def test_steps_have_the_chances_that_p_and_q_ask_for(
    text: str, p: float, q: float, directed: bool
) -> None:
    graph = build_graph(
        edges_of(text + (",g a,f b" if text == EDGES else ",g a 1,f b 2")), directed=directed
    )
    walks = all_walks(graph, WalkRules(per_node=1500, length=12, p=p, q=q, seed=7))
    n = len(graph)
    expected = chances(graph, p, q).reshape(n * n, n)
    counts = triples(walks, n)
    assert counts.sum() > 50_000
    assert p_value(counts, np.nan_to_num(expected)) > 1e-3


def test_the_test_sees_other_chances() -> None:
    graph = build_graph(edges_of(EDGES))
    walks = all_walks(graph, WalkRules(per_node=1500, length=12, p=0.5, q=2, seed=7))
    n = len(graph)
    assert p_value(triples(walks, n), chances(graph, 0.55, 2).reshape(n * n, n)) < 1e-6


@pytest.mark.parametrize("most_draws", [0, 1])
def test_computed_chances_are_those_of_repeated_draws(
    monkeypatch: pytest.MonkeyPatch, most_draws: int
) -> None:
    monkeypatch.setattr(walking, "MOST_DRAWS", most_draws)
    monkeypatch.setattr(walking, "MOST_ARCS", 50)
    graph = build_graph(edges_of(WEIGHTED))
    walks = all_walks(graph, WalkRules(per_node=1500, length=12, p=2, q=0.3, seed=3))
    n = len(graph)
    assert p_value(triples(walks, n), chances(graph, 2, 0.3).reshape(n * n, n)) > 1e-3


def test_the_first_step_follows_the_weights() -> None:
    graph = build_graph(edges_of(WEIGHTED))
    walks = all_walks(graph, WalkRules(per_node=4000, length=2, seed=2))
    counts = np.zeros((len(graph), len(graph)), dtype=np.int64)
    np.add.at(counts, (walks[:, 0], walks[:, 1]), 1)
    assert counts.sum(axis=1).tolist() == [4000] * len(graph)
    assert p_value(counts, weights_between(graph)) > 1e-3


def test_small_weights_beside_large_ones_are_not_lost() -> None:
    graph = build_graph(edges_of("a b 1e9,a c 1,d e 1e-9,d f 3e-9"), directed=True)
    walks = all_walks(graph, WalkRules(per_node=40_000, length=2, seed=2))
    d, f = graph.names.index("d"), graph.names.index("f")
    after_d = walks[walks[:, 0] == d, 1]
    assert (after_d == f).mean() == pytest.approx(0.75, abs=0.01)


def test_a_walk_ends_where_no_arc_leads_on() -> None:
    graph = build_graph(edges_of("a b,b c"), directed=True)
    text = "".join(
        "".join(lines_of(graph, w)) for w in walk_batches(graph, WalkRules(per_node=2, p=2))
    )
    assert sorted(text.splitlines()) == ["a b c"] * 2 + ["b c"] * 2 + ["c"] * 2


@pytest.mark.parametrize(("p", "q"), [(1, 1), (0.5, 2)])
def test_the_same_seed_gives_the_same_walks(
    monkeypatch: pytest.MonkeyPatch, p: float, q: float
) -> None:
    monkeypatch.setattr(walking, "BATCH_WALKS", 10)
    graph = build_graph(edges_of(WEIGHTED))
    first, again, other = (
        all_walks(graph, WalkRules(per_node=5, length=20, p=p, q=q, seed=seed))
        for seed in (1, 1, 2)
    )
    assert (first == again).all()
    assert first.shape == other.shape == (35, 20)
    assert (first != other).any()
    # Every node begins one walk before any begins the next.
    assert [sorted(first[start : start + 7, 0]) for start in range(0, 35, 7)] == [[*range(7)]] * 5


def test_a_batch_does_not_depend_on_those_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walking, "BATCH_WALKS", 14)
    graph = build_graph(edges_of(EDGES))
    few = all_walks(graph, WalkRules(per_node=4, length=9))
    many = all_walks(graph, WalkRules(per_node=10, length=9))
    assert (many[: len(few)] == few).all()


@pytest.mark.parametrize(("p", "q"), [(0, 1), (1, -1), (np.inf, 1), (1, np.nan)])
def test_p_and_q_must_be_positive(p: float, q: float) -> None:
    with pytest.raises(ConfigError, match=r"^[pq] must be a number above 0"):
        WalkRules(p=p, q=q)
