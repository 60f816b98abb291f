"""Blocks hold the pairs of word2vec: dynamic windows inside sentences, nothing lost at the ends."""

from collections import Counter

import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from w2v_cli.config.config import Config
from w2v_cli.corpus.windows import Windows
from w2v_cli.training.engines.blocks import (
    Blocks,
    Layout,
    cut_into_blocks,
    halo,
    shuffle_into_steps,
)
from w2v_cli.training.engines.pairs import pair_places
from w2v_cli.training.engines.rows import RowPlan, StepRows, plan_rows
from w2v_cli.training.tables import Table

LAYOUT = Layout(step_tokens=8, noise_tokens=4, block_length=2, before=3, after=3, num_sampled=5)


def pairs_of(blocks: Blocks, before: int) -> Counter[tuple[int, int]]:
    """Return the pairs of blocks whose frames have `before` words on the left."""
    pairs: Counter[tuple[int, int]] = Counter()
    for ids, left, right, _ in zip(*blocks, strict=True):
        for i, (n_left, n_right) in enumerate(zip(left, right, strict=True)):
            center = i + before
            contexts = [*ids[center - n_left : center], *ids[center + 1 : center + 1 + n_right]]
            pairs.update((int(ids[center]), int(context)) for context in contexts)
    return pairs


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("window", [1, 2, 5, 40])
def test_blocks_hold_each_center_with_the_words_within_its_radius(window: int, seed: int) -> None:
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
    windows = Windows(window, window)
    blocks = cut_into_blocks(ids, sentences, windows, 8, np.random.default_rng(seed))
    assert blocks.frames.shape == (-(-len(ids) // 8), 8 + 2 * window)
    assert pairs_of(blocks, window) == expected
    steps = shuffle_into_steps(blocks, 4, rng)
    assert len(steps.left) % 4 == 0
    assert pairs_of(steps, window) == expected


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "windows",
    [
        Windows(3, 3, kind="fixed"),
        Windows(4, 0, kind="fixed"),
        Windows(0, 2, kind="fixed"),
        Windows(1, 5),
        Windows(7, 7, kind="fixed", whole_lines=True),
    ],
)
def test_blocks_hold_the_pairs_of_fixed_one_sided_and_line_windows(
    windows: Windows, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    sentences = np.repeat(np.arange(30), rng.integers(1, 9, size=30))
    ids = rng.integers(0, 20, size=len(sentences)).astype(np.int32)
    places = pair_places(sentences, windows, np.random.default_rng(seed))
    expected = Counter(
        zip(ids[places.centers].tolist(), ids[places.contexts].tolist(), strict=True)
    )
    blocks = cut_into_blocks(ids, sentences, windows, 8, np.random.default_rng(seed))
    before, after = halo(windows)
    assert blocks.frames.shape[1] == before + 8 + after
    assert pairs_of(blocks, before) == expected
    assert pairs_of(shuffle_into_steps(blocks, 4, rng), before) == expected


@pytest.mark.parametrize("windows", [Windows(3, 3), Windows(8, 8, kind="fixed", whole_lines=True)])
def test_the_weight_of_a_word_goes_with_it_into_its_block(windows: Windows) -> None:
    rng = np.random.default_rng(0)
    sentences = np.repeat(np.arange(30), rng.integers(1, 9, size=30))
    ids = rng.permutation(np.arange(1, len(sentences) + 1)).astype(np.int32)  # all different
    weights = rng.random(len(ids), dtype=np.float32)
    blocks = cut_into_blocks(ids, sentences, windows, 8, rng, weights)
    blocks = shuffle_into_steps(blocks, 4, rng)
    before, _ = halo(windows)
    centers = blocks.frames[:, before : before + 8]
    weight_of_word = dict(zip(ids.tolist(), weights.tolist(), strict=True))
    found = dict(zip(centers[centers > 0].tolist(), blocks.weights[centers > 0], strict=True))
    assert found == weight_of_word


def test_blocks_of_whole_lines_hold_as_many_lines_as_fit() -> None:
    # Lines of 3, 5, 4, 4 and 1 words in blocks of 8.
    sentences = np.repeat(np.arange(5), [3, 5, 4, 4, 1])
    windows = Windows(7, 7, kind="fixed", whole_lines=True)
    ids = np.arange(1, 18, dtype=np.int32)
    blocks = cut_into_blocks(ids, sentences, windows, 8, np.random.default_rng(0))
    assert blocks.frames.tolist() == [[*range(1, 9)], [*range(9, 17)], [17, *[0] * 7]]
    assert blocks.left[0].tolist() == [0, 1, 2, 0, 1, 2, 3, 4]
    assert blocks.right[0].tolist() == [2, 1, 0, 4, 3, 2, 1, 0]


@pytest.mark.parametrize(
    ("windows", "width"), [(Windows(3, 3), 8), (Windows(1, 1, kind="fixed", whole_lines=True), 2)]
)
def test_no_words_make_no_blocks(windows: Windows, width: int) -> None:
    empty = np.empty(0, dtype=np.int32)
    random = np.random.default_rng(0)
    blocks = cut_into_blocks(empty, empty.astype(np.int64), windows, 2, random)
    blocks = shuffle_into_steps(blocks, 4, random)
    assert [part.shape for part in blocks] == [(0, width), (0, 2), (0, 2), (0, 2)]


def test_no_blocks_make_no_steps() -> None:
    frames, windows = np.empty((0, 8), dtype=np.int32), np.empty((0, 2), dtype=np.int32)
    blocks = Blocks(frames, windows, windows, windows.astype(np.float32))
    noise = np.empty((0, LAYOUT.n_candidates), dtype=np.int64)
    plan = plan_rows(LAYOUT.context_words(blocks, noise))
    assert (plan.starts.tolist(), plan.at.shape) == ([0], (0, LAYOUT.n_places))


@pytest.mark.parametrize("first", [0, (1 << 31) - 7])
def test_a_plan_sorts_places_by_word_and_then_by_place_however_large_ids_are(first: int) -> None:
    words = np.array([[5, 0, 5, 3, 0], [1, 1, 1, 6, 0]]) + first
    plan = plan_rows(words.astype(np.int32))
    assert (plan.words - first).tolist() == [0, 3, 5, 0, 1, 6]
    assert plan.starts.tolist() == [0, 3, 6]
    assert plan.order.tolist() == [[1, 4, 3, 0, 2], [4, 0, 1, 2, 3]]
    assert plan.segments.tolist() == [[0, 0, 1, 2, 2], [0, 1, 1, 1, 2]]
    assert plan.at.tolist() == [[2, 0, 2, 1, 0], [1, 1, 1, 2, 0]]


def test_shuffling_spreads_a_sentence_over_the_chunk() -> None:
    ids = np.arange(1000, dtype=np.int32)
    blocks = cut_into_blocks(
        ids, np.zeros(1000, np.int64), Windows(1, 1), 10, np.random.default_rng(0)
    )
    first_words = shuffle_into_steps(blocks, 10, np.random.default_rng(0)).frames[:, 1]
    assert sorted(first_words.tolist()) == list(range(0, 1000, 10))
    assert abs(stats.pearsonr(first_words, np.arange(100)).statistic) < 0.3


def test_places_of_a_layout_by_hand() -> None:
    # 4 blocks of 2 with 3 words on either side, 2 groups of 5 candidates.
    assert (LAYOUT.n_blocks, LAYOUT.frame_length, LAYOUT.n_groups) == (4, 8, 2)
    assert LAYOUT.n_places == 4 * 8 + 2 * 5
    assert LAYOUT.distances.tolist() == [[-3, -2, -1, 0, 1, 2, 3, 4], [-4, -3, -2, -1, 0, 1, 2, 3]]
    frames = (10 * np.arange(4)[:, np.newaxis] + np.arange(8)).astype(np.int32)
    of_words = frames[:, :2]
    blocks = Blocks(frames, of_words, of_words, of_words.astype(np.float32))
    words = LAYOUT.context_words(blocks, noise=np.arange(20, 30)[np.newaxis])[0].tolist()
    assert LAYOUT.center_words(blocks).tolist() == [[3, 4, 13, 14, 23, 24, 33, 34]]
    assert words[:16] == [0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15, 16, 17]
    assert words[32:] == [*range(20, 30)]


@pytest.mark.parametrize(
    ("step_tokens", "noise_tokens", "n_threads", "n_parts"),
    [
        (4096, 256, 1, 1),
        (4096, 256, 2, 2),
        (4096, 256, 3, 4),
        (4096, 256, 64, 4),  # 1,024 words each
        (4096, 2048, 8, 2),  # whole groups
        (6144, 2048, 8, 1),
        (1024, 256, 8, 1),
    ],
)
def test_a_step_has_a_part_for_each_thread_if_it_is_large_enough(
    step_tokens: int, noise_tokens: int, n_threads: int, n_parts: int
) -> None:
    layout = Layout(step_tokens, noise_tokens, 32, before=5, after=5, num_sampled=64)
    assert layout.n_parts(n_threads) == n_parts


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
        np.testing.assert_array_equal(rows.values, table.variable.numpy()[rows.words])
        for word, total in zip(np.array(rows.words), summed.numpy(), strict=True):
            np.testing.assert_allclose(total, gradients[words[step] == word].sum(axis=0), rtol=1e-5)


@pytest.mark.parametrize(
    ("step_tokens", "noise_tokens", "block_length", "whole"),
    [
        (4096, 256, 32, (4096, 256)),
        (4096, 256, 38, (16 * 7 * 38, 7 * 38)),
        (100, 30, 8, (128, 32)),
        (1, 1, 8, (8, 8)),
    ],
)
def test_a_step_is_made_up_to_whole_groups_and_these_to_whole_blocks(
    step_tokens: int, noise_tokens: int, block_length: int, whole: tuple[int, int]
) -> None:
    config = Config.of(
        step_tokens=step_tokens, noise_tokens=noise_tokens, block_length=block_length
    )
    layout = Layout.of(config)
    assert (layout.step_tokens, layout.noise_tokens) == whole
