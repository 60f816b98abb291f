"""The loss of each pair, by TensorFlow's own functions.

For a pair of center c and context o and candidates n = 1..S, with logit(c, w) = c . w + bias_w and
Q the expected counts:

    sampled_softmax    cross-entropy of o among {o, candidates}; logits less log Q; hits removed
    nce                sigmoid cross-entropy of o as true, candidates as noise; logits less log Q
    sampled_logistic   as nce, hits removed, however often the word was drawn
    negative_sampling  word2vec's: sigmoid cross-entropy without log Q, each candidate weighing
                       negatives / S

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
        objective: one of the four above.
        weights: [n_rows, D] float32, context vectors.
        biases: [n_rows] float32, context biases.
        inputs: [n_pairs, D] float32, the centers' vectors.
        labels: [n_pairs] rows of the contexts.
        candidates: with `ids` rows of `weights` too; for sampled_softmax all different (see
            `merge_repeats`).
        negatives: for negative_sampling, how much all candidates weigh together against a pair.

    Returns:
        [n_pairs] float32.
    """
    num_sampled = tf.size(candidates.ids)
    common = {
        "weights": weights,
        "biases": biases,
        "labels": tf.cast(labels, tf.int64)[:, tf.newaxis],
        "inputs": inputs,
        "num_sampled": num_sampled,
        # Only the samplers inside these functions would use it, and none runs there.
        "num_classes": tf.shape(weights)[0],
    }
    if objective == "sampled_softmax":
        return tf.nn.sampled_softmax_loss(sampled_values=candidates, **common)
    if objective == "nce":
        return tf.nn.nce_loss(sampled_values=candidates, **common)

    logits = tf.reduce_sum(inputs * tf.gather(weights, labels), axis=1) + tf.gather(biases, labels)
    if objective == "sampled_logistic":
        losses = tf.nn.nce_loss(sampled_values=candidates, **common)
        # `remove_accidental_hits` would take out one hit of several. Each has the context's logit.
        logits -= tf.math.log(candidates.context_expected[:, 0])
        draws = tf.math.unsorted_segment_sum(
            tf.ones([num_sampled]), candidates.ids, tf.shape(weights)[0]
        )
        return losses - tf.gather(draws, labels) * tf.nn.softplus(logits)

    # Expected counts of 1 switch the log-Q correction off: log 1 = 0.
    uncorrected = Candidates(
        candidates.ids,
        tf.ones_like(candidates.context_expected),
        tf.ones_like(candidates.expected),
    )
    losses = tf.nn.nce_loss(sampled_values=uncorrected, **common)
    # `nce_loss` gives every candidate the weight 1; the context must keep it.
    share = negatives / tf.cast(num_sampled, tf.float32)
    return share * losses + (1.0 - share) * tf.nn.softplus(-logits)
