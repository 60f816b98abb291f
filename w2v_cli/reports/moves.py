"""Draw two models on one map: where a word lies in the one, and where it went in the other.

The first model is turned into the space of the second by orthogonal Procrustes, as `w2v diff` does
it. Then the words of both are laid out together, each word twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from w2v_cli.errors import PictureError
from w2v_cli.reports.groups import Groups
from w2v_cli.reports.layout.forces import Progress
from w2v_cli.reports.layout.graph import nearest
from w2v_cli.reports.layout.layouts import lay_out
from w2v_cli.reports.word_map import (
    GRAPH_NEIGHBORS,
    MOST_WORDS,
    SHOWN_NEIGHBORS,
    Moves,
    WordMap,
    map_of,
)
from w2v_cli.vectors.comparison.alignment import align, aligned_cosines
from w2v_cli.vectors.comparison.shared_words import shared_words
from w2v_cli.vectors.queries import Vectors
from w2v_cli.vectors.search import Exclusions
from w2v_cli.vocabulary import Vocabulary

MOST_SHARED = MOST_WORDS // 2
SHOWN_MOVES = 30


@dataclass(frozen=True, eq=False)
class Pair:
    """Two models of the same words in one space.

    Attributes:
        first, second: the models, with the words that both have, by falling frequency in the first.
        ranks: [n] intp, rank of each word in the first model, from 1.
        names: what they are called.
        cosines: [n] float64, of a word's two vectors.
    """

    first: Vectors
    second: Vectors
    ranks: NDArray[np.intp]
    names: tuple[str, str]
    cosines: NDArray[np.float64]


def align_pair(first: Vectors, second: Vectors, names: tuple[str, str]) -> Pair:
    """Turn the first model into the space of the second.

    Raises:
        ModelError: they share fewer than two words, have other dimensions, or a number is not
            finite.
    """
    shared = shared_words([first, second])
    rotation = align(shared).rotation
    units = [shared.units(0), shared.units(1)]
    turned = (units[0] @ rotation).astype(np.float32)
    return Pair(
        first=Vectors(Vocabulary(shared.words, shared.counts(0)), turned),
        second=Vectors(Vocabulary(shared.words, shared.counts(1)), units[1]),
        ranks=shared.ids[0] + 1,
        names=names,
        cosines=aligned_cosines(units[0], units[1], rotation),
    )


def draw_moves(
    pair: Pair,
    ids: Sequence[int],
    *,
    layout: str = "neighbors",
    groups: Groups | None = None,
    progress: Progress = lambda done, total: None,
) -> WordMap:
    """Return the map of the words `ids` of a pair, with where each lies in both models.

    Raises:
        PictureError: there are fewer than 3 words or too many, or the layout is not known.
        MissingLibraryError: the layout needs a library that is not installed.
    """
    n = len(ids)
    if not 3 <= n <= MOST_SHARED:
        raise PictureError(f"a map of two models has 3 to {MOST_SHARED:,} shared words, got {n:,}")
    rows = np.asarray(ids, dtype=np.intp)
    tables = [pair.first.table[rows], pair.second.table[rows]]
    # The layout takes no words, so the two vectors of one word need no different names.
    names = [str(row) for row in range(2 * n)]
    both = Vectors(Vocabulary(names, np.zeros(2 * n, dtype=np.int64)), np.concatenate(tables))
    near = nearest(both, GRAPH_NEIGHBORS)
    places = lay_out(layout, both.units(np.arange(2 * n)), near, progress)
    words = [pair.first.vocabulary.words[row] for row in ids]
    before, after = (
        Vectors(Vocabulary(words, model.vocabulary.counts[rows]), table)
        for model, table in zip((pair.first, pair.second), tables, strict=True)
    )
    changed = np.argsort(pair.cosines[rows], kind="stable")[:SHOWN_MOVES]
    asked = Exclusions(np.arange(len(changed)), changed)
    return map_of(
        after,
        pair.ranks[rows],
        len(pair.first),
        nearest(after, SHOWN_NEIGHBORS),
        places[n:],
        title=f"From {pair.names[0]} to {pair.names[1]}",
        layout=layout,
        groups=groups,
        moves=Moves(
            names=pair.names,
            places=places[:n],
            cosines=pair.cosines[rows],
            counts=before.vocabulary.counts,
            changed=changed,
            near=before.highest(before.units(changed), asked, min(SHOWN_NEIGHBORS, n - 1)).ids,
        ),
    )
