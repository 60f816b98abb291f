"""Write a corpus as ids on disk and read it back memory-mapped.

`ids.i32` holds every in-vocabulary token as a little-endian int32, sentence after sentence;
`starts.i64` holds where each sentence begins, and the number of tokens last. Words outside the
vocabulary are left out before sentences are cut, so windows reach across them, as in word2vec.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from w2v_cli.corpus.tokenizer import LINE_END
from w2v_cli.corpus.vocabulary import Vocabulary
from w2v_cli.errors import CorpusError

IDS, STARTS = "ids.i32", "starts.i64"
UNKNOWN, BORDER = -1, -2


@dataclass(frozen=True, eq=False)
class EncodedCorpus:
    """A corpus as ids.

    Attributes:
        ids: [n_tokens] int32, memory-mapped.
        starts: [n_sentences + 1] int64, first token of each sentence, then n_tokens.
        sha256: fingerprint of both, in hex.
    """

    ids: NDArray[np.int32]
    starts: NDArray[np.int64]
    sha256: str

    @property
    def n_tokens(self) -> int:
        return len(self.ids)

    def tokens(self, first: int, last: int) -> NDArray[np.int32]:
        """Read tokens `first` to `last` (exclusive); mapped, all of them would stay resident."""
        file: str = self.ids.filename  # type: ignore[attr-defined]
        return np.fromfile(file, "<i4", count=last - first, offset=4 * first)

    def chunks(self, n_tokens: int) -> NDArray[np.int64]:
        """Return the sentence borders that cut the corpus into chunks of about `n_tokens`.

        Returns:
            [n_chunks + 1] int64 indices into `starts`; chunk i holds sentences [i] to [i + 1].
            A chunk has at least one sentence and exceeds `n_tokens` by less than a sentence.
        """
        aims = np.arange(n_tokens, self.n_tokens, n_tokens)
        borders = np.searchsorted(self.starts, aims)
        return np.unique(np.concatenate([[0], borders, [len(self.starts) - 1]]))


def encode(
    portions: Iterable[list[str]], vocabulary: Vocabulary, directory: Path, sentence_length: int
) -> EncodedCorpus:
    """Encode the words of `portions` into `directory`, which exists and is empty.

    Args:
        portions: words as `tokenize_files` yields them, `LINE_END` after each line.
        sentence_length: longer sentences are cut into pieces of this many tokens, the last piece
            shorter, no token lost.

    Raises:
        CorpusError: the words are not those that were counted.
    """
    ids_hash, starts_hash = hashlib.sha256(), hashlib.sha256()
    n_tokens = sentence_start = 0

    def write(file: BinaryIO, digest: "hashlib._Hash", values: NDArray[np.signedinteger]) -> None:
        data = values.tobytes()
        digest.update(data)
        file.write(data)

    with (directory / IDS).open("wb") as ids_file, (directory / STARTS).open("wb") as starts_file:
        for ids, ends in _ids_and_line_ends(portions, vocabulary):
            write(ids_file, ids_hash, ids)
            if len(ends):
                borders = np.concatenate([[sentence_start], n_tokens + ends])
                write(starts_file, starts_hash, _piece_starts(borders, sentence_length))
                sentence_start = int(borders[-1])
            n_tokens += len(ids)
        write(starts_file, starts_hash, np.array([n_tokens], dtype="<i8"))
    if n_tokens != vocabulary.n_tokens:
        raise CorpusError(
            f"counting found {vocabulary.n_tokens:,} words of the vocabulary, but encoding"
            f" {n_tokens:,}; the text changed in between, so start again"
        )
    return EncodedCorpus(
        ids=np.memmap(directory / IDS, dtype="<i4", mode="r"),
        starts=np.memmap(directory / STARTS, dtype="<i8", mode="r"),
        sha256=hashlib.sha256(ids_hash.digest() + starts_hash.digest()).hexdigest(),
    )


def _ids_and_line_ends(
    portions: Iterable[list[str]], vocabulary: Vocabulary
) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int64]]]:
    """Yield each portion's ids, and how many of them stand before each line end."""
    lookup = vocabulary.ids | {LINE_END: BORDER}
    for words in portions:
        codes = np.fromiter(map(lookup.get, words, repeat(UNKNOWN)), dtype="<i4", count=len(words))
        codes = codes[codes != UNKNOWN]
        is_border = codes == BORDER
        borders = np.flatnonzero(is_border)
        yield codes[~is_border], borders - np.arange(len(borders))


def _piece_starts(borders: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    """Return where each piece of at most `length` tokens begins; empty sentences have none.

    >>> _piece_starts(np.array([0, 5, 5, 7]), length=2).tolist()
    [0, 2, 4, 5]
    """
    n_pieces = -(-np.diff(borders) // length)
    first_piece = np.cumsum(n_pieces) - n_pieces
    piece_in_sentence = np.arange(n_pieces.sum()) - np.repeat(first_piece, n_pieces)
    starts: NDArray[np.int64] = np.repeat(borders[:-1], n_pieces) + length * piece_in_sentence
    return starts.astype("<i8")
