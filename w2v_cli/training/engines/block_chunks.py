"""The steps of a chunk of text, as the engine `blocks` hands them to TensorFlow."""

from typing import NamedTuple

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from w2v_cli.training.engines.blocks import Blocks, Layout
from w2v_cli.training.engines.rows import RowPlan, plan_rows, plan_spec


class BlockChunk(NamedTuple):
    """The steps of a chunk.

    Attributes:
        left, right: [n_steps, T] int32, see `Blocks`.
        weights: [n_steps, T] float32, see `Blocks`; () if all are 1.
        centers: plan for [n_steps, T], the words of each step.
        contexts: plan for [n_steps, n_places], see `Layout`.
    """

    left: tf.Tensor
    right: tf.Tensor
    weights: tf.Tensor
    centers: RowPlan
    contexts: RowPlan


def chunk_spec(layout: Layout, weighted: bool) -> BlockChunk:
    """Return the `tf.TensorSpec` of each part of a chunk, which has weights if `weighted`."""
    windows = tf.TensorSpec([None, layout.step_tokens], tf.int32)
    return BlockChunk(
        left=windows,
        right=windows,
        weights=tf.TensorSpec(windows.shape, tf.float32) if weighted else (),
        centers=plan_spec(layout.step_tokens),
        contexts=plan_spec(layout.n_places),
    )


def plan_chunk(
    blocks: Blocks, noise: NDArray[np.int64], layout: Layout, weighted: bool
) -> BlockChunk:
    """Return the steps of blocks, as NumPy arrays.

    Args:
        blocks: the blocks of whole steps.
        noise: [n_steps, n_candidates] int64, ids of the candidates.
        layout: how a step is divided.
        weighted: whether the chunk has weights.
    """
    return BlockChunk(
        left=blocks.left.reshape(-1, layout.step_tokens),
        right=blocks.right.reshape(-1, layout.step_tokens),
        weights=blocks.weights.reshape(-1, layout.step_tokens) if weighted else (),
        centers=plan_rows(layout.center_words(blocks)),
        contexts=plan_rows(layout.context_words(blocks, noise)),
    )
