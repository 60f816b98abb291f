"""Turn a chunk of text into steps of equal length, with the window of each word.

A step holds the pairs of its words without spelling them out: word i is the center of the `left[i]`
words before it and the `right[i]` words after it. Its words are cut into blocks, and a block's
contexts are looked for among its own words and the `window` words on either side: its frame.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from w2v_cli.training.pairs import Ids


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


class RowPlan(NamedTuple):
    """Which rows of a table each step uses, and how to sum what falls to each of them.

    A step names P places, such as its words as centers. TensorFlow gathers a row once and sums its
    gradients in order, which takes a fifth of the time of adding them to the table one by one.

    Attributes:
        words: [total] int32, the distinct words of one step after the other, rising in each.
        starts: [n_steps + 1] int32, where each step's words begin.
        at: [n_steps, P] int32, which of the step's words stands at a place.
        order: [n_steps, P] int32, the places sorted by word.
        segments: [n_steps, P] int32, `at` in that order.
    """

    words: Ids
    starts: Ids
    at: Ids
    order: Ids
    segments: Ids


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


def frames(step_tokens: int, block_length: int, window: int) -> NDArray[np.int64]:
    """Return where each block's contexts stand among a step's ids, [n_blocks, b + 2 * window].

    >>> frames(step_tokens=4, block_length=2, window=1).tolist()
    [[0, 1, 2, 3], [2, 3, 4, 5]]
    """
    first = np.arange(0, step_tokens, block_length)
    return first[:, np.newaxis] + np.arange(block_length + 2 * window)


def plan_rows(words: Ids) -> RowPlan:
    """Plan for the words at the places of each step, [n_steps, P] int32.

    >>> plan = plan_rows(np.array([[7, 5, 7]], dtype=np.int32))
    >>> plan.words.tolist(), plan.at.tolist(), plan.order.tolist(), plan.segments.tolist()
    ([5, 7], [[1, 0, 1]], [[1, 0, 2]], [[0, 1, 1]])
    """
    # Sorting (word, place) packed in one number is many times as fast as a stable argsort.
    packed = np.sort(words.astype(np.int64) << 32 | np.arange(words.shape[1]), axis=1)
    ranked, order = (packed >> 32).astype(np.int32), packed.astype(np.int32)
    is_new = np.diff(ranked, axis=1, prepend=-1) != 0
    segments = np.cumsum(is_new, axis=1, dtype=np.int32) - np.int32(1)
    at = np.empty_like(segments)
    np.put_along_axis(at, order, segments, axis=1)
    starts = np.append(0, np.cumsum(is_new.sum(axis=1))).astype(np.int32)
    return RowPlan(ranked[is_new], starts, at, order, segments)
