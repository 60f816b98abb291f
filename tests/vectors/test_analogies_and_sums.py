"""Sums of words, analogies and the odd one, by hand on two axes and as gensim has them."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from gensim.models import KeyedVectors

from w2v_cli.errors import QueryError, UnknownWordError
from w2v_cli.vectors import search
from w2v_cli.vectors.expressions import read_expression
from w2v_cli.vectors.loading import load_vectors
from w2v_cli.vectors.queries import Neighbor, Vectors

MakeModel = Callable[..., Path]


def close(answer: list[Neighbor], expected: Sequence[tuple[str, float]]) -> bool:
    """Return whether the words are the same and the numbers differ by rounding only."""
    assert [word for word, _ in answer] == [word for word, _ in expected]
    np.testing.assert_allclose(
        [number for _, number in answer], [number for _, number in expected], rtol=1e-5, atol=2e-6
    )
    return True


@pytest.fixture(scope="module", params=range(3))
def both(request: pytest.FixtureRequest, make_model: MakeModel) -> tuple[Vectors, KeyedVectors]:
    """The same 300 vectors of very different lengths in w2v and in gensim."""
    random = np.random.default_rng(request.param)
    table = random.normal(size=(300, 12)) * random.uniform(0.1, 10, size=(300, 1))
    words = [f"w{id}" for id in range(300)]
    peer = KeyedVectors(12)
    peer.add_vectors(words, table.astype(np.float32))
    return load_vectors(make_model(words, [9] * 300, table)), peer


def test_add_by_hand(tiny_model: Path) -> None:
    # the (1, 0) is to king (0.6, 0.8) as queen (0.8, 0.6) is to: king - the + queen = (0.4, 1.4),
    # of length 1.4560; apple (0, 1) 1.4 / 1.4560, café (-1, 0) -0.4 / 1.4560.
    answer = load_vectors(tiny_model).analogy("the", "king", "queen")
    assert close(answer, [("apple", 0.961524), ("café", -0.274721)])


def test_mul_by_hand(tiny_model: Path) -> None:
    # Shifted cosines s = (1 + cosine) / 2. apple: s(king) 0.9, s(queen) 0.8, s(the) 0.5, so
    # 0.9 * 0.8 / 0.5 = 1.44. café: 0.2 * 0.1 / (0 + 1e-6) = 20,000.
    answer = load_vectors(tiny_model).analogy("the", "king", "queen", method="mul")
    assert [near.word for near in answer] == ["café", "apple"]
    assert answer[0].similarity == pytest.approx(20_000, rel=1e-5)
    assert answer[1].similarity == pytest.approx(1.44, rel=1e-5)


@pytest.mark.filterwarnings("ignore:.*init_sims:DeprecationWarning")  # gensim's own call
def test_analogies_are_gensim_s(both: tuple[Vectors, KeyedVectors]) -> None:
    ours, peer = both
    for a, b, c in [("w3", "w50", "w299"), ("w0", "w1", "w2"), ("w7", "w9", "w7")]:
        asked = {"positive": [b, c], "negative": [a]}
        assert close(ours.analogy(a, b, c, k=7), peer.most_similar(**asked, topn=7))
        assert close(
            ours.analogy(a, b, c, k=7, method="mul"), peer.most_similar_cosmul(**asked, topn=7)
        )
        assert close(
            ours.analogy(a, b, c, k=7, restrict=40),
            peer.most_similar(**asked, topn=7, restrict_vocab=40),
        )


def test_sums_are_gensim_s_and_a_batch_is_each_alone(both: tuple[Vectors, KeyedVectors]) -> None:
    ours, peer = both
    asked = [read_expression(text) for text in ("w5", "w5 + w6", "w250 - w7 + w8 - w9 + w2")]
    for query, answer in zip(asked, ours.nearest(asked, k=5), strict=True):
        positive = [word for weight, word in query if weight > 0]
        negative = [word for weight, word in query if weight < 0]
        assert close(answer, peer.most_similar(positive, negative, topn=5))


def test_similarity_and_the_odd_one_are_gensim_s(both: tuple[Vectors, KeyedVectors]) -> None:
    ours, peer = both
    assert ours.similarity("w4", "w40") == pytest.approx(float(peer.similarity("w4", "w40")))
    for words in (["w1", "w2", "w3"], ["w9", "w99", "w199", "w299", "w29"]):
        expected = [(word, cosine) for cosine, word in reversed(peer.rank_by_centrality(words))]
        assert close(ours.odd_one_out(words), expected)
        assert ours.odd_one_out(words)[0].word == peer.doesnt_match(words)


def test_similarity_by_hand(tiny_model: Path) -> None:
    vectors = load_vectors(tiny_model)
    assert vectors.similarity("king", "queen") == pytest.approx(24 / 25)
    assert vectors.similarity("king", "king") == pytest.approx(1)
    assert vectors.similarity("café", "the") == pytest.approx(-1)


def test_the_word_that_points_away_is_the_odd_one(tiny_model: Path) -> None:
    # (0.8, 0.6) + (0.6, 0.8) + (-1, 0) = (0.4, 1.4): cosines 1.16, 1.36, -0.4 over 1.4560.
    answer = load_vectors(tiny_model).odd_one_out(["queen", "king", "café"])
    assert close(answer, [("café", -0.274721), ("queen", 0.796692), ("king", 0.934053)])


@pytest.mark.parametrize("restrict", [1, 7, 100, 300, 1000])
def test_restricted_answers_are_the_frequent_ones_of_all(
    both: tuple[Vectors, KeyedVectors], restrict: int
) -> None:
    vectors, _ = both
    every = vectors.neighbors("w5", k=300)
    frequent = [near for near in every if int(near.word[1:]) < restrict]
    assert close(vectors.neighbors("w5", k=300, restrict=restrict), frequent)


def test_blocks_of_any_size_give_the_same_answers(
    both: tuple[Vectors, KeyedVectors], monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors, _ = both
    words = [f"w{id}" for id in range(0, 300, 7)]
    whole = vectors.neighbors_of(words, k=20)
    for rows, n_queries in [(1, 1), (7, 100), (300, 5), (64, 43), (299, 7)]:
        monkeypatch.setattr(search, "BLOCK_ROWS", rows)
        monkeypatch.setattr(search, "BLOCK_QUERIES", n_queries)
        for answer, expected in zip(vectors.neighbors_of(words, k=20), whole, strict=True):
            assert close(answer, expected)


def test_min_count_is_a_number_of_first_words(tiny_model: Path) -> None:
    vectors = load_vectors(tiny_model)  # seen 10, 6, 5, 4 and 3 times
    assert [vectors.n_words_seen(n) for n in (1, 3, 4, 5, 6, 7, 10)] == [5, 5, 4, 3, 2, 1, 1]
    with pytest.raises(QueryError, match="no word was seen 11 times"):
        vectors.n_words_seen(11)


def test_min_count_is_refused_where_counts_are_not_known(tmp_path: Path) -> None:
    (tmp_path / "foreign.txt").write_text("2 2\na 1 0\nb 0 1\n")
    with pytest.raises(QueryError, match="needs words by falling count"):
        load_vectors(tmp_path / "foreign.txt").n_words_seen(1)


def test_questions_that_cannot_be_asked_are_refused(tiny_model: Path) -> None:
    vectors = load_vectors(tiny_model)
    with pytest.raises(UnknownWordError, match="'pear' has no vector"):
        vectors.analogy("the", "king", "pear")
    with pytest.raises(UnknownWordError, match="'pear' has no vector"):
        vectors.similarity("pear", "king")
    with pytest.raises(QueryError, match="method must be one of add, mul, got 'div'"):
        vectors.analogy("the", "king", "queen", method="div")  # type: ignore[arg-type]
    for words in ([], ["king", "queen"], ["king", "king", "queen"]):
        with pytest.raises(QueryError, match="at least three different words"):
            vectors.odd_one_out(words)
