"""Write a corpus as ids on disk and read it back memory-mapped.

`ids.i32` holds every in-vocabulary token as a little-endian int32, sentence after sentence;
`starts.i64` holds where each sentence begins, and the number of tokens last. `weights.f32` holds
the weight of each sentence; the file is absent where all weights are 1. Words outside the
vocabulary are left out before sentences are cut, so windows reach across them, as in word2vec.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from w2v_cli.corpus.counting.counted_text import CountedText
from w2v_cli.corpus.counting.runs import N_PARTS, Run
from w2v_cli.corpus.counting.word_table import LINE_END_ID
from w2v_cli.corpus.ledger import LineLedger
from w2v_cli.corpus.line_weights import LineWeights
from w2v_cli.vocabulary import Vocabulary

IDS, STARTS, WEIGHTS = "ids.i32", "starts.i64", "weights.f32"
UNKNOWN, BORDER = -1, -2


@dataclass(frozen=True, eq=False)
class EncodedCorpus:
    """A corpus as ids.

    Attributes:
        ids: [n_tokens] int32, memory-mapped.
        starts: [n_sentences + 1] int64, first token of each sentence, then n_tokens.
        sha256: fingerprint of all of it, in hex.
        weights: [n_sentences] float32, by which the losses of each sentence's centers are
            multiplied, memory-mapped; None if all are 1.
    """

    ids: NDArray[np.int32]
    starts: NDArray[np.int64]
    sha256: str
    weights: NDArray[np.float32] | None = None

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


class WeightsOfLines(Protocol):
    """The weights of the lines of a text, see `LineWeights`."""

    total: float
    are_all_one: bool

    def take(self, n: int) -> NDArray[np.float32]: ...

    def check_end(self) -> None: ...


class Written(NamedTuple):
    """What was written.

    Attributes:
        corpus: the corpus as ids.
        lines: what became of the lines.
    """

    corpus: EncodedCorpus
    lines: LineLedger


def encode_counted(
    counted: CountedText,
    vocabulary: Vocabulary,
    directory: Path,
    sentence_length: int,
    weights: LineWeights | None = None,
) -> Written:
    """Encode a text that was counted into `directory`, which exists.

    Args:
        counted: the text, as local ids.
        vocabulary: the words that have ids; others are left out.
        directory: where the two files are written.
        sentence_length: longer sentences are cut into pieces of this many tokens, the last piece
            shorter, no token lost.
        weights: of the lines; None if all are 1.

    Raises:
        CorpusError: the weights do not fit the lines.
    """
    return write_encoded(codes(counted, vocabulary.ids.get), directory, sentence_length, weights)


def open_encoded(directory: Path, sha256: str, prefix: str = "") -> EncodedCorpus:
    """Open what was encoded into `directory`, in files whose names begin with `prefix`."""
    weights = directory / f"{prefix}{WEIGHTS}"
    return EncodedCorpus(
        ids=np.memmap(directory / f"{prefix}{IDS}", dtype="<i4", mode="r"),
        starts=np.memmap(directory / f"{prefix}{STARTS}", dtype="<i8", mode="r"),
        sha256=sha256,
        weights=np.memmap(weights, dtype="<f4", mode="r") if weights.exists() else None,
    )


Find = Callable[[str, int], int]
"""Returns the id of a word, or the second argument if it has none."""


def codes(counted: CountedText, find: Find) -> Iterator[NDArray[np.int32]]:
    """Yield each portion as ids, `UNKNOWN` and `BORDER`."""
    # A counter's runs follow one another, so one map for each counter is in use at a time.
    maps: dict[Path, tuple[Run, NDArray[np.int32]]] = {}
    for spool, run, local_ids in counted.local_ids():
        if spool not in maps or maps[spool][0] is not run:
            maps[spool] = run, _codes_of_local_ids(run, find)
        yield np.take(maps[spool][1], local_ids)


def _codes_of_local_ids(run: Run, find: Find) -> NDArray[np.int32]:
    """Return [n_words + 1] int32: local id -> id, `UNKNOWN` or `BORDER`."""
    found_codes = np.empty(run.n_words + 1, dtype="<i4")
    found_codes[LINE_END_ID] = BORDER
    for part in range(N_PARTS):
        words = run.words(part)
        found = map(find, words, repeat(UNKNOWN))
        found_codes[run.ids(part)] = np.fromiter(found, dtype="<i4", count=len(words))
    return found_codes


def write_encoded(
    portions: Iterable[NDArray[np.int32]],
    directory: Path,
    sentence_length: int,
    weights: WeightsOfLines | None = None,
) -> Written:
    """Write codes, without those of unknown words, as ids and starts of sentences.

    Args:
        portions: int32 codes of the text, one array after the other: an id, `UNKNOWN`, or `BORDER`
            at the end of each line.
        directory: as for `encode_counted`.
        sentence_length, weights: the same.
    """
    n_tokens = sentence_start = n_lines = n_cut = 0
    with CorpusWriter(directory, weighted=weights is not None) as writer:
        for portion in portions:
            ids = portion[portion >= 0]
            writer.add_tokens(ids)
            others = np.flatnonzero(portion < 0)
            line_ends = np.flatnonzero(portion[others] == BORDER)
            if len(line_ends):
                ends = n_tokens + others[line_ends] - line_ends
                borders = np.concatenate([[sentence_start], ends])
                n_pieces = -(-np.diff(borders) // sentence_length)
                of_lines = weights.take(len(n_pieces)) if weights is not None else None
                writer.add_sentences(
                    _piece_starts(borders, n_pieces, sentence_length),
                    None if of_lines is None else np.repeat(of_lines, n_pieces),
                )
                n_lines += len(n_pieces)
                n_cut += int(np.count_nonzero(n_pieces > 1))
                sentence_start = int(borders[-1])
            n_tokens += len(ids)
        if weights is not None:
            weights.check_end()
            if weights.are_all_one:
                writer.drop_weights()
    lines = LineLedger(read=n_lines, cut=n_cut, weight=weights.total if weights else None)
    return Written(writer.corpus, lines)


class CorpusWriter:
    """Writes a corpus as ids.

    Attributes:
        n_tokens: number of tokens so far.
    """

    def __init__(self, directory: Path, prefix: str = "", *, weighted: bool) -> None:
        """Make the files.

        Args:
            directory: where they are written; exists.
            prefix: what their names begin with.
            weighted: whether sentences have weights.
        """
        self.n_tokens = 0
        self._directory, self._prefix = directory, prefix
        names = (IDS, STARTS, WEIGHTS) if weighted else (IDS, STARTS)
        self._files = {name: _HashedFile(directory / f"{prefix}{name}") for name in names}

    def __enter__(self) -> "CorpusWriter":
        return self

    def __exit__(self, *error: object) -> None:
        self._files[STARTS].write(np.array([self.n_tokens], dtype="<i8"))
        for file in self._files.values():
            file.close()

    def add_tokens(self, ids: NDArray[np.int32]) -> None:
        """Write tokens."""
        self._files[IDS].write(ids)
        self.n_tokens += len(ids)

    def add_sentences(
        self, starts: NDArray[np.int64], weights: NDArray[np.float32] | None = None
    ) -> None:
        """Write the first token and the weight of each sentence, [n] int64 and [n] float32."""
        self._files[STARTS].write(starts)
        if weights is not None:
            self._files[WEIGHTS].write(weights)

    def drop_weights(self) -> None:
        """Remove the weights, because all of them are 1."""
        self._files.pop(WEIGHTS).close()
        (self._directory / f"{self._prefix}{WEIGHTS}").unlink()

    @property
    def corpus(self) -> EncodedCorpus:
        """What was written, once it is complete."""
        digests = b"".join(file.digest for file in self._files.values())
        return open_encoded(self._directory, hashlib.sha256(digests).hexdigest(), self._prefix)


class _HashedFile:
    """Writes arrays into a file, and hashes them."""

    def __init__(self, path: Path) -> None:
        self._file, self._hash = path.open("wb"), hashlib.sha256()

    def write(self, values: NDArray[Any]) -> None:
        """Write an array that is contiguous."""
        self._hash.update(values.data)
        self._file.write(values.data)

    def close(self) -> None:
        """Write what is buffered."""
        self._file.close()

    @property
    def digest(self) -> bytes:
        """The sha256 of what was written."""
        return self._hash.digest()


def _piece_starts(
    borders: NDArray[np.int64], n_pieces: NDArray[np.int64], length: int
) -> NDArray[np.int64]:
    """Return where each piece of at most `length` tokens begins; empty sentences have none.

    >>> _piece_starts(np.array([0, 5, 5, 7]), np.array([3, 0, 1]), length=2).tolist()
    [0, 2, 4, 5]
    """
    first_piece = np.cumsum(n_pieces) - n_pieces
    piece_in_sentence = np.arange(n_pieces.sum()) - np.repeat(first_piece, n_pieces)
    starts: NDArray[np.int64] = np.repeat(borders[:-1], n_pieces) + length * piece_in_sentence
    return starts.astype("<i8")
