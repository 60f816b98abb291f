"""The loss of each pair, by TensorFlow's own functions.

For a pair of center c and context o and candidates n = 1..S, with logit(c, w) = c . w + bias_w and
Q the expected counts:

    sampled_softmax    cross-entropy of o among {o, candidates}; logits less log Q; hits removed
    nce                sigmoid cross-entropy of o as true, candidates as noise; logits less log Q
    sampled_logistic   as nce, hits removed
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
        candidates: with `ids` rows of `weights` too.
        negatives: for negative_sampling, how much all candidates weigh together against a pair.

    Returns:
        [n_pairs] float32.
    """
    n_pairs, num_sampled = tf.shape(labels)[0], tf.size(candidates.ids)
    shared = {
        "weights": weights,
        "biases": biases,
        "labels": tf.cast(labels, tf.int64)[:, tf.newaxis],
        "inputs": inputs,
        # Only candidate samplers inside the two functions would use it, and none runs there.
        "num_classes": tf.shape(weights)[0],
    }
    if objective == "sampled_softmax":
        return tf.nn.sampled_softmax_loss(
            num_sampled=num_sampled, sampled_values=candidates, **shared
        )
    if objective != "negative_sampling":
        return tf.nn.nce_loss(
            num_sampled=num_sampled,
            sampled_values=candidates,
            remove_accidental_hits=objective == "sampled_logistic",
            **shared,
        )
    # Expected counts of 1 switch the log-Q correction off: log 1 = 0.
    ones = tf.ones([n_pairs, 1])
    context_loss = tf.nn.nce_loss(
        num_sampled=0,
        sampled_values=(candidates.ids[:0], ones, tf.ones([0])),
        **shared,
    )
    with_candidates = tf.nn.nce_loss(
        num_sampled=num_sampled,
        sampled_values=(candidates.ids, ones, tf.ones([num_sampled])),
        **shared,
    )
    share = negatives / tf.cast(num_sampled, tf.float32)
    return share * with_candidates + (1.0 - share) * context_loss
