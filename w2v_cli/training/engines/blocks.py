"""Cut a chunk of text into blocks, with the window of each word.

A block describes its pairs without listing them: the contexts of word i are the `left[i]` words
before it and the `right[i]` words after it. All of them are in the frame of the block: its own
words, the words on its left that a window can reach, and those on its right. So blocks can be put
in any order.

Where windows are whole lines, a block has whole lines, as many as fit, and its frame has nothing
but its own words.
"""

from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from w2v_cli.config.config import Config
from w2v_cli.corpus.windows import Windows
from w2v_cli.training.engines.pairs import Ids

Number = TypeVar("Number", np.int32, np.float32)

PART_TOKENS = 1024
"""Smallest number of words in a part of a step. For fewer, the overhead of operations dominates."""


class Blocks(NamedTuple):
    """Blocks of b words.

    Attributes:
        frames: [n, H] int32, the ids in and around each block.
        left: [n, b] int32, number of contexts before each word.
        right: [n, b] int32, number of contexts after each word.
        weights: [n, b] float32, by which the losses of each word as a center are multiplied.
    """

    frames: Ids
    left: Ids
    right: Ids
    weights: NDArray[np.float32]


def cut_into_blocks(
    ids: Ids,
    sentences: NDArray[np.int64],
    windows: Windows,
    block_length: int,
    random: np.random.Generator,
    weights: NDArray[np.float32] | None = None,
) -> Blocks:
    """Cut a chunk into blocks and draw each word's window.

    Args:
        ids: [n] int32, tokens.
        sentences: [n] int64, the sentence of each token, in rising order. A window never crosses a
            sentence border.
        windows: which words are the contexts of a word.
        block_length: b. Blocks are padded with words that have no contexts and are in no window.
        random: draws the radii.
        weights: [n] float32, of the words as centers; None if all are 1.
    """
    if weights is None:
        weights = np.ones(len(ids), dtype=np.float32)
    reach = windows.reach(sentences, random)
    places = _places_of_lines(sentences, block_length) if windows.whole_lines else None
    n_places = len(ids) if places is None else int(places.max(initial=-1)) + 1
    n_blocks = -(-n_places // block_length)

    def placed(values: NDArray[Number]) -> NDArray[Number]:
        """Return values at their places, with 0 at all others."""
        if places is None:
            return np.pad(values, (0, n_blocks * block_length - n_places))
        found = np.zeros(n_blocks * block_length, dtype=values.dtype)
        found[places] = values
        return found

    before, after = halo(windows)
    around = np.pad(placed(ids), (before, after))
    starts = block_length * np.arange(n_blocks)[:, np.newaxis]
    return Blocks(
        frames=around[starts + np.arange(before + block_length + after)],
        left=placed(reach.left).reshape(n_blocks, block_length),
        right=placed(reach.right).reshape(n_blocks, block_length),
        weights=placed(weights).reshape(n_blocks, block_length),
    )


def halo(windows: Windows) -> tuple[int, int]:
    """Return how many words the frame of a block has on its left and on its right."""
    return (0, 0) if windows.whole_lines else (windows.left, windows.right)


def _places_of_lines(sentences: NDArray[np.int64], block_length: int) -> NDArray[np.int64]:
    """Return a place for each word, so that no sentence lies in two blocks.

    >>> _places_of_lines(np.array([0, 0, 0, 1, 1, 2]), block_length=4).tolist()
    [0, 1, 2, 4, 5, 6]
    """
    firsts = np.flatnonzero(np.diff(sentences, prepend=-1))
    ends = np.append(firsts[1:], len(sentences)) if len(firsts) else firsts
    assert (ends - firsts).max(initial=0) <= block_length, "a sentence is longer than a block"
    first_lines, line = [], 0
    while line < len(firsts):
        first_lines.append(line)
        line = int(np.searchsorted(ends, firsts[line] + block_length, side="right"))
    begins = np.array(first_lines, dtype=np.int64)
    n_lines = np.diff(begins, append=len(firsts))
    # How far each block's words move to the right.
    moved = block_length * np.arange(len(begins)) - firsts[begins]
    of_words = np.repeat(np.repeat(moved, n_lines), ends - firsts)
    return np.asarray(np.arange(len(sentences)) + of_words)


def shuffle_into_steps(blocks: Blocks, n_blocks: int, random: np.random.Generator) -> Blocks:
    """Return the blocks in random order, padded to a multiple of `n_blocks` with empty blocks.

    In the order of the text, a step would have a single topic. Its few repeated words would get all
    gradients of the step, and training would need a much smaller step size to be stable.
    """
    order = random.permutation(len(blocks.left))
    missing = -len(order) % n_blocks

    def shuffled(part: NDArray[Number]) -> NDArray[Number]:
        return np.pad(part[order], ((0, missing), (0, 0)))

    return Blocks(
        shuffled(blocks.frames),
        shuffled(blocks.left),
        shuffled(blocks.right),
        shuffled(blocks.weights),
    )


@dataclass(frozen=True)
class Layout:
    """How a step is divided into groups and blocks.

    The context places of a step are first the frames of all blocks, then the candidates of all
    groups.

    Attributes:
        step_tokens: T, number of words in a step.
        noise_tokens: number of words in a group. They share candidates.
        block_length: b, number of words in a block.
        before, after: how many words a frame has on the left and on the right of its block.
        num_sampled: S, number of candidates of a group.
    """

    step_tokens: int
    noise_tokens: int
    block_length: int
    before: int
    after: int
    num_sampled: int

    @classmethod
    def of(cls, config: Config) -> "Layout":
        """Return the layout of a configuration: groups of whole blocks, steps of whole groups."""
        windows, block_length = Windows.of(config), config.training.block_length
        if windows.whole_lines:
            block_length = max(block_length, config.sentence_length)
        before, after = halo(windows)
        noise_tokens = block_length * -(-config.noise_tokens // block_length)
        return cls(
            step_tokens=noise_tokens * -(-config.step_tokens // noise_tokens),
            noise_tokens=noise_tokens,
            block_length=block_length,
            before=before,
            after=after,
            num_sampled=config.objective.num_sampled,
        )

    def n_parts(self, n_threads: int) -> int:
        """Return the number of parts of a step that threads compute in parallel.

        A part is a whole number of groups, with at least `PART_TOKENS` words.
        """
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
        """Q, number of groups in a step."""
        return self.step_tokens // self.noise_tokens

    @property
    def n_blocks(self) -> int:
        """G, number of blocks in a step."""
        return self.step_tokens // self.block_length

    @property
    def frame_length(self) -> int:
        """H, number of places in the frame of a block."""
        return self.before + self.block_length + self.after

    @property
    def n_framed(self) -> int:
        """Number of places in all frames of a step."""
        return self.n_blocks * self.frame_length

    @property
    def n_candidates(self) -> int:
        """Number of candidates of a step."""
        return self.n_groups * self.num_sampled

    @property
    def n_places(self) -> int:
        """Number of context places of a step: frames and candidates."""
        return self.n_framed + self.n_candidates

    @property
    def distances(self) -> NDArray[np.int64]:
        """Signed distance from word i of a block to place j of its frame, [b, H] int64."""
        centers = np.arange(self.block_length)[:, np.newaxis]
        return np.arange(self.frame_length) - self.before - centers

    @property
    def n_folds(self) -> int:
        """Into how many parts the words of a block can be cut so that they may lie on one another.

        The words that have one context are `before` + 1 + `after` side by side. In parts that are
        at least as long, no two of them are at the same place. In whole lines all words have it.
        """
        if self.before == self.after == 0:
            return 1
        most = self.block_length // (self.before + 1 + self.after) or 1
        return max(n for n in range(1, most + 1) if self.block_length % n == 0)

    def center_words(self, blocks: Blocks) -> Ids:
        """Return the center words of each step, [n_steps, T] int32."""
        words = blocks.frames[:, self.before : self.before + self.block_length]
        return words.reshape(-1, self.step_tokens)

    def context_words(self, blocks: Blocks, noise: NDArray[np.int64]) -> Ids:
        """Return the words at the context places of each step, [n_steps, n_places] int32.

        Args:
            blocks: the blocks of whole steps.
            noise: [n_steps, n_candidates] int64, ids of the candidates.
        """
        framed = blocks.frames.reshape(-1, self.n_framed)
        return np.concatenate([framed, noise.astype(np.int32)], axis=1)
