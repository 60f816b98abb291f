"""Move words until near ones lie together: the attraction and repulsion of UMAP and LargeVis.

Two words at distance d on the map are near with probability 1 / (1 + d^2). Pairs of the graph
attract each other, and randomly drawn words push each other off. Each round moves all words at the
same time, so the result does not depend on the order of the words or on threads.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from w2v_cli.reports.layout.graph import Graph

ROUNDS = 500
NEGATIVES = 10
"""Words drawn for each word in each round."""

REPULSION_OF_A_WORD = 0.006
LEAST_REPULSION, MOST_REPULSION = 20.0, 150.0
"""How many drawn words weigh against a pair of weight 1: more on a map of more words, because each
drawn word stands for more of them. On a model of 17 million words of text, of 5, 20, 60 and 150 the
value 20 kept the most true neighbors of 1,000 words, 60 of 10,000 and 150 of 68,000.
"""

LONGEST_STEP = 4.0
SEED = 0x77327600
"""The layout has its own seed: a map is a picture of the vectors, and draws nothing by chance."""

Progress = Callable[[int, int], None]


def settle(
    graph: Graph, start: NDArray[np.floating], progress: Progress, rounds: int = ROUNDS
) -> NDArray[np.float32]:
    """Return [n_words, 2] places after all rounds, from [n_words, 2] places at the start."""
    n = len(start)
    x, y = (np.ascontiguousarray(start[:, axis], dtype=np.float32) for axis in (0, 1))
    firsts = np.repeat(np.arange(n), np.diff(graph.starts))
    degrees = np.bincount(firsts, graph.weights, n).astype(np.float32)
    repulsion = np.clip(n * REPULSION_OF_A_WORD, LEAST_REPULSION, MOST_REPULSION)
    push = degrees * np.float32(repulsion / NEGATIVES)
    for number in range(rounds):
        rate = np.float32(1 - number / rounds)
        dx, dy = x[graph.ends] - x[firsts], y[graph.ends] - y[firsts]
        pull = np.float32(2) * graph.weights / (1 + dx * dx + dy * dy)
        move_x, move_y = _sums(pull * dx, graph.starts), _sums(pull * dy, graph.starts)
        drawn = np.random.Generator(np.random.SFC64([SEED, number])).integers(
            0, n, size=(NEGATIVES, n), dtype=np.int32
        )
        for others in drawn:
            dx, dy = x - x[others], y - y[others]
            squared = dx * dx + dy * dy
            force = push / ((np.float32(0.001) + squared) * (1 + squared)) * np.float32(2)
            move_x += np.clip(force * dx, -LONGEST_STEP, LONGEST_STEP)
            move_y += np.clip(force * dy, -LONGEST_STEP, LONGEST_STEP)
        x += rate * np.clip(move_x, -LONGEST_STEP, LONGEST_STEP)
        y += rate * np.clip(move_y, -LONGEST_STEP, LONGEST_STEP)
        progress(number + 1, rounds)
    return np.stack([x, y], axis=1)


def _sums(values: NDArray[np.float32], starts: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the sum of each word's values; every word has at least one."""
    return np.asarray(np.add.reduceat(values, starts[:-1]))
