"""Set lines aside, so that a model can be scored on text that it was not trained on.

In: an encoded corpus and a share. Out: the same corpus without the lines that were set aside, and a
second encoded corpus of these lines, beside it.

A hash of the words of a line decides, and nothing else. So the same lines are set aside in any
order of the files, and equal lines are always on the same side. Words outside the vocabulary do not
count. If a line is longer than a sentence may be, each of its pieces counts as a line.
"""

import hashlib
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from w2v_cli.corpus.encoding import (
    IDS,
    STARTS,
    WEIGHTS,
    CorpusWriter,
    EncodedCorpus,
    open_encoded,
)
from w2v_cli.errors import CorpusError

HELD_OUT = "held_out_"
"""What the names of the files of the lines set aside begin with."""

KEPT = "kept_"
BLOCK_TOKENS = 1 << 20


class Sides(NamedTuple):
    """The two sides of a text."""

    training: EncodedCorpus
    held_out: EncodedCorpus


def set_aside(corpus: EncodedCorpus, words: Sequence[str], share: float, directory: Path) -> Sides:
    """Divide the corpus that lies in `directory`. Its files then hold the lines to train on.

    Args:
        corpus: the whole text.
        words: id -> word.
        share: about how much of the lines is set aside, between 0 and 1.
        directory: where the files of the corpus lie.

    Raises:
        CorpusError: no line was set aside.
    """
    hashes = word_hashes(words)
    borders = corpus.chunks(BLOCK_TOKENS)
    with ExitStack() as stack:
        weighted = corpus.weights is not None
        kept = stack.enter_context(CorpusWriter(directory, KEPT, weighted=weighted))
        held_out = stack.enter_context(CorpusWriter(directory, HELD_OUT, weighted=False))
        for first, last in pairwise(borders.tolist()):
            starts = corpus.starts[first : last + 1]
            ids = corpus.tokens(int(starts[0]), int(starts[-1]))
            lengths = np.diff(starts)
            is_aside = shares_of_lines(hashes[ids], lengths) < share
            of_tokens = np.repeat(is_aside, lengths)
            _add(held_out, ids[of_tokens], lengths[is_aside])
            weights = corpus.weights[first:last][~is_aside] if corpus.weights is not None else None
            _add(kept, ids[~of_tokens], lengths[~is_aside], weights)
    if not held_out.n_tokens:
        raise CorpusError(
            f"none of the {corpus.n_sentences:,} lines is set aside by --holdout {share:g}; use a"
            " larger share"
        )
    if not kept.n_tokens:
        raise CorpusError(f"--holdout {share:g} sets all lines aside; use a smaller share")
    sha256 = kept.corpus.sha256
    for name in (IDS, STARTS, *([WEIGHTS] if weighted else [])):
        (directory / f"{KEPT}{name}").replace(directory / name)
    return Sides(open_encoded(directory, sha256), held_out.corpus)


def _add(
    side: CorpusWriter,
    ids: NDArray[np.int32],
    lengths: NDArray[np.int64],
    weights: NDArray[np.float32] | None = None,
) -> None:
    """Write sentences of these lengths."""
    side.add_sentences((side.n_tokens + np.cumsum(lengths) - lengths).astype("<i8"), weights)
    side.add_tokens(ids)


def word_hashes(words: Sequence[str]) -> NDArray[np.uint64]:
    """Return [n_words] uint64, a hash of each word that does not depend on its id."""
    digests = (
        hashlib.blake2b(word.encode(), digest_size=8, person=b"w2v holdout").digest()
        for word in words
    )
    return np.frombuffer(b"".join(digests), dtype="<u8")


def shares_of_lines(hashes: NDArray[np.uint64], lengths: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return a number from 0 to 1 (exclusive) for each line, which depends on its words alone.

    Args:
        hashes: [n_tokens] uint64, hash of each word, line after line.
        lengths: [n_lines] int64, words of each line, all positive.
    """
    firsts = np.cumsum(lengths) - lengths
    places = (np.arange(len(hashes)) - np.repeat(firsts, lengths)).astype(np.uint64)
    # Without the places, lines of the same words in another order would be equal.
    mixed = _mix(hashes + places * np.uint64(0x9E3779B97F4A7C15))
    of_lines = _mix(np.add.reduceat(mixed, firsts))
    return np.asarray((of_lines >> np.uint64(11)) * 2.0**-53)


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return splitmix64's mix of each number: every bit depends on all bits of the number."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
