"""The training objective on held-out pairs, with one fixed set of candidates.

The losses are those of `pair_objectives`, TensorFlow's own, in float64. All evaluations of a run
have the same pairs and candidates. Runs with another objective, sampler or number of candidates
have other candidates, so their losses cannot be compared. The full softmax compares them.
"""

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from w2v_cli.config.config import Config
from w2v_cli.noise import noise_probabilities
from w2v_cli.training.devices import Placement
from w2v_cli.training.engines.pair_objectives import pair_losses
from w2v_cli.training.full_softmax import Gather
from w2v_cli.training.held_out import HeldOutPairs
from w2v_cli.training.randomness import Purpose, generator
from w2v_cli.training.samplers import Candidates, merge_repeats


class HeldOutObjective:
    """Computes the training objective on held-out pairs."""

    def __init__(
        self,
        pairs: HeldOutPairs,
        counts: NDArray[np.int64],
        config: Config,
        placement: Placement,
    ) -> None:
        """Draw the candidates.

        Args:
            pairs: the pairs.
            counts: [n_words] int64, occurrences of each word in the corpus.
            config: every setting of the run; no more candidates than words.
            placement: the devices.
        """
        self._objective, self._cpu = config.objective, placement.cpu
        objective = config.objective
        noise = noise_probabilities(config.sampler, counts, objective.noise_exponent)
        random = generator(config.training.seed, Purpose.HELD_OUT_NOISE)
        drawn = random.choice(len(noise), objective.num_sampled, p=noise)
        expected = objective.num_sampled * noise
        # Rows that are gathered stand for words: equal rows are equal words.
        self._words, at = np.unique(np.concatenate([pairs.contexts, drawn]), return_inverse=True)
        self._labels = at[: len(pairs)]
        self._centers, self._center_at = pairs.distinct_centers
        with tf.device(self._cpu):
            candidates = Candidates(
                tf.constant(at[len(pairs) :], tf.int64),
                tf.constant(expected[pairs.contexts][:, np.newaxis], tf.float32),
                tf.constant(expected[drawn], tf.float32),
            )
            if objective.objective == "sampled_softmax":
                candidates = merge_repeats(candidates)
            self._candidates = Candidates(
                candidates.ids,
                tf.cast(candidates.context_expected, tf.float64),
                tf.cast(candidates.expected, tf.float64),
            )

    def losses(self, gather: Gather) -> NDArray[np.float64]:
        """Return the loss of each pair, [n_pairs] float64, in nats; `gather` reads the tables."""
        with tf.device(self._cpu):
            losses = pair_losses(
                self._objective.objective,
                weights=tf.constant(gather("context", self._words), tf.float64),
                biases=tf.constant(gather("biases", self._words), tf.float64),
                inputs=tf.constant(gather("center", self._centers)[self._center_at], tf.float64),
                labels=tf.constant(self._labels, tf.int64),
                candidates=self._candidates,
                negatives=self._objective.negatives,
            )
            found: NDArray[np.float64] = losses.numpy()
        return found
