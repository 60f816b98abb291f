"""Blocks hold the pairs of word2vec: dynamic windows inside sentences, nothing lost at the ends."""

from collections import Counter

import numpy as np
import pytest
import tensorflow as tf

from w2v_cli.config import Config
from w2v_cli.errors import ConfigError
from w2v_cli.training.blocks import Layout, Text, cut_into_steps, shuffle_sentences
from w2v_cli.training.rows import RowPlan, StepRows, plan_rows
from w2v_cli.training.tables import Table

LAYOUT = Layout(step_tokens=8, noise_tokens=4, block_length=2, window=3, num_sampled=5)


def pairs_of(text: Text, window: int) -> Counter[tuple[int, int]]:
    pairs: Counter[tuple[int, int]] = Counter()
    for ids, left, right in zip(*text, strict=True):
        for i, (before, after) in enumerate(zip(left, right, strict=True)):
            center = i + window
            contexts = [*ids[center - before : center], *ids[center + 1 : center + 1 + after]]
            pairs.update((int(ids[center]), int(context)) for context in contexts)
    return pairs


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("window", [1, 2, 5, 40])
def test_steps_hold_each_center_with_the_words_within_its_radius(window: int, seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    sentences = np.repeat(np.arange(9), rng.integers(1, 9, size=9))
    ids = rng.integers(0, 20, size=len(sentences)).astype(np.int32)
    radius = np.random.default_rng(seed).integers(1, window, size=len(ids), endpoint=True)
    expected = Counter(
        (int(ids[i]), int(ids[j]))
        for i in range(len(ids))
        for j in range(len(ids))
        if 0 < abs(i - j) <= radius[i] and sentences[i] == sentences[j]
    )
    text = cut_into_steps(ids, sentences, window, 8, np.random.default_rng(seed))
    assert text.ids.shape == (-(-len(ids) // 8), 8 + 2 * window)
    assert pairs_of(text, window) == expected


def test_a_chunk_of_which_nothing_is_kept_has_no_steps() -> None:
    empty = np.empty(0, dtype=np.int32)
    random = np.random.default_rng(0)
    text = cut_into_steps(*shuffle_sentences(empty, empty.astype(np.int64), random), 3, 8, random)
    assert [part.shape for part in text] == [(0, 14), (0, 8), (0, 8)]
    noise = np.empty((0, LAYOUT.n_candidates), dtype=np.int64)
    plan = plan_rows(LAYOUT.context_words(text.ids, noise))
    assert (plan.starts.tolist(), plan.at.shape) == ([0], (0, LAYOUT.n_places))


def test_shuffling_keeps_sentences_whole_and_changes_their_order() -> None:
    sentences = np.repeat(np.arange(5, 25), np.arange(1, 21))
    ids = np.arange(len(sentences), dtype=np.int32)
    shuffled, numbers = shuffle_sentences(ids, sentences, np.random.default_rng(0))
    assert sorted(shuffled.tolist()) == ids.tolist()
    np.testing.assert_array_equal(sentences[shuffled], numbers)
    # Inside a sentence words follow each other; only between sentences there are jumps.
    jumps = np.flatnonzero(np.diff(shuffled) != 1)
    assert 15 <= len(jumps) <= np.count_nonzero(np.diff(numbers)) == 19


def test_places_of_a_layout_by_hand() -> None:
    # 4 blocks of 2 with 3 words on either side, 2 groups of 5 candidates; all in one part.
    assert (LAYOUT.n_parts, LAYOUT.n_blocks, LAYOUT.frame_length, LAYOUT.n_groups) == (1, 4, 8, 2)
    assert LAYOUT.n_places == 4 * 8 + 2 * 5
    assert LAYOUT.distances.tolist() == [[-3, -2, -1, 0, 1, 2, 3, 4], [-4, -3, -2, -1, 0, 1, 2, 3]]
    ids = np.arange(14, dtype=np.int32)[np.newaxis]
    words = LAYOUT.context_words(ids, noise=np.arange(20, 30)[np.newaxis])[0].tolist()
    assert LAYOUT.center_words(ids).tolist() == [[3, 4, 5, 6, 7, 8, 9, 10]]
    assert words[:16] == [0, 1, 2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6, 7, 8, 9]
    assert words[32:] == [*range(20, 30)]


def test_parts_have_their_own_frames_and_candidates() -> None:
    layout = Layout(step_tokens=2048, noise_tokens=1024, block_length=512, window=1, num_sampled=2)
    ids = np.arange(2050, dtype=np.int32)[np.newaxis]
    words = layout.context_words(ids, noise=np.array([[-1, -2, -3, -4]])).reshape(2, -1)
    assert words[:, 0].tolist() == [0, 1024]
    assert words[:, -2:].tolist() == [[-1, -2], [-3, -4]]


@pytest.mark.parametrize("seed", range(3))
def test_rows_are_gathered_once_and_gradients_summed_by_word(seed: int) -> None:
    rng = np.random.default_rng(seed)
    words = rng.integers(0, 6, (3, 10)).astype(np.int32)
    table = Table(rng.normal(size=(6, 4)).astype(np.float32), Config.of(dimension=4))
    gradients = rng.normal(size=(10, 4)).astype(np.float32)
    plan = RowPlan(*map(tf.constant, plan_rows(words)))
    for step in range(3):
        rows = StepRows(table, plan, tf.constant(step))
        assert np.array(rows.words).tolist() == sorted(set(words[step].tolist()))
        np.testing.assert_array_equal(np.array(rows.words)[rows.at], words[step])
        summed = rows.summed([gradients[:7], gradients[7:]])
        np.testing.assert_array_equal(summed.values, table.variable.numpy()[rows.words])
        for word, total in zip(summed.rows.numpy(), summed.gradients.numpy(), strict=True):
            np.testing.assert_allclose(total, gradients[words[step] == word].sum(axis=0), rtol=1e-5)


@pytest.mark.parametrize(
    "sizes",
    [
        {"step_tokens": 4096, "noise_tokens": 100},
        {"noise_tokens": 256, "block_length": 48},
        {"step_tokens": 128},
    ],
)
def test_sizes_that_do_not_divide_are_refused(sizes: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match=r"step_tokens .* must be a multiple of noise_tokens"):
        Config.of(**sizes)
