"""The `blocks` engine has the loss and every gradient row of the `tf.nn` functions on its pairs."""

import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray

from w2v_cli.config import Config
from w2v_cli.training.block_engine import BlockEngine
from w2v_cli.training.blocks import Stretches, stretches
from w2v_cli.training.devices import Placement
from w2v_cli.training.pair_engine import PairEngine, RowGradients
from w2v_cli.training.samplers import Candidates, make_sampler
from w2v_cli.training.tables import Tables

OBJECTIVES = ("sampled_softmax", "nce", "sampled_logistic", "negative_sampling")
N_WORDS, NUM_SAMPLED, WINDOW = 12, 8, 3
COUNTS = np.arange(60, 60 - 5 * N_WORDS, -5) + 5

# Lengths of the sentences of a stretch of 16 words; what is missing is padding.
SHAPES = {
    "one sentence": [16],
    "sentences of one word among others": [1, 5, 1, 1, 7, 1],
    "a sentence that begins in the middle of a block": [3, 13],
    "sentences shorter than the window": [2] * 8,
    "no pair at all": [1] * 16,
    "a padded end": [4, 3],
    "a stretch that a longer text goes on behind": [30],
}


def made(shape: str, seed: int, n_words: int) -> tuple[Stretches, Candidates]:
    """Return random text of this shape and candidates of which some are drawn twice."""
    rng = np.random.default_rng(seed)
    sentences = np.repeat(np.arange(len(SHAPES[shape])), SHAPES[shape])
    ids = rng.integers(0, n_words, len(sentences)).astype(np.int32)
    text = stretches(ids, sentences, WINDOW, 16, rng)
    expected = rng.uniform(0.1, 3, N_WORDS).astype(np.float32)
    drawn = rng.integers(0, N_WORDS, NUM_SAMPLED)
    drawn[-1] = drawn[0]
    around = text.ids[0]
    return text, Candidates(
        ids=tf.constant(drawn),
        context_expected=tf.constant(expected[around, np.newaxis]),
        expected=tf.constant(expected[drawn]),
    )


def explicit_pairs(text: Stretches) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the centers and contexts of the first stretch's pairs stand in its `ids`."""
    centers, contexts = [], []
    for i, (left, right) in enumerate(zip(text.left[0], text.right[0], strict=True)):
        for distance in [*range(-left, 0), *range(1, right + 1)]:
            centers.append(i + WINDOW)
            contexts.append(i + WINDOW + distance)
    return np.array(centers, dtype=np.int64), np.array(contexts, dtype=np.int64)


def random_tables(config: Config, seed: int) -> Tables:
    rng = np.random.default_rng(1000 + seed)
    tables = Tables(COUNTS, config, Placement())
    for table in (tables.center, tables.context, tables.biases):
        table.variable.assign(rng.normal(size=table.variable.shape))
    return tables


def dense(gradients: RowGradients) -> list[NDArray[np.float32]]:
    """Return the gradients as whole tables: center, context, biases."""
    rows = (gradients.center_rows, gradients.context_rows, gradients.context_rows)
    values = (gradients.center, gradients.context, gradients.biases)
    tables = []
    for ids, rows_of in zip(rows, values, strict=True):
        assert len(np.unique(ids)) == len(ids)
        table = np.zeros((N_WORDS, *rows_of.shape[1:]), dtype=np.float32)
        table[ids.numpy()] = rows_of
        tables.append(table)
    return tables


@pytest.mark.parametrize("n_words", [N_WORDS, 3])  # with 3, words repeat and most candidates hit
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_blocks_have_the_loss_and_gradients_of_their_pairs(
    objective: str, shape: str, seed: int, n_words: int
) -> None:
    config = Config.of(
        objective=objective,
        dimension=5,
        window=WINDOW,
        block_length=4,
        stretch_length=16,
        negatives=2.5,
    )
    tables = random_tables(config, seed)
    sampler = make_sampler("uniform", COUNTS, NUM_SAMPLED, 0.75, seed=0)
    text, candidates = made(shape, seed, n_words)
    blocks = BlockEngine(tables, sampler, config, Placement())
    loss, gradients = tf.function(blocks.loss_and_gradients, autograph=False)(
        *(tf.constant(part[0]) for part in text), candidates
    )

    centers, contexts = explicit_pairs(text)
    ids = text.ids[0]
    pair_candidates = candidates._replace(
        context_expected=tf.gather(candidates.context_expected, contexts)
    )
    pairs = PairEngine(tables, sampler, config, Placement())
    expected_loss, expected = tf.function(pairs.loss_and_gradients, autograph=False)(
        tf.constant(ids[centers]), tf.constant(ids[contexts]), pair_candidates
    )

    np.testing.assert_allclose(loss, expected_loss, rtol=1e-5)
    for actual, wanted in zip(dense(gradients), dense(expected), strict=True):
        # 1e-5 of the table's largest entry: smaller ones are differences of larger numbers.
        np.testing.assert_allclose(actual, wanted, rtol=1e-5, atol=1e-5 * np.abs(wanted).max())
