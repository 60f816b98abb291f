"""The `blocks` engine has the loss and every gradient row of the `tf.nn` functions on its pairs."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray

from tests.long import long_after
from w2v_cli.config.config import Config
from w2v_cli.corpus.windows import Windows
from w2v_cli.noise import unigram_probabilities
from w2v_cli.training.devices import Placement
from w2v_cli.training.engines.block_engine import BlockEngine
from w2v_cli.training.engines.blocks import Blocks, cut_into_blocks, shuffle_into_steps
from w2v_cli.training.engines.pair_engine import PairEngine
from w2v_cli.training.engines.pairs import Pairs
from w2v_cli.training.samplers import Candidates
from w2v_cli.training.tables import RowGradients, Tables

Compiled = Callable[..., Any]
OBJECTIVES = ("sampled_softmax", "nce", "sampled_logistic", "negative_sampling")
N_WORDS, NUM_SAMPLED, WINDOW = 12, 8, 3
COUNTS = np.arange(60, 60 - 5 * N_WORDS, -5) + 5

# Lengths of the sentences of a step of 16 words; what is missing is padding.
SHAPES = {
    "one sentence": [16],
    "sentences of one word among others": [1, 5, 1, 1, 7, 1],
    "a sentence that begins in the middle of a block": [3, 13],
    "sentences shorter than the window": [2] * 8,
    "no pair at all": [1] * 16,
    "a padded end": [4, 3],
    "a step in the middle of a longer text": [20, 30],
}


# Weighted windows have radii of which all weights are exact in float32.
KINDS: dict[str, dict[str, object]] = {
    "weighted": {"window": 4},
    "drawn": {"window": WINDOW, "windows": "drawn"},
    "fixed": {"window": WINDOW, "windows": "fixed"},
    "left only": {"window": 4, "window_right": 0},
    "narrow": {"window": 1},
    "right only, narrow": {"window_left": 0, "window_right": 2},
    "sides that differ": {"window_left": 1, "window_right": 4, "windows": "fixed"},
    "whole lines": {"window": "line", "sentence_length": 16},
}


def explicit_pairs(blocks: Blocks, before: int, windows: Windows) -> Pairs:
    """Return all pairs and their weights; frames have `before` words on the left."""
    pairs = [
        (
            ids[i + before],
            ids[i + before + distance],
            weights[i] * windows.weights(np.array(distance)),
        )
        for ids, left, right, weights in zip(*blocks, strict=True)
        for i in range(len(left))
        for distance in [*range(-left[i], 0), *range(1, right[i] + 1)]
    ]
    columns = np.array(pairs, dtype=np.float64).reshape(-1, 3).T
    centers, contexts = columns[:2].astype(np.int32)
    return Pairs(centers, contexts, columns[2].astype(np.float32))


def dense(gradients: RowGradients) -> NDArray[np.float32]:
    """Return the gradients as a whole table."""
    assert len(np.unique(gradients.rows)) == len(gradients.rows)
    table = np.zeros((N_WORDS, *gradients.gradients.shape[1:]), dtype=np.float32)
    table[gradients.rows.numpy()] = gradients.gradients
    return table


def pair_counts(gradients: RowGradients) -> NDArray[np.float32]:
    """Return how many pairs hold each word, [n_words]."""
    counts = np.zeros(N_WORDS, dtype=np.float32)
    counts[gradients.rows.numpy()] = gradients.n_pairs
    return counts


@cache
def engines(objective: str, kind: str, weighted: bool) -> tuple[BlockEngine, Compiled, Compiled]:
    """Return the blocks engine of small tables, its step and that of pairs, traced once."""
    config = Config.of(
        objective=objective,
        sampler="fixed_unigram",
        dimension=5,
        num_sampled=NUM_SAMPLED,
        negatives=2.5,
        block_length=4,
        noise_tokens=8,
        step_tokens=16,
        **KINDS[kind],
    )
    tables = Tables(COUNTS, config, Placement())
    blocks = BlockEngine(tables, COUNTS, config, Placement(), weighted)
    pairs = PairEngine(tables, COUNTS, config, Placement(), weighted)
    ids = tf.TensorSpec([None], tf.int32)
    candidates = Candidates(
        tf.TensorSpec([NUM_SAMPLED], tf.int64),
        tf.TensorSpec([None, 1], tf.float32),
        tf.TensorSpec([NUM_SAMPLED], tf.float32),
    )
    step = tf.TensorSpec([], tf.int32)
    of_pairs = [ids, ids, candidates, tf.TensorSpec([None], tf.float32)]
    return (
        blocks,
        tf.function(blocks.loss_and_gradients, [blocks.spec, step], autograph=False),
        tf.function(pairs.loss_and_gradients, of_pairs, autograph=False),
    )


# With 3 words, words repeat and most candidates hit.
@pytest.mark.parametrize("n_words", [N_WORDS, 3])
# With rows 6 times as long, logits of 100 and more, where float32's exponential ends.
@pytest.mark.parametrize(
    ("seed", "spread"),
    [(0, 1), (5, 6), *(pytest.param(seed, 1, marks=pytest.mark.long) for seed in range(1, 5))],
)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_blocks_have_the_loss_and_gradients_of_their_pairs(
    objective: str, shape: str, seed: int, spread: int, n_words: int
) -> None:
    compare_engines(objective, "drawn", SHAPES[shape], seed, spread, n_words)


@pytest.mark.parametrize("seed", long_after(1, range(2)))
@pytest.mark.parametrize(
    "kind",
    long_after(4, ["weighted", "right only, narrow", "sides that differ", "whole lines"])
    + long_after(0, ["fixed", "left only", "narrow"]),
)
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_engines_agree_on_other_windows(objective: str, kind: str, seed: int) -> None:
    lengths = [5, 1, 7, 12, 2, 16]
    compare_engines(objective, kind, lengths, seed, spread=1, n_words=3 + 9 * seed)


@pytest.mark.parametrize("seed", long_after(1, range(2)))
@pytest.mark.parametrize("kind", long_after(2, ["drawn", "whole lines", "sides that differ"]))
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_engines_agree_on_weighted_lines(objective: str, kind: str, seed: int) -> None:
    lengths = [5, 1, 7, 12, 2, 16]
    compare_engines(objective, kind, lengths, seed, 1, n_words=3 + 9 * seed, weighted=True)


def compare_engines(
    objective: str,
    kind: str,
    lengths: list[int],
    seed: int,
    spread: int,
    n_words: int,
    weighted: bool = False,
) -> None:
    """Compare the engines on the last step of a text with sentences of these lengths."""
    engine, step_of_blocks, step_of_pairs = engines(objective, kind, weighted)
    layout = engine.layout
    rng = np.random.default_rng(seed)
    learned = (engine.tables.center, engine.tables.context, engine.tables.biases)
    for table in learned:
        table.variable.assign(rng.normal(scale=spread, size=table.variable.shape))
    sentences = np.repeat(np.arange(len(lengths)), lengths)
    ids = rng.integers(0, n_words, len(sentences)).astype(np.int32)
    windows = Windows.of(engine.config)
    weights = rng.choice([0, 0.5, 1, 3], len(lengths)).astype(np.float32)[sentences]
    blocks = cut_into_blocks(
        ids, sentences, windows, layout.block_length, rng, weights if weighted else None
    )
    blocks = shuffle_into_steps(blocks, layout.n_blocks, rng)
    n_steps = len(blocks.left) // layout.n_blocks
    noise = rng.integers(0, N_WORDS, (n_steps, layout.n_candidates))
    noise[:, -1] = noise[:, -2]
    step = n_steps - 1
    loss, gradients = step_of_blocks(engine.chunk(blocks, noise), step)

    # The words of a group share candidates, so each group is a batch of pairs.
    counts = NUM_SAMPLED * unigram_probabilities(COUNTS, 0.75)
    expected_loss, n_pairs = 0.0, np.zeros((3, N_WORDS), np.float32)
    expected = [np.zeros(table.variable.shape, np.float32) for table in learned]
    blocks_of_group = layout.n_blocks // layout.n_groups
    for group in range(layout.n_groups):
        first = layout.n_blocks * step + blocks_of_group * group
        rows = slice(first, first + blocks_of_group)
        of_group = Blocks(
            blocks.frames[rows], blocks.left[rows], blocks.right[rows], blocks.weights[rows]
        )
        centers, contexts, of_pairs = explicit_pairs(of_group, layout.before, windows)
        drawn = noise[step, group * NUM_SAMPLED : (group + 1) * NUM_SAMPLED]
        candidates = Candidates(
            ids=tf.constant(drawn),
            context_expected=tf.constant(counts[contexts, np.newaxis], tf.float32),
            expected=tf.constant(counts[drawn], tf.float32),
        )
        loss_of_group, by_row = step_of_pairs(
            tf.constant(centers),
            tf.constant(contexts),
            candidates,
            tf.constant(of_pairs),
        )
        expected_loss += float(loss_of_group)
        n_pairs += list(map(pair_counts, by_row))
        occurrences = [
            np.bincount(words, of_pairs, minlength=N_WORDS) for words in (centers, contexts)
        ]
        np.testing.assert_array_equal(list(map(pair_counts, by_row[:2])), occurrences)
        expected = [total + dense(part) for total, part in zip(expected, by_row, strict=True)]

    np.testing.assert_allclose(loss, expected_loss, rtol=1e-5)
    np.testing.assert_array_equal(list(map(pair_counts, gradients)), n_pairs)
    for actual, wanted in zip(map(dense, gradients), expected, strict=True):
        # 1e-5 of the table's largest entry: smaller ones are differences of larger numbers.
        np.testing.assert_allclose(actual, wanted, rtol=1e-5, atol=1e-5 * np.abs(wanted).max())
