"""Compute the loss of each pair with TensorFlow's own functions.

Notation: center c, context o, candidates n = 1..S, logit(c, w) = c . w + bias_w, expected count Q.

    sampled_softmax    cross-entropy of o among {o, candidates}, with logit - log Q, without hits
    nce                sigmoid cross-entropy of o as true, candidates as noise, with logit - log Q
    sampled_logistic   nce without hits; all draws of a hit are removed
    negative_sampling  word2vec's: sigmoid cross-entropy without log Q; the weight of each
                       candidate is negatives / S

A hit is a candidate that equals the pair's own context. Sources: Jean et al. 2015 (sampled
softmax), Gutmann and Hyvarinen 2010 (NCE), Mikolov et al. 2013 (negative sampling).
"""

import tensorflow as tf

from w2v_cli.training.samplers import Candidates


def pair_losses(
    objective: str,
    *,
    weights: tf.Tensor,
    biases: tf.Tensor,
    inputs: tf.Tensor,
    labels: tf.Tensor,
    candidates: Candidates,
    negatives: float,
) -> tf.Tensor:
    """Return the loss of each pair.

    Args:
        objective: one of the four names above.
        weights: [n_rows, D] float32 or float64, context vectors; all others have its type.
        biases: [n_rows], context biases.
        inputs: [n_pairs, D], center vectors.
        labels: [n_pairs] integer, rows of `weights` of the contexts.
        candidates: `ids` are rows of `weights`. sampled_softmax needs different ids, see
            `merge_repeats`.
        negatives: negative_sampling: total weight of all candidates against one pair.

    Returns:
        [n_pairs], in nats.
    """
    num_sampled = tf.size(candidates.ids)
    common = {
        "weights": weights,
        "biases": biases,
        "labels": tf.cast(labels, tf.int64)[:, tf.newaxis],
        "inputs": inputs,
        "num_sampled": num_sampled,
        # Used only by the samplers inside these functions, which do not run here.
        "num_classes": tf.shape(weights)[0],
    }
    if objective == "sampled_softmax":
        return tf.nn.sampled_softmax_loss(sampled_values=candidates, **common)
    if objective == "nce":
        return tf.nn.nce_loss(sampled_values=candidates, **common)

    logits = tf.reduce_sum(inputs * tf.gather(weights, labels), axis=1) + tf.gather(biases, labels)
    if objective == "sampled_logistic":
        losses = tf.nn.nce_loss(sampled_values=candidates, **common)
        # `remove_accidental_hits` removes only one of several equal hits, so remove the loss of all
        # here. The logit of a hit is the context's logit.
        logits -= tf.math.log(candidates.context_expected[:, 0])
        draws = tf.math.unsorted_segment_sum(
            tf.ones([num_sampled], losses.dtype), candidates.ids, tf.shape(weights)[0]
        )
        return losses - tf.gather(draws, labels) * tf.nn.softplus(logits)

    # Expected counts of 1 turn off the log-Q correction, because log 1 = 0.
    uncorrected = Candidates(
        candidates.ids,
        tf.ones_like(candidates.context_expected),
        tf.ones_like(candidates.expected),
    )
    losses = tf.nn.nce_loss(sampled_values=uncorrected, **common)
    # `nce_loss` gives weight 1 to the context and to each candidate. Scaling by negatives / S would
    # also scale the context, so add the missing part of its loss.
    share = negatives / tf.cast(num_sampled, losses.dtype)
    return share * losses + (1.0 - share) * tf.nn.softplus(-logits)
