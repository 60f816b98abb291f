"""Scores are those of gensim and scipy; what is left out is counted."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from gensim.models import KeyedVectors
from scipy import stats

from w2v_cli.vectors import search
from w2v_cli.vectors.evaluation import Evaluator, Section, average_ranks, correlation
from w2v_cli.vectors.loading import load_vectors
from w2v_cli.vectors.queries import Vectors
from w2v_cli.vectors.questions import Analogy, Pair, read_analogies, read_pairs

MakeModel = Callable[..., Path]

DATA = Path(__file__).parents[2] / "data"
SHARED = Path(__file__).parents[3] / "shared" / "evaluation"


def as_gensim(vectors: Vectors) -> KeyedVectors:
    peer = KeyedVectors(vectors.table.shape[1])
    peer.add_vectors(list(vectors.vocabulary.words), np.array(vectors.table))
    return peer


@pytest.fixture(scope="module", params=["lower", "mixed"])
def planted(request: pytest.FixtureRequest, make_model: MakeModel) -> Vectors:
    """Vectors that solve some of the planted analogies, for most of the words that they ask about.

    A word's vector is random, plus a part that it shares with the words of its section's column, so
    that b - a + c is nearer to d than chance has it. "mixed" has some words in two spellings.
    """
    random = np.random.default_rng(5)
    vectors: dict[str, np.ndarray] = {}
    for section in read_analogies(DATA / "analogies.txt").values():
        offset = 3 * random.normal(size=24)
        for a, b, c, d in section:
            for first, second in ((a, b), (c, d)):
                base = random.normal(size=24)
                vectors.setdefault(first, base)
                vectors.setdefault(second, vectors[first] + offset + 0.5 * random.normal(size=24))
    for pair in read_pairs(DATA / "pairs.tsv"):
        for word in pair[:2]:
            vectors.setdefault(word, random.normal(size=24))
    words = [word for word in sorted(vectors) if random.random() < 0.9]
    random.shuffle(words)
    table = [vectors[word] for word in words]
    if request.param == "mixed":
        words = [word.title() if random.random() < 0.5 else word for word in words]
        twins = [word.swapcase() for word in words[::9]]
        table += [vectors[word.lower()] + 0.1 * random.normal(size=24) for word in twins]
        words += twins
    counts = np.arange(len(words), 0, -1)
    return load_vectors(make_model(words, counts, np.array(table), min_count=1))


@pytest.mark.parametrize("ignore_case", [False, True])
@pytest.mark.parametrize("restrict", [None, 600])
def test_pairs_have_gensim_s_scores(
    planted: Vectors, ignore_case: bool, restrict: int | None
) -> None:
    path = DATA / "pairs.tsv"
    found = Evaluator(planted, restrict, ignore_case).pairs(read_pairs(path))
    pearson, spearman, left_out = as_gensim(planted).evaluate_word_pairs(
        str(path), restrict_vocab=restrict, case_insensitive=ignore_case
    )
    assert found.pearson == pytest.approx(pearson.statistic, abs=1e-6)
    assert found.spearman == pytest.approx(spearman.statistic, abs=1e-6)
    assert 0 < found.n_scored < found.n_pairs == 200
    assert 100 * (1 - found.n_scored / found.n_pairs) == pytest.approx(left_out)


@pytest.mark.parametrize("ignore_case", [False, True])
@pytest.mark.parametrize("restrict", [None, 600])
def test_analogies_have_gensim_s_scores(
    planted: Vectors, ignore_case: bool, restrict: int | None
) -> None:
    path = DATA / "analogies.txt"
    found = Evaluator(planted, restrict, ignore_case).analogies(read_analogies(path))
    accuracy, sections = as_gensim(planted).evaluate_word_analogies(
        str(path), restrict_vocab=restrict or len(planted), case_insensitive=ignore_case
    )
    expected = {s["section"]: (len(s["correct"]), len(s["incorrect"])) for s in sections[:-1]}
    assert {
        name: (section.n_correct, section.n_asked - section.n_correct)
        for name, section in found.sections.items()
    } == expected
    assert found.total.accuracy == pytest.approx(accuracy)
    assert 0 < found.total.n_correct <= found.total.n_asked < found.total.n_questions == 1024


def test_blocks_of_any_size_give_the_same_scores(
    planted: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    analogies = read_analogies(DATA / "analogies.txt")
    whole = Evaluator(planted, ignore_case=True).analogies(analogies)
    monkeypatch.setattr(search, "BLOCK_ROWS", 50)
    monkeypatch.setattr(search, "BLOCK_QUERIES", 170)
    monkeypatch.setattr("w2v_cli.vectors.evaluation.BLOCK_QUESTIONS", 300)
    assert Evaluator(planted, ignore_case=True).analogies(analogies) == whole


@pytest.mark.skipif(not SHARED.is_dir(), reason="the evaluation sets are not beside the checkout")
def test_real_sets_are_read_as_gensim_reads_them(make_model: MakeModel) -> None:
    random = np.random.default_rng(8)
    asked = read_analogies(SHARED / "google-analogies.txt")
    files = [SHARED / f"wordsim353-{name}.tsv" for name in ("rel", "sim")]
    every = {word for section in asked.values() for analogy in section for word in analogy}
    every |= {word for path in files for pair in read_pairs(path) for word in pair[:2]}
    words = sorted({word.lower() for word in every})
    vectors = load_vectors(make_model(words, [9] * len(words), random.normal(size=(len(words), 8))))
    peer = as_gensim(vectors)
    found = Evaluator(vectors, 700, ignore_case=True).analogies(asked)
    accuracy, sections = peer.evaluate_word_analogies(
        str(SHARED / "google-analogies.txt"), restrict_vocab=700
    )
    assert found.total.accuracy == pytest.approx(accuracy)
    assert list(found.sections) == [section["section"] for section in sections[:-1]]
    for path in files:
        pearson, spearman, _ = peer.evaluate_word_pairs(str(path))
        scores = Evaluator(vectors, ignore_case=True).pairs(read_pairs(path))
        assert scores.spearman == pytest.approx(spearman.statistic, abs=1e-6)
        assert scores.pearson == pytest.approx(pearson.statistic, abs=1e-6)


def test_words_that_are_not_there_are_counted_and_named(tiny_model: Path) -> None:
    evaluator = Evaluator(load_vectors(tiny_model))
    pairs = evaluator.pairs(
        [Pair("king", "queen", 9), Pair("pear", "King", 5), Pair("pear", "a", 1)]
    )
    assert (pairs.n_scored, pairs.n_pairs) == (1, 3)
    assert pairs.missing == ["pear", "King", "a"]
    assert (pairs.spearman, pairs.pearson) == (None, None)
    analogies = evaluator.analogies(
        {"x": [Analogy("the", "king", "queen", "apple"), Analogy("the", "king", "pear", "apple")]}
    )
    # 3CosAdd by hand in test_analogies_and_sums: apple is the answer.
    assert analogies.sections == {"x": Section(1, 1, 2)}
    assert analogies.missing == ["pear"]


def test_the_vocabulary_cut_leaves_questions_and_answers_out(tiny_model: Path) -> None:
    # Ids are the 0, king 1, queen 2, café 3, apple 4.
    asked = {
        "x": [Analogy("the", "king", "queen", "apple"), Analogy("king", "the", "queen", "café")]
    }
    scores = Evaluator(load_vectors(tiny_model), restrict=4).analogies(asked)
    # Of the two, the first is about a word beyond the cut; in the second only café is left.
    assert scores.sections == {"x": Section(1, 1, 2)}
    assert scores.missing == ["apple"]


def test_sections_are_totalled_by_their_names(tiny_model: Path) -> None:
    solved = Analogy("the", "king", "queen", "apple")
    unsolved = Analogy("the", "king", "queen", "café")
    scores = Evaluator(load_vectors(tiny_model)).analogies(
        {"capital": [solved, unsolved], "gram1": [solved], "gram-past": [unsolved], "empty": []}
    )
    assert (scores.semantic, scores.syntactic) == (Section(1, 2, 2), Section(1, 2, 2))
    assert scores.total == Section(2, 4, 4)
    assert scores.sections["empty"].accuracy is None


def test_when_every_word_is_in_the_question_nothing_is_solved(make_model: MakeModel) -> None:
    vectors = load_vectors(make_model(["a", "b", "c"], [3, 2, 1], np.eye(3)))
    scores = Evaluator(vectors).analogies({"x": [Analogy("a", "b", "c", "a")]})
    assert scores.total == Section(0, 1, 1)


def test_without_case_no_spelling_of_the_question_is_an_answer(make_model: MakeModel) -> None:
    # B - A + C = (0, 1, 1) is nearest to b itself, the other spelling of B, and then to d.
    words = ["A", "B", "C", "b", "d"]
    table = [[1, 0, 0], [0, 1, 0], [1, 0, 1], [0, 1, 0.8], [0, 0.2, 1]]
    vectors = load_vectors(make_model(words, [5, 4, 3, 2, 1], table))
    question = {"x": [Analogy("A", "B", "C", "D"), Analogy("a", "b", "c", "d")]}
    assert Evaluator(vectors, ignore_case=True).analogies(question).total == Section(2, 2, 2)
    exact = Evaluator(vectors).analogies({"x": [Analogy("A", "B", "C", "d")]})
    assert exact.total == Section(0, 1, 1)


@pytest.mark.parametrize("seed", range(5))
def test_correlations_are_scipy_s_with_ties(seed: int) -> None:
    random = np.random.default_rng(seed)
    x = random.integers(0, 6, size=40).astype(np.float64)
    y = x + random.integers(0, 9, size=40)
    np.testing.assert_array_equal(average_ranks(x), stats.rankdata(x))
    ranks = correlation(average_ranks(x), average_ranks(y))
    assert ranks == pytest.approx(stats.spearmanr(x, y).statistic)
    assert correlation(x, y) == pytest.approx(stats.pearsonr(x, y).statistic)


def test_a_correlation_needs_two_values_on_each_side() -> None:
    assert correlation(np.array([]), np.array([])) is None
    assert correlation(np.array([1.0]), np.array([2.0])) is None
    assert correlation(np.full(3, 0.1), np.array([1.0, 2.0, 3.0])) is None
    assert correlation(np.array([1.0, 2.0]), np.array([5.0, 3.0])) == pytest.approx(-1)
