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

from typing import NamedTuple

import tensorflow as tf

from w2v_cli.config import ObjectiveConfig


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
    hits: tf.Tensor | None,
) -> LogitGradients:
    """Return loss and gradients of the configured objective.

    Args:
        config: names it.
        band: [G, b, H] float32, P.
        noise: [G, b, S] float32, R.
        mask: [G, b, H] float32, 1 where there is a pair, else 0: M.
        hits: [G, 1, H] float32, h; None for the objectives that keep them.
    """
    if config.objective == "sampled_softmax":
        assert hits is not None
        return _softmax(band, noise, mask, hits)
    by_candidate = 1.0
    if config.objective == "negative_sampling":
        by_candidate = config.negatives / noise.shape[-1]
    return _logistic(band, noise, mask, hits, by_candidate)


def _softmax(band: tf.Tensor, noise: tf.Tensor, mask: tf.Tensor, hits: tf.Tensor) -> LogitGradients:
    shift = tf.reduce_max(noise, axis=-1, keepdims=True)
    noise_exp = tf.exp(noise - shift)
    # A context may lie above every candidate; 80 more is as far as float32 can go.
    shifted = tf.minimum(band - shift, 80.0)
    band_exp = tf.exp(shifted)
    others = tf.reduce_sum(noise_exp, axis=-1, keepdims=True) - hits * band_exp
    total = band_exp + tf.maximum(others, 0.0)
    share = mask / total
    return LogitGradients(
        loss=tf.reduce_sum(mask * (tf.math.log(total) - shifted)),
        band=(1.0 - hits) * band_exp * share - mask,
        noise=noise_exp * tf.reduce_sum(share, axis=-1, keepdims=True),
    )


def _logistic(
    band: tf.Tensor,
    noise: tf.Tensor,
    mask: tf.Tensor,
    hits: tf.Tensor | None,
    by_candidate: float,
) -> LogitGradients:
    weight = by_candidate * tf.reduce_sum(mask, axis=-1, keepdims=True)
    is_context, of_context = _sigmoid_and_softplus(-band)
    is_noise, of_noise = _sigmoid_and_softplus(noise)
    if hits is not None:
        # softplus(x) = softplus(-x) + x
        of_context -= hits * (of_context + band)
        is_context += hits * (1.0 - is_context)
    return LogitGradients(
        loss=tf.reduce_sum(mask * of_context) + tf.reduce_sum(weight * of_noise),
        band=-mask * is_context,
        noise=weight * is_noise,
    )


def _sigmoid_and_softplus(logits: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Return both from one exponential; `tf.nn.softplus` takes five times as long under XLA."""
    # Above 80, where float32's exponential nears its end, softplus(x) is x.
    exp = tf.exp(tf.minimum(logits, 80.0))
    return exp / (1.0 + exp), tf.math.log(1.0 + exp) + tf.maximum(logits - 80.0, 0.0)
