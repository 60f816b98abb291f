"""Cut a chunk of text into blocks, with the window of each word.

A block holds the pairs of its words without spelling them out: word i is the center of the
`left[i]` words before it and the `right[i]` words after it. All of these stand in the block's
frame, its own words and the `window` words on either side, so blocks can be put in any order.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from w2v_cli.config.sections import Config
from w2v_cli.training.engines.pairs import Ids

PART_TOKENS = 1024
"""Fewest words that a thread computes at a time; for fewer, operations cost more than they do."""


class Blocks(NamedTuple):
    """Blocks of b words.

    Attributes:
        frames: [n, b + 2 * window] int32, the ids in and around each block.
        left: [n, b] int32, how many words before each are its contexts.
        right: [n, b] int32, how many words after each are its contexts.
    """

    frames: Ids
    left: Ids
    right: Ids


def cut_into_blocks(
    ids: Ids,
    sentences: NDArray[np.int64],
    window: int,
    block_length: int,
    random: np.random.Generator,
) -> Blocks:
    """Cut a chunk into blocks and draw each word's window.

    Args:
        ids: [n] tokens.
        sentences: [n] the sentence of each token, rising; windows never cross sentences.
        window: each word's radius is drawn uniformly from 1 to `window`.
        block_length: b. Words that fill up the last block have no contexts and are none.
        random: draws the radii.
    """
    n_tokens = len(ids)
    radius = random.integers(1, window, size=n_tokens, endpoint=True)
    place = np.arange(n_tokens)
    # The first word of each word's sentence, and the first of the next one.
    starts_here = np.flatnonzero(np.diff(sentences, prepend=-1))
    n_words = np.diff(starts_here, append=n_tokens)
    first, beyond = np.repeat(starts_here, n_words), np.repeat(starts_here + n_words, n_words)
    n_blocks = -(-n_tokens // block_length)
    missing = n_blocks * block_length - n_tokens

    def cut(values: NDArray[np.int64]) -> Ids:
        return np.pad(values.astype(np.int32), (0, missing)).reshape(n_blocks, block_length)

    around = np.pad(ids, (window, window + missing))
    starts = block_length * np.arange(n_blocks)[:, np.newaxis]
    return Blocks(
        frames=around[starts + np.arange(block_length + 2 * window)],
        left=cut(np.minimum(radius, place - first)),
        right=cut(np.minimum(radius, beyond - 1 - place)),
    )


def shuffle_into_steps(blocks: Blocks, n_blocks: int, random: np.random.Generator) -> Blocks:
    """Return blocks in random order, a multiple of `n_blocks`; those that fill up have no pairs.

    In the order of the text, a step would hold one topic: the few words that it repeats would get
    all its gradients, and training would need a far smaller step size to stay stable.
    """
    order = random.permutation(len(blocks.left))
    missing = -len(order) % n_blocks
    return Blocks(*(np.pad(part[order], ((0, missing), (0, 0))) for part in blocks))


@dataclass(frozen=True)
class Layout:
    """How a step is divided.

    The places of its contexts are the frames of all blocks, then the candidates of all groups.

    Attributes:
        step_tokens: T, words in a step.
        noise_tokens: words in a group, which share candidates.
        block_length: b, words in a block.
        window: greatest radius.
        num_sampled: S, candidates of a group.
    """

    step_tokens: int
    noise_tokens: int
    block_length: int
    window: int
    num_sampled: int

    @classmethod
    def of(cls, config: Config) -> "Layout":
        """Return the layout with the configured sizes, groups and steps made up to be whole."""
        training = config.training
        block_length = training.block_length
        noise_tokens = block_length * -(-config.noise_tokens // block_length)
        return cls(
            step_tokens=noise_tokens * -(-training.step_tokens // noise_tokens),
            noise_tokens=noise_tokens,
            block_length=block_length,
            window=config.pairs.window,
            num_sampled=config.objective.num_sampled,
        )

    def n_parts(self, n_threads: int) -> int:
        """Return into how many parts of whole groups a step is cut for threads side by side."""
        n_parts = 1
        while (
            n_parts < n_threads
            and self.step_tokens // (2 * n_parts) >= PART_TOKENS
            and self.n_groups % (2 * n_parts) == 0
        ):
            n_parts *= 2
        return n_parts

    @property
    def n_groups(self) -> int:
        """Groups in a step: Q."""
        return self.step_tokens // self.noise_tokens

    @property
    def n_blocks(self) -> int:
        """Blocks in a step: G."""
        return self.step_tokens // self.block_length

    @property
    def frame_length(self) -> int:
        """Places in a block's frame: H."""
        return self.block_length + 2 * self.window

    @property
    def n_framed(self) -> int:
        """Places in all frames of a step."""
        return self.n_blocks * self.frame_length

    @property
    def n_candidates(self) -> int:
        """Candidates of a step."""
        return self.n_groups * self.num_sampled

    @property
    def n_places(self) -> int:
        """Context places of a step."""
        return self.n_framed + self.n_candidates

    @property
    def distances(self) -> NDArray[np.int64]:
        """How far to the right of a block's i-th word the j-th place of its frame lies, [b, H]."""
        centers = np.arange(self.block_length)[:, np.newaxis]
        return np.arange(self.frame_length) - self.window - centers

    def center_words(self, blocks: Blocks) -> Ids:
        """Return the words of each step, [n_steps, T]."""
        words = blocks.frames[:, self.window : self.window + self.block_length]
        return words.reshape(-1, self.step_tokens)

    def context_words(self, blocks: Blocks, noise: NDArray[np.int64]) -> Ids:
        """Return the words at the context places of each step, [n_steps, n_places].

        Args:
            blocks: a whole number of steps.
            noise: [n_steps, n_candidates] ids, the candidates.
        """
        framed = blocks.frames.reshape(-1, self.n_framed)
        return np.concatenate([framed, noise.astype(np.int32)], axis=1)
