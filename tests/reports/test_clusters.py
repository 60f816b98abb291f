"""Clusters: planted groups are found, named by typical words, and stand where their words are."""

import numpy as np

from tests.reports.test_layout import planted, vectors_of
from w2v_cli.reports.clusters import Clusters, find_clusters, places_of
from w2v_cli.reports.marks import MOST_KINDS


def test_a_cluster_holds_words_of_one_planted_group() -> None:
    table, of = planted(n_groups=4, size=60)
    vectors = vectors_of(table)
    clusters = find_clusters(vectors.units(np.arange(240)), list(vectors.vocabulary.words))
    for cluster in range(len(clusters.names)):
        groups = np.bincount(of[clusters.of == cluster])
        assert groups.max() / groups.sum() > 0.95


def test_clusters_stand_by_size_and_are_named_by_their_own_words() -> None:
    vectors = vectors_of(planted(n_groups=5, size=50)[0])
    words = list(vectors.vocabulary.words)
    clusters = find_clusters(vectors.units(np.arange(250)), words)
    sizes = np.bincount(clusters.of)
    assert (np.diff(sizes) <= 0).all()
    for cluster, name in enumerate(clusters.names):
        assert 1 <= len(name) <= 3
        assert {clusters.of[words.index(word)] for word in name} == {cluster}


def test_there_are_never_more_clusters_than_marks() -> None:
    vectors = vectors_of(np.random.default_rng(1).normal(size=(30_000, 8)))
    clusters = find_clusters(vectors.units(np.arange(30_000)), list(vectors.vocabulary.words))
    assert len(clusters.names) <= MOST_KINDS


def test_a_name_stands_in_the_densest_part_of_its_cluster() -> None:
    # 40 words around (1000, 1000), 10 far away: the mean would lie between them.
    random = np.random.default_rng(2)
    dense, far = random.integers(950, 1050, (40, 2)), random.integers(60_000, 61_000, (10, 2))
    places = np.concatenate([dense, far]).astype(np.uint16)
    (place,) = places_of(places, Clusters(np.zeros(50, dtype=np.intp), [["a"]]))
    assert np.abs(place.astype(int) - 1000).max() < 60
