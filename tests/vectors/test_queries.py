"""Neighbors agree with a plain cosine, and an unknown word is explained."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from w2v_cli.errors import ModelError, UnknownWordError
from w2v_cli.vectors.loading import load_vectors
from w2v_cli.vectors.queries import Vectors
from w2v_cli.vectors.search import BLOCK_ROWS

MakeModel = Callable[..., Path]


def numbered(make_model: MakeModel, table: NDArray[np.float64]) -> Vectors:
    """Return vectors whose words are w0, w1, and so on."""
    words = [f"w{id}" for id in range(len(table))]
    return load_vectors(make_model(words, [5] * len(words), table))


def cosines(table: NDArray[np.float64], id: int) -> NDArray[np.float64]:
    lengths = np.linalg.norm(table, axis=1)
    return np.asarray((table @ table[id]) / (lengths * lengths[id]), dtype=np.float64)


@pytest.mark.parametrize("seed", range(5))
def test_neighbors_equal_a_direct_cosine(make_model: MakeModel, seed: int) -> None:
    random = np.random.default_rng(seed)
    # Rows of very different lengths, so that a forgotten division would show.
    table = random.normal(size=(60, 4)) * random.uniform(0.01, 100, size=(60, 1))
    vectors = numbered(make_model, table)
    for id in (0, 17, 59):
        expected = cosines(table, id)
        nearest = [other for other in np.argsort(-expected).tolist() if other != id][:7]
        answer = vectors.neighbors(f"w{id}", k=7)
        assert [near.word for near in answer] == [f"w{other}" for other in nearest]
        np.testing.assert_allclose(
            [near.similarity for near in answer], expected[nearest], atol=1e-6
        )


def test_neighbors_are_found_in_every_block_of_rows(make_model: MakeModel) -> None:
    random = np.random.default_rng(6)
    n_words = BLOCK_ROWS + 300
    table = random.normal(size=(n_words, 8))
    last = n_words - 1
    for scale, id in enumerate((last, 0, BLOCK_ROWS - 1, BLOCK_ROWS), start=2):
        # The same direction as w7 but for a little that grows: cosines above any random one.
        table[id] = scale * table[7] + 0.001 * scale**2 * random.normal(size=8)
    answer = numbered(make_model, table).neighbors("w7", k=4)
    nearest = [f"w{id}" for id in (last, 0, BLOCK_ROWS - 1, BLOCK_ROWS)]
    assert {near.word for near in answer} == set(nearest)
    ids = [int(near.word[1:]) for near in answer]
    np.testing.assert_allclose(
        [near.similarity for near in answer], cosines(table, 7)[ids], atol=1e-6
    )


def test_more_neighbors_than_words_gives_all_others(tiny_model: Path) -> None:
    vectors = load_vectors(tiny_model)
    for k in (4, 5, 1000):
        answer = vectors.neighbors("king", k)
        assert [near.word for near in answer] == ["queen", "apple", "the", "café"]
        # king is (3, 4): 24/25 with (4, 3), 4/5 with (0, 1), 3/5 with (1, 0) and -3/5 with (-1, 0).
        np.testing.assert_allclose(
            [near.similarity for near in answer], [0.96, 0.8, 0.6, -0.6], rtol=1e-6
        )


def test_only_word_of_a_model_has_no_neighbors(make_model: MakeModel) -> None:
    assert numbered(make_model, np.ones((1, 3))).neighbors("w0") == []


def test_equal_similarities_come_in_the_order_of_ids(make_model: MakeModel) -> None:
    # w0 lies at 0 degrees to w2, w4, w6 (longer each time) and at 90 degrees to w1, w3, w5.
    table = np.array([[1, 0], [0, 1], [2, 0], [0, 3], [4, 0], [0, 5], [8, 0]], dtype=np.float64)
    answer = numbered(make_model, table).neighbors("w0")
    assert [near.word for near in answer] == ["w2", "w4", "w6", "w1", "w3", "w5"]


def test_first_of_equally_near_words_are_kept_for_any_k(make_model: MakeModel) -> None:
    # All of w1 to w200 lie at 90 degrees to w0.
    vectors = numbered(make_model, np.array([[1, 0]] + [[0, 1]] * 200, dtype=np.float64))
    for k in range(1, 201):
        answer = vectors.neighbors("w0", k)
        assert [near.word for near in answer] == [f"w{id}" for id in range(1, k + 1)]


def test_zero_vector_is_at_similarity_zero_to_every_word(make_model: MakeModel) -> None:
    vectors = numbered(make_model, np.array([[1, 0], [0, 0], [-1, 0]], dtype=np.float64))
    assert vectors.neighbors("w0") == [("w1", 0), ("w2", -1)]
    assert vectors.neighbors("w1") == [("w0", 0), ("w2", 0)]


def test_several_words_are_answered_as_if_asked_one_by_one(make_model: MakeModel) -> None:
    vectors = numbered(make_model, np.random.default_rng(3).normal(size=(50, 5)))
    words = ["w9", "w0", "w9", "w49"]
    for word, answer in zip(words, vectors.neighbors_of(words, k=6), strict=True):
        alone = vectors.neighbors(word, k=6)
        assert [near.word for near in answer] == [near.word for near in alone]
        # A product of several rows may be summed in another order than one row's.
        np.testing.assert_allclose(
            [near.similarity for near in answer], [near.similarity for near in alone], atol=1e-6
        )


def test_vectors_are_looked_up_by_word(tiny_model: Path) -> None:
    vectors = load_vectors(tiny_model)
    assert len(vectors) == 5
    assert "café" in vectors
    assert "quince" not in vectors
    assert vectors["queen"].tolist() == [4, 3]


def test_kind_chooses_center_context_or_their_sum(tiny_model: Path) -> None:
    # café: center (-1, 0), context (1, 1).
    assert load_vectors(tiny_model)["café"].tolist() == [-1, 0]
    assert load_vectors(tiny_model, "center")["café"].tolist() == [-1, 0]
    assert load_vectors(tiny_model, "context")["café"].tolist() == [1, 1]
    assert load_vectors(tiny_model, "sum")["café"].tolist() == [0, 1]
    assert load_vectors(tiny_model, "average")["café"].tolist() == [0, 0.5]


def test_neighbors_follow_the_kind_of_vectors(tiny_model: Path) -> None:
    # Context of café is (1, 1): 0 degrees to nothing, 45 to the (0.5, 0) and king (0, 0.25),
    # cosine (0.1 - 1) / sqrt(2 * 1.01) = -0.633 with apple, -0.707 with queen (-4, 0).
    answer = load_vectors(tiny_model, "context").neighbors("café")
    assert [near.word for near in answer] == ["the", "king", "apple", "queen"]


@pytest.mark.parametrize("kind", ["biases", "both", ""])
def test_unknown_kind_is_refused_with_the_known_ones(tiny_model: Path, kind: str) -> None:
    with pytest.raises(ModelError, match="must be one of center, context, sum, average"):
        load_vectors(tiny_model, kind)


def message_for(vectors: Vectors, word: str) -> str:
    with pytest.raises(UnknownWordError) as caught:
        vectors.neighbors(word)
    return str(caught.value)


def test_unknown_word_names_near_spellings(tiny_model: Path) -> None:
    vectors = load_vectors(tiny_model)
    assert message_for(vectors, "kings") == "'kings' has no vector; near spellings: king"
    assert message_for(vectors, "aple") == "'aple' has no vector; near spellings: apple"
    assert message_for(vectors, "xylophone") == "'xylophone' has no vector"
    assert message_for(vectors, "") == "'' has no vector"


def test_at_most_five_near_spellings_are_named(make_model: MakeModel) -> None:
    words = [f"spelling{letter}" for letter in "abcdefgh"]
    message = message_for(load_vectors(make_model(words, [9] * 8, np.eye(8))), "spelling")
    near = message.partition("near spellings: ")[2].split(", ")
    assert len(near) == 5
    assert set(near) < set(words)


def test_rare_word_is_explained_by_min_count(tiny_model: Path) -> None:
    vectors = load_vectors(tiny_model)
    expected = "'quince' has no vector, seen 2 times, below --min-count 3"
    assert message_for(vectors, "quince") == expected
    assert message_for(vectors, "kin").endswith("below --min-count 3; near spellings: king")


def test_frequent_word_without_a_vector_is_explained_by_max_vocab(make_model: MakeModel) -> None:
    path = make_model(
        ["a", "b"], [9000, 8000], [[1], [2]], rare=[("often", 7500)], min_count=5, max_vocab=2
    )
    expected = "'often' has no vector, seen 7,500 times, left out by --max-vocab"
    assert message_for(load_vectors(path), "often") == expected


def test_a_word_left_out_on_purpose_is_explained_by_the_options_that_may_have(
    make_model: MakeModel,
) -> None:
    words, rare = ["a", "b"], [("the", 9999), ("seldom", 1)]
    stopped = make_model(words, [9, 8], [[1], [2]], rare=rare, min_count=5, stop_words="list")
    expected = "'the' has no vector, seen 9,999 times, left out by --stop-words"
    assert message_for(load_vectors(stopped), "the") == expected
    given = make_model(words, [9, 8], [[1], [2]], rare=rare, vocab="counts", max_vocab=2)
    expected = "'seldom' has no vector, seen 1 time, left out by --vocab or --max-vocab"
    assert message_for(load_vectors(given), "seldom") == expected


def test_one_unknown_word_among_several_is_refused(tiny_model: Path) -> None:
    with pytest.raises(UnknownWordError, match="'pear' has no vector"):
        load_vectors(tiny_model).neighbors_of(["king", "pear", "queen"])
