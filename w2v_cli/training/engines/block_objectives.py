"""The losses of `objectives.py` and their gradients, for all pairs of blocks at once.

With P the logits of centers and contexts, R those of centers and candidates, and M the mask of the
pairs there are, each objective is a sum over M:

    sampled_softmax    log(exp P_ij + sum_n exp R_in) - P_ij
    nce                softplus(-P_ij) + sum_n softplus(R_in)
    negative_sampling  softplus(-P_ij) + negatives / S * sum_n softplus(R_in)

A candidate that hits context j is the same word: its logit is P_ij. So the sum without the hits is
the whole sum less h_j times the term of P_ij, where h_j says how often context j was drawn, and no
candidate needs to be compared with any context. `sampled_softmax` and `sampled_logistic` (nce
without hits) take h_j so; the others have h = 0. The gradient with respect to P carries the
correction, which is right because context j and the candidates that hit it share one row.
"""

from collections.abc import Callable
from functools import reduce
from math import gcd
from typing import NamedTuple

import tensorflow as tf

from w2v_cli.config.sections import ObjectiveConfig


class LogitGradients(NamedTuple):
    """The summed loss of blocks and its derivatives.

    Attributes:
        loss: scalar float32.
        band: [G, b, H] float32, by P.
        noise: [G, b, S] float32, by R.
    """

    loss: tf.Tensor
    band: tf.Tensor
    noise: tf.Tensor


def logit_gradients(
    config: ObjectiveConfig,
    *,
    band: tf.Tensor,
    noise: tf.Tensor,
    mask: tf.Tensor,
    n_contexts: tf.Tensor,
    hits: tf.Tensor | None,
    weights: tf.Tensor | None,
) -> LogitGradients:
    """Return loss and gradients of the configured objective.

    Args:
        config: names it.
        band: [G, b, H] float32, P.
        noise: [G, b, S] float32, R.
        mask: [G, b, H] float32, 1 where there is a pair, else 0: M.
        n_contexts: [G, b, 1] float32, the pairs of each center, M summed.
        hits: [G, 1, H] float32, h; None for the objectives that keep them.
        weights: [G, b, 1] float32, by which all losses of a center are multiplied; None if all
            are 1.
    """
    if config.objective == "sampled_softmax":
        assert hits is not None
        return _softmax(band, noise, mask, hits, weights)
    by_candidate = 1.0
    if config.objective == "negative_sampling":
        by_candidate = config.negatives / noise.shape[-1]
    return _logistic(band, noise, mask, by_candidate * n_contexts, hits, weights)


def _softmax(
    band: tf.Tensor,
    noise: tf.Tensor,
    mask: tf.Tensor,
    hits: tf.Tensor,
    weights: tf.Tensor | None,
) -> LogitGradients:
    shift = tf.reduce_max(_folded(tf.maximum, noise, axis=-1), axis=-1, keepdims=True)
    noise_exp = tf.exp(noise - shift)
    # A context may lie above every candidate; 40 more is certainty in float32, whatever S is.
    shifted = tf.minimum(band - shift, 40.0)
    band_exp = tf.exp(shifted)
    others = tf.reduce_sum(noise_exp, axis=-1, keepdims=True) - hits * band_exp
    total = band_exp + tf.maximum(others, 0.0)
    share = mask / total
    # The highest candidate, or context j where it is that one, puts 1 into the total, so a product
    # of two totals neither vanishes nor overflows.
    totals = tf.where(mask > 0.0, total, 1.0)
    totals = _folded(tf.multiply, totals, axis=_axis_to_fold(weights), n_parts=2)
    of_totals, of_contexts = tf.math.log(totals), mask * shifted
    return LogitGradients(
        loss=tf.reduce_sum(_times(of_totals, weights))
        - tf.reduce_sum(_times(of_contexts, weights)),
        band=_times((1.0 - hits) * band_exp * share - mask, weights),
        noise=noise_exp * _times(tf.reduce_sum(share, axis=-1, keepdims=True), weights),
    )


def _logistic(
    band: tf.Tensor,
    noise: tf.Tensor,
    mask: tf.Tensor,
    times: tf.Tensor,
    hits: tf.Tensor | None,
    weights: tf.Tensor | None,
) -> LogitGradients:
    """Return loss and gradients where each candidate counts so many times for a center."""
    times = _times(times, weights)
    is_context, context_exp = _sigmoid(-band)
    is_noise, noise_exp = _sigmoid(noise)
    of_noise = times * _softplus(noise, noise_exp, axis=-1)
    of_contexts = _softplus(-band * mask, context_exp * mask, axis=_axis_to_fold(weights))
    loss = tf.reduce_sum(_times(of_contexts, weights))
    loss += tf.reduce_sum(_folded(tf.add, of_noise, axis=-2))
    if hits is not None:
        of_hits = hits * _softplus(band, context_exp, axis=-2, n_parts=1)
        loss -= tf.reduce_sum(_times(mask * of_hits, weights))
        is_context += hits * (1.0 - is_context)
    by_band = _times(-mask * is_context, weights)
    return LogitGradients(loss, band=by_band, noise=times * is_noise)


def _times(values: tf.Tensor, weights: tf.Tensor | None) -> tf.Tensor:
    """Multiply what belongs to a center, [G, b, ...], by its weight."""
    return values if weights is None else values * weights


def _axis_to_fold(weights: tf.Tensor | None) -> int:
    """Return an axis of [G, b, H] along which losses may be joined before they are weighted.

    Rows of centers are joined faster, but centers have weights of their own.
    """
    return -2 if weights is None else -1


def _sigmoid(logits: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Return sigmoid(x), and exp(-|x|) for `_softplus`."""
    exp = tf.exp(-tf.abs(logits))
    return tf.where(logits > 0.0, 1.0, exp) / (1.0 + exp), exp


def _softplus(logits: tf.Tensor, exp: tf.Tensor, axis: int, n_parts: int = 4) -> tf.Tensor:
    """Return softplus(x) = max(x, 0) + log(1 + exp(-|x|)), summed over parts as `_folded` does.

    Logarithms are what takes longest in a loss. A factor 1 + exp(-|x|) is at most 2, so those of
    all parts share one. Where `logits` and `exp` are both masked by 0, a term is 0.
    """
    above = _folded(tf.add, tf.maximum(logits, 0.0), axis, n_parts)
    return above + tf.math.log(_folded(tf.multiply, 1.0 + exp, axis, n_parts))


def _folded(
    join: Callable[..., tf.Tensor], values: tf.Tensor, axis: int, n_parts: int = 4
) -> tf.Tensor:
    """Join equal parts of an axis, `n_parts` or a divisor of it.

    XLA does so with vector instructions, and reduces an axis one number at a time.
    """
    return reduce(join, tf.split(values, gcd(n_parts, values.shape[axis]), axis))
