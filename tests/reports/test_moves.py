"""Two models on one map: the words that changed are found, and lie where their company is."""

import numpy as np
import pytest

from tests.reports.test_layout import planted
from w2v_cli.errors import PictureError
from w2v_cli.reports.moves import SHOWN_MOVES, Pair, align_pair, draw_moves
from w2v_cli.reports.word_map import WordMap
from w2v_cli.vectors.queries import Vectors
from w2v_cli.vocabulary import Vocabulary

GROUPS, SIZE = 4, 30
TABLE, GROUP_OF = planted(n_groups=GROUPS, size=SIZE)
SWAPPED = (int((GROUP_OF == 0).argmax()), int((GROUP_OF == 1).argmax()))
"""Two words of different groups, each of which has the vector of the other in the second model."""


@pytest.fixture(scope="module")
def pair() -> Pair:
    rotation, _ = np.linalg.qr(np.random.default_rng(5).normal(size=(TABLE.shape[1],) * 2))
    rows = np.arange(len(TABLE))
    rows[[*SWAPPED]] = rows[[*SWAPPED[::-1]]]
    words = [f"w{n}" for n in range(len(TABLE))]
    first = Vectors(Vocabulary(words, np.arange(300, 300 - len(words), -1)), TABLE)
    other = Vocabulary([*words[::-1], "new"], np.arange(200, 199 - len(words), -1))
    turned = np.concatenate([(TABLE[rows] @ rotation)[::-1], TABLE[:1]]).astype(np.float32)
    return align_pair(first, Vectors(other, turned), ("before", "after"))


@pytest.fixture(scope="module")
def drawn(pair: Pair) -> WordMap:
    return draw_moves(pair, range(len(pair.first)))


def distance(places: np.ndarray, other: np.ndarray) -> float:
    return float(np.hypot(*(places.astype(float) - other.astype(float))))


def test_only_words_that_changed_have_a_low_cosine(pair: Pair) -> None:
    others = np.delete(pair.cosines, SWAPPED)
    assert len(pair.cosines) == GROUPS * SIZE  # the new word is not among them
    assert others.min() > 0.9
    assert pair.cosines[[*SWAPPED]].max() < 0.5


def test_the_most_changed_words_come_first(drawn: WordMap) -> None:
    assert drawn.moves is not None
    assert {*drawn.moves.changed[:2].tolist()} == {*SWAPPED}
    assert len(drawn.moves.changed) == SHOWN_MOVES


def test_a_changed_word_went_to_where_the_other_one_was(drawn: WordMap) -> None:
    assert drawn.moves is not None
    one, other = SWAPPED
    moved = distance(drawn.places[one], drawn.moves.places[one])
    assert distance(drawn.places[one], drawn.moves.places[other]) < moved / 5
    assert distance(drawn.places[other], drawn.moves.places[one]) < moved / 5
    stayed = [
        distance(drawn.places[n], drawn.moves.places[n])
        for n in range(len(drawn.words))
        if n not in SWAPPED
    ]
    assert np.median(stayed) < moved / 5


def test_neighbors_are_those_of_each_model(drawn: WordMap, pair: Pair) -> None:
    assert drawn.moves is not None
    word = int(drawn.moves.changed[0])
    before = [near.word for near in pair.first.neighbors(drawn.words[word])]
    after = [near.word for near in pair.second.neighbors(drawn.words[word])]
    assert [drawn.words[n] for n in drawn.moves.near[0].tolist()] == before
    assert [drawn.words[n] for n in drawn.near.ids[word].tolist()] == after
    assert not {*before} & {*after}


def test_counts_are_those_of_each_model(drawn: WordMap) -> None:
    assert drawn.moves is not None
    assert drawn.moves.counts[:2].tolist() == [300, 299]
    assert drawn.vocabulary.counts[:2].tolist() == [81, 82]


def test_a_map_of_two_models_has_at_most_35000_words(pair: Pair) -> None:
    with pytest.raises(PictureError, match=r"has 3 to 35,000 shared words, got 35,001"):
        draw_moves(pair, range(35_001))
