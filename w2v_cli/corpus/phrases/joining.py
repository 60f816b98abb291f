"""Join words that stand together more often than chance has it: `new york` -> `new_york`.

The text is read once and kept as ids in a temporary file, 4 bytes a word; in memory are the
different words, and portions of the ids. Each pass counts all pairs of neighbors exactly, scores
them, and joins from left to right: a word that was just joined does not begin the next phrase.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from w2v_cli.corpus.phrases.pair_counts import PairCounts, frequent_pairs, pack, unpack
from w2v_cli.corpus.reading.tokenizer import LINE_END, Tokenizer, Words
from w2v_cli.corpus.records.reading import Records, corpus_blocks
from w2v_cli.errors import ConfigError

Score = Literal["word2phrase", "npmi"]

DEFAULT_THRESHOLDS: dict[Score, float] = {"word2phrase": 100.0, "npmi": 0.5}

PORTION = 1 << 20
"""Ids that are worked on at a time."""

BORDER = 0
"""The id that stands for a line end."""


@dataclass(frozen=True, kw_only=True)
class PhraseRules:
    """Which neighbors become a phrase, and what is written between them.

    Attributes:
        score: `word2phrase`: (n_ab - min_count) / (n_a n_b) * n, n the words of the text; or
            `npmi`: log(p_ab / (p_a p_b)) / -log p_ab, from -1 to 1, where p is a count / n.
        threshold: the score must be above it; None takes the score's default.
        min_count: pairs that occur less often are never joined.
        delimiter: stands between the parts of a phrase.
    """

    score: Score = "word2phrase"
    threshold: float | None = None
    min_count: int = 5
    delimiter: str = "_"

    def __post_init__(self) -> None:
        if self.delimiter.split() != [self.delimiter] or "\0" in self.delimiter:
            raise ConfigError(
                f"delimiter must be one or more characters without white space,"
                f" got {self.delimiter!r}"
            )


class Phrase(NamedTuple):
    """Two words that were found to be one.

    Attributes:
        name: the words with the delimiter between them.
        n_joined: how often they were joined.
        n_pairs: how often they stood side by side; more, where another phrase had taken a part.
        score: what put them above the threshold.
    """

    name: str
    n_joined: int
    n_pairs: int
    score: float


def words_by_line(
    paths: Iterable[Path | str], tokenizer: Tokenizer, records: Records | None = None
) -> Iterator[Words]:
    """Yield the words of files, or of their records, in portions, `LINE_END` after each line.

    The tokenizer also marks the end of each file, which makes one more line of a file that ends
    with a line end; that mark is left out.
    """
    at_line_start = True
    for block in corpus_blocks(paths, tokenizer, records):
        found = tokenizer.words(block)
        words = found.words
        if block.ends_file and (words[-2] == LINE_END if len(words) > 1 else at_line_start):
            words.pop()
        yield found
        at_line_start = words[-1] == LINE_END if words else at_line_start


class TextAsIds:
    """A text as int32 ids in a file without a name, `BORDER` after each line.

    Attributes:
        ids: word -> id, ids from 0 in the order of this dictionary.
        n_long, n_undecodable: what reading changed or left out, see `Words`.
    """

    def __init__(self, portions: Iterable[Words], directory: Path) -> None:
        """Read words, `LINE_END` after each line, and keep their ids in a file in `directory`."""
        self._directory = directory
        self.n_long = self.n_undecodable = 0
        new_id = count(BORDER + 1).__next__
        self.ids = defaultdict[str, int](new_id, {LINE_END: BORDER})
        self._file = self._written(self._encoded(portions))
        self.ids.default_factory = None

    def __enter__(self) -> "TextAsIds":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def replace(self, portions: Iterable[NDArray[np.int32]]) -> None:
        """Put other ids, which may be made from these, in place of these."""
        replaced, self._file = self._file, self._written(portions)
        replaced.close()

    def portions(self) -> Iterator[NDArray[np.int32]]:
        """Yield all ids, a portion at a time."""
        self._file.seek(0)
        while len(portion := np.fromfile(self._file, dtype=np.int32, count=PORTION)):
            yield portion

    def counts(self) -> NDArray[np.int64]:
        """Return the occurrences of each word, [n_ids] int64; 0 for the line end."""
        counts = np.zeros(len(self.ids), dtype=np.int64)
        for portion in self.portions():
            counts += np.bincount(portion, minlength=len(counts))
        counts[BORDER] = 0
        return counts

    def lines(self) -> Iterator[str]:
        """Yield the text in pieces: words with one space between them, lines as they were."""
        words = ["\n", *list(self.ids)[1:]]
        at_line_start = True
        for portion in self.portions():
            text = " ".join(map(words.__getitem__, portion.tolist()))
            if not at_line_start and not text.startswith("\n"):
                yield " "
            yield text.replace(" \n", "\n").replace("\n ", "\n")
            at_line_start = text.endswith("\n")

    def _encoded(self, portions: Iterable[Words]) -> Iterator[NDArray[np.int32]]:
        for words, n_long, n_undecodable in portions:
            self.n_long += n_long
            self.n_undecodable += n_undecodable
            yield np.fromiter(map(self.ids.__getitem__, words), dtype=np.int32, count=len(words))

    def _written(self, portions: Iterable[NDArray[np.int32]]) -> IO[bytes]:
        with ExitStack() as opened:
            file = opened.enter_context(TemporaryFile(dir=self._directory))
            for portion in portions:
                file.write(portion.data)
            file.flush()
            opened.pop_all()  # it stays open when all went well
            return file


def join_phrases(text: TextAsIds, rules: PhraseRules, directory: Path) -> list[Phrase]:
    """Join the phrases of one pass in `text`; return them, the most frequent ones first.

    Args:
        text: is changed in place.
        rules: what a phrase is.
        directory: where pair counts lie meanwhile.
    """
    found, scores = _pairs_above(text, rules, directory)
    firsts, seconds = unpack(found.pairs)
    words = list(text.ids)
    names = [
        words[first] + rules.delimiter + words[second]
        for first, second in zip(firsts.tolist(), seconds.tolist(), strict=True)
    ]
    # A phrase that is spelled like a word of the text is that word.
    new_ids = [text.ids.setdefault(name, len(text.ids)) for name in names]
    joiner = _Joiner(found.pairs, np.array(new_ids, dtype=np.int32), len(words))
    if names:
        text.replace(joiner.joined(text.portions()))
    facts = zip(
        names, joiner.n_joined.tolist(), found.counts.tolist(), scores.tolist(), strict=True
    )
    return sorted((Phrase(*fact) for fact in facts), key=lambda it: (-it.n_joined, it.name))


def _pairs_above(
    text: TextAsIds, rules: PhraseRules, directory: Path
) -> tuple[PairCounts, NDArray[np.float64]]:
    """Return the pairs whose score is above the threshold, and their scores."""
    threshold = DEFAULT_THRESHOLDS[rules.score] if rules.threshold is None else rules.threshold
    counts = text.counts()
    parts = [PairCounts(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))]
    scores = [np.zeros(0)]
    # Exact: what occurs less often than `min_count` is in no pair that occurs so often.
    neighbors = _neighbors(text.portions(), counts >= rules.min_count)
    for part in frequent_pairs(neighbors, rules.min_count, directory):
        firsts, seconds = unpack(part.pairs)
        score = _scores(rules, part.counts, counts[firsts], counts[seconds], counts.sum())
        above = score > threshold
        parts.append(PairCounts(part.pairs[above], part.counts[above]))
        scores.append(score[above])
    pairs, n_pairs = (np.concatenate(column) for column in zip(*parts, strict=True))
    return PairCounts(pairs, n_pairs), np.concatenate(scores)


def _neighbors(
    portions: Iterable[NDArray[np.int32]], wanted: NDArray[np.bool_]
) -> Iterator[NDArray[np.int64]]:
    """Yield the packed pairs of neighbors that are both wanted."""
    last = np.full(1, BORDER, dtype=np.int32)
    for portion in portions:
        ids = np.concatenate([last, portion])
        is_wanted = wanted[ids]
        at = np.flatnonzero(is_wanted[:-1] & is_wanted[1:])
        yield pack(ids[at], ids[at + 1])
        last = ids[-1:]


def _scores(
    rules: PhraseRules,
    n_ab: NDArray[np.int64],
    n_a: NDArray[np.int64],
    n_b: NDArray[np.int64],
    n: np.int64,
) -> NDArray[np.float64]:
    # As a quotient of floats: the product of two counts can pass what an int64 holds.
    chance = n_a.astype(np.float64) * n_b / n
    if rules.score == "word2phrase":
        return (n_ab - rules.min_count) / chance
    return np.log(n_ab / chance) / -np.log(n_ab / n)


class _Joiner:
    """Joins pairs of ids, from left to right.

    Attributes:
        n_joined: [n_pairs] int64, how often each pair was joined.
    """

    def __init__(self, pairs: NDArray[np.int64], new_ids: NDArray[np.int32], n_ids: int) -> None:
        """Take rising packed `pairs`, the id of each phrase, and how many ids the text has."""
        self._pairs, self._new_ids = pairs, new_ids
        firsts, seconds = unpack(pairs)
        self._begins, self._ends = np.zeros((2, n_ids), dtype=bool)
        self._begins[firsts] = self._ends[seconds] = True
        self.n_joined = np.zeros(len(pairs), dtype=np.int64)

    def joined(self, portions: Iterable[NDArray[np.int32]]) -> Iterator[NDArray[np.int32]]:
        """Yield the ids with each chosen pair replaced by its phrase."""
        held = np.zeros(0, dtype=np.int32)  # the last id, until its right neighbor is known
        for portion in portions:
            ids = np.concatenate([held, portion])
            at, pair = self._chosen(ids)
            self.n_joined += np.bincount(pair, minlength=len(self._pairs))
            ids[at] = self._new_ids[pair]
            kept = np.ones(len(ids), dtype=bool)
            kept[at + 1] = False
            held = ids[-1:][kept[-1:]]
            kept[-1] = False
            yield ids[kept]
        yield held

    def _chosen(self, ids: NDArray[np.int32]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return where a phrase begins, and which of the pairs it is."""
        at = np.flatnonzero(self._begins[ids[:-1]] & self._ends[ids[1:]])
        candidates = pack(ids[at], ids[at + 1])
        pair = np.searchsorted(self._pairs, candidates)
        pair[pair == len(self._pairs)] = 0
        is_pair = self._pairs[pair] == candidates
        at, pair = at[is_pair], pair[is_pair]
        # In a chain of pairs that overlap every other one is joined, beginning with the first.
        begins_chain = np.diff(at, prepend=-2) > 1
        chain_start = np.maximum.accumulate(np.where(begins_chain, at, 0))
        taken = (at - chain_start) % 2 == 0
        return at[taken], pair[taken]
