"""The map of the words of a model: where each lies, what is near it, and what that is worth."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from w2v_cli.errors import PictureError
from w2v_cli.reports.clusters import Clusters, find_clusters, places_of
from w2v_cli.reports.groups import Groups
from w2v_cli.reports.layout.forces import Progress
from w2v_cli.reports.layout.graph import nearest
from w2v_cli.reports.layout.layouts import lay_out
from w2v_cli.reports.layout.nearness import kept_neighbors, nearest_on_map
from w2v_cli.vectors.queries import Vectors
from w2v_cli.vectors.search import Highest
from w2v_cli.vocabulary import Vocabulary

MOST_WORDS = 70_000
GRAPH_NEIGHBORS = 15
SHOWN_NEIGHBORS = 10


@dataclass(frozen=True, eq=False)
class WordMap:
    """A map of words by falling frequency.

    Attributes:
        title: what the map is called.
        layout: how the places were found.
        vocabulary: the words on the map and their counts.
        ranks: [n_words] intp, rank of each word in the model, from 1.
        n_model_words: number of words in the model.
        places: [n_words, 2] uint16, from the upper left corner.
        near: the 10 nearest of the words on the map, for each word.
        kept: mean share of these that are also among the 10 nearest on the map.
        clusters: words that are used alike.
        cluster_places: [n_clusters, 2] uint16, where the name of each cluster stands.
        groups: the groups that the user gave; None if there are none.
    """

    title: str
    layout: str
    vocabulary: Vocabulary
    ranks: NDArray[np.intp]
    n_model_words: int
    places: NDArray[np.uint16]
    near: Highest
    kept: float
    clusters: Clusters
    cluster_places: NDArray[np.uint16]
    groups: Groups | None

    @property
    def words(self) -> list[str]:
        """The words, by falling frequency."""
        return list(self.vocabulary.words)


def draw_map(
    vectors: Vectors,
    ids: Sequence[int],
    *,
    layout: str = "neighbors",
    title: str = "Words",
    groups: Groups | None = None,
    progress: Progress = lambda done, total: None,
) -> WordMap:
    """Return the map of the words `ids`, whose order is that of their frequency.

    Raises:
        PictureError: there are fewer than 3 words or too many, or the layout is not known.
        MissingLibraryError: the layout needs a library that is not installed.
    """
    if not 3 <= len(ids) <= MOST_WORDS:
        raise PictureError(f"a map has 3 to {MOST_WORDS:,} words, got {len(ids):,}")
    rows = np.asarray(ids, dtype=np.intp)
    words = [vectors.vocabulary.words[id] for id in ids]
    shown = Vectors(Vocabulary(words, vectors.vocabulary.counts[rows]), vectors.table[rows])
    units = shown.units(np.arange(len(rows)))
    near = nearest(shown, GRAPH_NEIGHBORS)
    places = lay_out(layout, units, near, progress)
    true = Highest(near.ids[:, :SHOWN_NEIGHBORS], near.cosines[:, :SHOWN_NEIGHBORS])
    kept = kept_neighbors(true.ids, nearest_on_map(places, true.ids.shape[1]))
    clusters = find_clusters(units, words)
    return WordMap(
        title=title,
        layout=layout,
        vocabulary=shown.vocabulary,
        ranks=rows + 1,
        n_model_words=len(vectors),
        places=places,
        near=true,
        kept=float(kept.mean()) / true.ids.shape[1],
        clusters=clusters,
        cluster_places=places_of(places, clusters),
        groups=groups.of_words(words) if groups else None,
    )
