"""Pairs are those of word2vec: dynamic windows inside sentences, after subsampling."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from tests.corpus.text import count_words, encode
from w2v_cli.config.config import Config
from w2v_cli.corpus.encoding import EncodedCorpus
from w2v_cli.corpus.reading.tokenizer import LINE_END
from w2v_cli.corpus.subsampling import keep_probabilities
from w2v_cli.corpus.windows import Windows
from w2v_cli.training.devices import Placement
from w2v_cli.training.engines.pair_engine import PairEngine
from w2v_cli.training.engines.pairs import Ids, Pairs, chunk_pairs, pair_places
from w2v_cli.training.randomness import Purpose, generator
from w2v_cli.training.tables import Tables
from w2v_cli.vocabulary import build_vocabulary

KEEP_ALL = np.ones(50)


def corpus_of(sentences: list[list[int]], directory: Path) -> EncodedCorpus:
    """Encode sentences of numbers; the vocabulary is every number, in rank order."""
    words = [[f"{number:02}" for number in sentence] + [LINE_END] for sentence in sentences]
    return encode(words, build_vocabulary(count_words(words)), directory, sentence_length=1000)


def drawn(window: int) -> Windows:
    return Windows(window, window)


def skip_grams(
    ids: Ids, sentences: NDArray[np.int64], windows: Windows, random: np.random.Generator
) -> Pairs:
    """Return the pairs as ids."""
    centers, contexts = pair_places(sentences, windows, random)
    return Pairs(ids[centers], ids[contexts])


def radii(n_tokens: int, window: int, seed: int) -> list[int]:
    """Return the radii that `skip_grams` draws first from a generator of this seed."""
    draw = np.random.default_rng(seed).integers(1, window, size=n_tokens, endpoint=True)
    return [int(radius) for radius in draw]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("window", [1, 2, 5, 40])
def test_pairs_are_each_center_with_the_words_within_its_radius(window: int, seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    sentences = np.repeat(np.arange(6), rng.integers(1, 9, size=6))
    ids = rng.integers(0, 20, size=len(sentences)).astype(np.int32)
    expected = Counter(
        (int(ids[i]), int(ids[j]))
        for i, radius in enumerate(radii(len(ids), window, seed))
        for j in range(len(ids))
        if 0 < abs(i - j) <= radius and sentences[i] == sentences[j]
    )
    pairs = skip_grams(ids, sentences, drawn(window), np.random.default_rng(seed))
    assert Counter(zip(pairs.centers.tolist(), pairs.contexts.tolist(), strict=True)) == expected


WINDOWS = {
    "fixed": Windows(3, 3, kind="fixed"),
    "left only": Windows(4, 0, kind="fixed"),
    "right only, drawn": Windows(0, 4),
    "whole lines": Windows(8, 8, kind="fixed", whole_lines=True),
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", WINDOWS)
def test_pairs_are_those_of_the_reach_of_each_center(kind: str, seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    sentences = np.repeat(np.arange(6), rng.integers(1, 9, size=6))
    ids = rng.integers(0, 20, size=len(sentences)).astype(np.int32)
    left, right = WINDOWS[kind].reach(sentences, np.random.default_rng(seed))
    expected = Counter(
        (int(ids[i]), int(ids[i + distance]))
        for i in range(len(ids))
        for distance in range(-left[i], right[i] + 1)
        if distance
    )
    pairs = skip_grams(ids, sentences, WINDOWS[kind], np.random.default_rng(seed))
    assert Counter(zip(pairs.centers.tolist(), pairs.contexts.tolist(), strict=True)) == expected


@pytest.mark.parametrize("ids", [[], [7]])
def test_fewer_than_two_words_make_no_pair(ids: list[int]) -> None:
    tokens = np.array(ids, dtype=np.int32)
    pairs = skip_grams(tokens, np.zeros(len(ids), np.int64), drawn(5), np.random.default_rng(0))
    assert pairs.centers.shape == pairs.contexts.shape == (0,)


def test_every_radius_up_to_the_window_is_equally_likely() -> None:
    # One sentence of different words: distance = difference of ids. Of 5 radii, 5 reach distance
    # 1, 4 distance 2 and so on.
    n_tokens = 30_000
    ids = np.arange(n_tokens, dtype=np.int32)
    pairs = skip_grams(ids, np.zeros(n_tokens, np.int64), drawn(5), np.random.default_rng(0))
    distances = Counter(np.abs(pairs.centers - pairs.contexts).tolist())
    reached = np.array([distances[d] / (2 * n_tokens) for d in range(1, 6)])
    np.testing.assert_allclose(reached, [1, 0.8, 0.6, 0.4, 0.2], atol=0.01)


def test_keep_probability_is_word2vecs() -> None:
    # f = 0.9, 0.09, 0.01; t = 0.01: sqrt(1/90) + 1/90 = 0.1165, sqrt(1/9) + 1/9 = 0.4444, 2 -> 1.
    keep = keep_probabilities(np.array([900, 90, 10]), threshold=0.01)
    np.testing.assert_allclose(keep, [0.1165, 0.4444, 1], atol=1e-4)


def test_threshold_zero_keeps_every_word() -> None:
    assert keep_probabilities(np.array([10**9, 1]), threshold=0).tolist() == [1, 1]


def test_the_default_threshold_is_a_tenth_of_the_mean_share_in_small_vocabularies() -> None:
    # 20 equal words: 0.1 / 20 = 0.005, their share 0.05; sqrt(0.1) + 0.1 = 0.416.
    few = keep_probabilities(np.full(20, 7), threshold=None)
    np.testing.assert_allclose(few, np.full(20, 0.1**0.5 + 0.1))
    many = np.arange(2000, 0, -1)
    np.testing.assert_array_equal(keep_probabilities(many, None), keep_probabilities(many, 1e-4))


def test_subsampling_keeps_words_with_their_probability(tmp_path: Path) -> None:
    # Sentences of "00 01": a pair, in both directions, for each sentence that keeps both words.
    n_sentences = 20_000
    corpus = corpus_of([[0, 1]] * n_sentences, tmp_path)
    keep = np.array([0.3, 0.5], dtype=np.float64)
    pairs = chunk_pairs(corpus, 0, n_sentences, keep, drawn(5), np.random.default_rng(0))
    assert sorted(set(zip(pairs.centers.tolist(), pairs.contexts.tolist(), strict=True))) == [
        (0, 1),
        (1, 0),
    ]
    n_kept = len(pairs.centers) // 2
    assert stats.binomtest(n_kept, n_sentences, 0.15).pvalue > 0.01


def test_windows_close_over_words_that_subsampling_drops(tmp_path: Path) -> None:
    corpus = corpus_of([[0, 1, 2]], tmp_path)
    keep = np.array([1, 0, 1], dtype=np.float64)
    pairs = chunk_pairs(corpus, 0, 1, keep, drawn(1), np.random.default_rng(0))
    assert sorted(pairs.centers.tolist()) == sorted(pairs.contexts.tolist()) == [0, 2]


@pytest.fixture
def corpus(tmp_path: Path) -> EncodedCorpus:
    rng = np.random.default_rng(3)
    return corpus_of(
        [rng.integers(0, 50, rng.integers(1, 30)).tolist() for _ in range(60)], tmp_path
    )


def epoch_pairs(corpus: EncodedCorpus, chunk_tokens: int, epoch: int) -> list[tuple[int, int]]:
    borders = corpus.chunks(chunk_tokens)
    order = np.random.default_rng(epoch).permutation(len(borders) - 1)
    visits = np.stack([np.full_like(order, epoch), order], axis=1)
    config = Config.of(engine="pairs", window=1, subsample=0.0, dimension=2)
    counts = np.ones(50, dtype=np.int64)
    engine = PairEngine(Tables(counts, config, Placement()), counts, config, Placement())
    chunks = list(engine.dataset(corpus, borders, visits))
    assert len(chunks) == len(order)
    centers, contexts = (np.concatenate(parts) for parts in list(zip(*chunks, strict=True))[:2])
    return list(zip(centers.tolist(), contexts.tolist(), strict=True))


@pytest.mark.parametrize("chunk_tokens", [1, 50, 10**6])
def test_an_epoch_holds_every_pair_once_whatever_the_chunks(
    corpus: EncodedCorpus, chunk_tokens: int
) -> None:
    expected: Counter[tuple[int, int]] = Counter()
    for start, end in zip(corpus.starts[:-1], corpus.starts[1:], strict=True):
        ids = corpus.ids[start:end].tolist()
        expected.update(pairwise(ids))
        expected.update(pairwise(ids[::-1]))
    assert Counter(epoch_pairs(corpus, chunk_tokens, epoch=0)) == expected


def test_epochs_differ_in_order_and_repeat_for_the_same_seed(corpus: EncodedCorpus) -> None:
    first, second = (epoch_pairs(corpus, 200, epoch) for epoch in (0, 1))
    assert first != second
    assert sorted(first) == sorted(second)
    assert first == epoch_pairs(corpus, 200, epoch=0)


def test_pairs_of_a_chunk_are_shuffled(corpus: EncodedCorpus) -> None:
    n_sentences = len(corpus.starts) - 1
    centers = chunk_pairs(
        corpus, 0, n_sentences, KEEP_ALL, drawn(1), np.random.default_rng(0)
    ).centers.astype(np.float64)
    # Unshuffled, neighbors in the text would stand beside each other in the order of the text.
    text = np.asarray(corpus.ids[1:], dtype=np.float64)
    assert abs(stats.pearsonr(centers[: len(text)], text).statistic) < 0.15


def test_subsampling_is_drawn_anew_in_each_epoch(corpus: EncodedCorpus) -> None:
    keep = np.full(50, 0.5, dtype=np.float64)
    n_sentences = len(corpus.starts) - 1
    sizes = {
        len(
            chunk_pairs(
                corpus, 0, n_sentences, keep, drawn(3), generator(1, Purpose.PAIRS, epoch, 0)
            ).centers
        )
        for epoch in range(4)
    }
    assert len(sizes) > 1
