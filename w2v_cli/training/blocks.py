"""Turn a chunk of text into steps of equal length, with the window of each word.

A step holds the pairs of its words without spelling them out: word i is the center of the `left[i]`
words before it and the `right[i]` words after it. Its words are cut into blocks, and a block's
contexts are looked for among its own words and the `window` words on either side: its frame.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from w2v_cli.training.pairs import Ids

PART_TOKENS = 1024
"""Words that one thread computes at a time; operations on fewer cost more to start than to run."""


class Text(NamedTuple):
    """A chunk of text, cut into steps; the last one is filled up.

    Attributes:
        ids: [n_steps, step_tokens + 2 * window] int32, each step with the words around it.
        left: [n_steps, step_tokens] int32, how many words before each are its contexts.
        right: [n_steps, step_tokens] int32, how many words after each are its contexts.
    """

    ids: Ids
    left: Ids
    right: Ids


def cut_into_steps(
    ids: Ids,
    sentences: NDArray[np.int64],
    window: int,
    step_tokens: int,
    random: np.random.Generator,
) -> Text:
    """Cut a chunk into steps and draw each word's window.

    Args:
        ids: [n] tokens.
        sentences: [n] the sentence of each; equal ones stand together, and windows stay within.
        window: each word's radius is drawn uniformly from 1 to `window`.
        step_tokens: words in a step. Words that fill up the last one have no contexts and are none.
        random: draws the radii.
    """
    n_tokens = len(ids)
    radius = random.integers(1, window, size=n_tokens, endpoint=True)
    place = np.arange(n_tokens)
    is_first = np.diff(sentences, prepend=-1) != 0
    first = np.maximum.accumulate(np.where(is_first, place, 0))
    is_last = np.append(is_first[1:], True)[:n_tokens]
    last = np.minimum.accumulate(np.where(is_last, place, n_tokens)[::-1])[::-1]
    n_steps = -(-n_tokens // step_tokens)
    missing = n_steps * step_tokens - n_tokens

    def cut(values: NDArray[np.int64]) -> Ids:
        return np.pad(values.astype(np.int32), (0, missing)).reshape(n_steps, step_tokens)

    around = np.pad(ids, (window, window + missing))
    starts = step_tokens * np.arange(n_steps)[:, np.newaxis]
    return Text(
        ids=around[starts + np.arange(step_tokens + 2 * window)],
        left=cut(np.minimum(radius, place - first)),
        right=cut(np.minimum(radius, last - place)),
    )


def shuffle_sentences(
    ids: Ids, sentences: NDArray[np.int64], random: np.random.Generator
) -> tuple[Ids, NDArray[np.int64]]:
    """Put a chunk's sentences in random order.

    In their own order, a step holds one topic: the few words that it repeats get all its gradients,
    and training needs a far smaller step size to stay stable.
    """
    if not len(ids):
        return ids, sentences
    numbers = sentences - sentences[0]
    order = np.argsort(random.permutation(numbers[-1] + 1)[numbers], kind="stable")
    return ids[order], sentences[order]


@dataclass(frozen=True)
class Layout:
    """How a step is divided.

    A step is computed in parts, side by side, each with places of its own: the frames of its
    blocks, then the candidates of its groups.

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

    @property
    def part_tokens(self) -> int:
        """Words in a part, a whole number of groups."""
        fits = self.step_tokens % PART_TOKENS == 0 and PART_TOKENS % self.noise_tokens == 0
        return PART_TOKENS if fits else self.step_tokens

    @property
    def n_parts(self) -> int:
        return self.step_tokens // self.part_tokens

    @property
    def n_groups(self) -> int:
        """Groups in a part: Q."""
        return self.part_tokens // self.noise_tokens

    @property
    def n_blocks(self) -> int:
        """Blocks in a part: G."""
        return self.part_tokens // self.block_length

    @property
    def frame_length(self) -> int:
        """Places in a block's frame: H."""
        return self.block_length + 2 * self.window

    @property
    def n_framed(self) -> int:
        """Places in all frames of a part."""
        return self.n_blocks * self.frame_length

    @property
    def n_candidates(self) -> int:
        """Candidates of a part."""
        return self.n_groups * self.num_sampled

    @property
    def n_places(self) -> int:
        """Context places of a step."""
        return self.n_parts * (self.n_framed + self.n_candidates)

    @property
    def distances(self) -> NDArray[np.int64]:
        """How far to the right of a block's i-th word the j-th place of its frame lies, [b, H]."""
        centers = np.arange(self.block_length)[:, np.newaxis]
        return np.arange(self.frame_length) - self.window - centers

    def center_words(self, ids: Ids) -> Ids:
        """Return the words of each step, [n_steps, T]; `ids` as in `Text`."""
        return ids[:, self.window : self.window + self.step_tokens]

    def context_words(self, ids: Ids, noise: NDArray[np.int64]) -> Ids:
        """Return the words at the context places of each step, [n_steps, n_places].

        Args:
            ids: as in `Text`.
            noise: [n_steps, n_parts * n_candidates] ids, the candidates.
        """
        n_steps = len(ids)
        starts = np.arange(0, self.step_tokens, self.block_length)
        frames = starts[:, np.newaxis] + np.arange(self.frame_length)
        framed = ids[:, frames.reshape(self.n_parts, -1)]
        drawn = noise.astype(np.int32).reshape(n_steps, self.n_parts, self.n_candidates)
        return np.concatenate([framed, drawn], axis=2).reshape(n_steps, self.n_places)
