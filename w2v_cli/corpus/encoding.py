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

from w2v_cli.corpus.counting.counted_text import CountedText
from w2v_cli.corpus.counting.runs import N_PARTS, Run
from w2v_cli.corpus.counting.word_table import LINE_END_ID
from w2v_cli.vocabulary import Vocabulary

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

    @property
    def n_sentences(self) -> int:
        """Sentences, or pieces of long ones, none of which is empty."""
        return len(self.starts) - 1

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


def encode_counted(
    counted: CountedText, vocabulary: Vocabulary, directory: Path, sentence_length: int
) -> EncodedCorpus:
    """Encode a text that was counted into `directory`, which exists.

    Args:
        counted: the text, as local ids.
        vocabulary: the words that have ids; others are left out.
        directory: where the two files are written.
        sentence_length: longer sentences are cut into pieces of this many tokens, the last piece
            shorter, no token lost.
    """
    return write_encoded(_codes(counted, vocabulary), directory, sentence_length)


def open_encoded(directory: Path, sha256: str, prefix: str = "") -> EncodedCorpus:
    """Open what was encoded into `directory`, in files whose names begin with `prefix`."""
    return EncodedCorpus(
        ids=np.memmap(directory / f"{prefix}{IDS}", dtype="<i4", mode="r"),
        starts=np.memmap(directory / f"{prefix}{STARTS}", dtype="<i8", mode="r"),
        sha256=sha256,
    )


def _codes(counted: CountedText, vocabulary: Vocabulary) -> Iterator[NDArray[np.int32]]:
    """Yield each portion as ids, `UNKNOWN` and `BORDER`."""
    # A counter's runs follow one another, so one map for each counter is in use at a time.
    maps: dict[Path, tuple[Run, NDArray[np.int32]]] = {}
    for spool, run, local_ids in counted.local_ids():
        if spool not in maps or maps[spool][0] is not run:
            maps[spool] = run, _codes_of_local_ids(run, vocabulary)
        yield np.take(maps[spool][1], local_ids)


def _codes_of_local_ids(run: Run, vocabulary: Vocabulary) -> NDArray[np.int32]:
    """Return [n_words + 1] int32: local id -> id, `UNKNOWN` or `BORDER`."""
    codes = np.empty(run.n_words + 1, dtype="<i4")
    codes[LINE_END_ID] = BORDER
    for part in range(N_PARTS):
        words = run.words(part)
        found = map(vocabulary.ids.get, words, repeat(UNKNOWN))
        codes[run.ids(part)] = np.fromiter(found, dtype="<i4", count=len(words))
    return codes


def write_encoded(
    portions: Iterable[NDArray[np.int32]], directory: Path, sentence_length: int
) -> EncodedCorpus:
    """Write codes, without those of unknown words, as ids and starts of sentences.

    Args:
        portions: int32 codes of the text, one array after the other: an id, `UNKNOWN`, or `BORDER`
            at the end of a sentence.
        directory: as for `encode_counted`.
        sentence_length: the same.
    """
    ids_hash, starts_hash = hashlib.sha256(), hashlib.sha256()
    n_tokens = sentence_start = 0

    def write(file: BinaryIO, digest: "hashlib._Hash", values: NDArray[np.signedinteger]) -> None:
        digest.update(values.data)
        file.write(values.data)

    with (directory / IDS).open("wb") as ids_file, (directory / STARTS).open("wb") as starts_file:
        for codes in portions:
            ids = codes[codes >= 0]
            write(ids_file, ids_hash, ids)
            others = np.flatnonzero(codes < 0)
            line_ends = np.flatnonzero(codes[others] == BORDER)
            if len(line_ends):
                ends = n_tokens + others[line_ends] - line_ends
                borders = np.concatenate([[sentence_start], ends])
                write(starts_file, starts_hash, _piece_starts(borders, sentence_length))
                sentence_start = int(borders[-1])
            n_tokens += len(ids)
        write(starts_file, starts_hash, np.array([n_tokens], dtype="<i8"))
    digest = hashlib.sha256(ids_hash.digest() + starts_hash.digest()).hexdigest()
    return open_encoded(directory, digest)


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
