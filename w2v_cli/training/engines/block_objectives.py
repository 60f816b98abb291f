"""The losses of `objectives.py` and their gradients, for all pairs of blocks at once.

With P the logits of centers and contexts, R those of centers and candidates, and M the mask of the
pairs there are, or their weights, each objective is a sum of these terms times M_ij:

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
    n_folds: int,
    n_contexts: tf.Tensor,
    hits: tf.Tensor | None,
) -> LogitGradients:
    """Return loss and gradients of the configured objective.

    Args:
        config: names it.
        band: [G, b, H] float32, P.
        noise: [G, b, S] float32, R.
        mask: [G, b, H] float32, M: the weight of each pair, 0 where there is none.
        n_folds: into how many parts the words of a block are cut, `Layout.n_folds`.
        n_contexts: [G, b, 1] float32, M summed over the places of each center.
        hits: [G, 1, H] float32, h; None for the objectives that keep them.
    """
    if config.objective == "sampled_softmax":
        assert hits is not None
        return _softmax(band, noise, mask, hits, n_folds)
    by_candidate = 1.0
    if config.objective == "negative_sampling":
        by_candidate = config.negatives / noise.shape[-1]
    return _logistic(band, noise, mask, by_candidate * n_contexts, hits, n_folds)


def _softmax(
    band: tf.Tensor, noise: tf.Tensor, mask: tf.Tensor, hits: tf.Tensor, n_folds: int
) -> LogitGradients:
    shift = tf.reduce_max(_joined(tf.maximum, noise, axis=-1), axis=-1, keepdims=True)
    noise_exp = tf.exp(noise - shift)
    # A context may lie above every candidate; 40 more is certainty in float32, whatever S is.
    shifted = tf.minimum(band - shift, 40.0)
    band_exp = tf.exp(shifted)
    others = tf.reduce_sum(noise_exp, axis=-1, keepdims=True) - hits * band_exp
    # The highest candidate, or context j where it is that one, puts 1 into the total.
    total = band_exp + tf.maximum(others, 0.0)
    share = mask / total
    folded = _Fold(mask, n_folds)
    of_pairs = tf.math.log(1.0 + folded(total - 1.0)) - folded(shifted)
    return LogitGradients(
        loss=_sum(folded.mask * of_pairs),
        band=(1.0 - hits) * band_exp * share - mask,
        noise=noise_exp * tf.reduce_sum(share, axis=-1, keepdims=True),
    )


def _logistic(
    band: tf.Tensor,
    noise: tf.Tensor,
    mask: tf.Tensor,
    times: tf.Tensor,
    hits: tf.Tensor | None,
    n_folds: int,
) -> LogitGradients:
    """Return loss and gradients where each candidate counts so many times for a center."""
    is_context, context_exp = _sigmoid(-band)
    is_noise, noise_exp = _sigmoid(noise)
    folded = _Fold(mask, n_folds)
    logits, of_pairs = folded(band), tf.math.log(1.0 + folded(context_exp))
    if hits is None:
        of_pairs += tf.maximum(-logits, 0.0)
    else:
        # Less what the candidates that hit context j add, whose logit is that of j.
        of_pairs += tf.maximum(-logits, 0.0) - hits * (tf.maximum(logits, 0.0) + of_pairs)
        is_context += hits * (1.0 - is_context)
    # A factor 1 + exp(-|x|) is at most 2, so those of four parts share a logarithm.
    of_noise = _joined(tf.add, tf.maximum(noise, 0.0), axis=-1)
    of_noise += tf.math.log(_joined(tf.multiply, 1.0 + noise_exp, axis=-1))
    return LogitGradients(
        loss=_sum(folded.mask * of_pairs) + _sum(times * of_noise),
        band=-mask * is_context,
        noise=times * is_noise,
    )


class _Fold:
    """Lay the parts of a block on one another, and take the part that holds a pair at each place.

    Logarithms are what takes longest in a loss, and most places hold no pair.

    Attributes:
        mask: [G, b / n_parts, H] float32.
    """

    def __init__(self, mask: tf.Tensor, n_parts: int) -> None:
        self.n_parts = n_parts
        self._masks = tf.split(mask, n_parts, axis=-2)
        self.mask = reduce(tf.add, self._masks)

    def __call__(self, values: tf.Tensor) -> tf.Tensor:
        """Return [G, b / n_parts, H] of `values`, [G, b, H], with 0 where there is no pair."""
        parts = tf.split(values, self.n_parts, axis=-2)
        chosen = [
            tf.where(mask > 0.0, part, 0.0) for mask, part in zip(self._masks, parts, strict=True)
        ]
        return reduce(tf.add, chosen)


def _sigmoid(logits: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Return sigmoid(x) and exp(-|x|); softplus(x) = max(x, 0) + log(1 + exp(-|x|))."""
    exp = tf.exp(-tf.abs(logits))
    return tf.where(logits > 0.0, 1.0, exp) / (1.0 + exp), exp


def _joined(join: Callable[..., tf.Tensor], values: tf.Tensor, axis: int) -> tf.Tensor:
    """Join four equal parts of an axis, or a divisor of four.

    XLA does so with vector instructions, and reduces an axis one number at a time.
    """
    return reduce(join, tf.split(values, gcd(4, values.shape[axis]), axis))


def _sum(values: tf.Tensor) -> tf.Tensor:
    """Return the sum of [G, b, H]."""
    return tf.reduce_sum(_joined(tf.add, values, axis=-2))
