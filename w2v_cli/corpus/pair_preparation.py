"""Make files of pairs ready for training.

In: the configuration. Out: a `PreparedText` in which each pair is a sentence of two words: first
the center, then the context. Where both sides have vocabularies of their own, the first word is an
id of the one and the second an id of the other.
"""

import math
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from w2v_cli.config.config import Config
from w2v_cli.corpus.counting.counted_text import CountedText, count_text
from w2v_cli.corpus.counting.runs import Run, summed
from w2v_cli.corpus.counting.workers import MOST_WORKERS
from w2v_cli.corpus.encoding import UNKNOWN, codes, write_encoded
from w2v_cli.corpus.ledger import Account, Ledger, PairLedger
from w2v_cli.corpus.prepared_text import (
    CONTEXTS,
    MEGABYTE,
    RARE,
    TEXT_COUNTS,
    VOCABULARY,
    WORK,
    PreparedText,
    Tell,
    seal,
)
from w2v_cli.corpus.reading.files import find_files
from w2v_cli.corpus.reading.pair_lines import CONTEXT_MARK, PairTokenizer
from w2v_cli.corpus.reading.tokenizer import Tokenizer
from w2v_cli.corpus.selection import choose_vocabulary
from w2v_cli.corpus.word_lists import read_rules
from w2v_cli.errors import CorpusError
from w2v_cli.vocabulary import Vocabulary, write_vocabulary

IDS_OF_A_PAIR = 3
"""Center, context and line end."""


def prepare_pairs(config: Config, directory: Path, tell: Tell) -> PreparedText:
    """Prepare the pairs of a configuration in `directory`, which exists and is empty.

    Raises:
        ConfigError: two lists of words contradict each other.
        CorpusError: a line is not a pair, or nothing is left to train on.
    """
    work = directory / WORK
    work.mkdir()
    tokenizer = PairTokenizer(
        names=Tokenizer.of(config.text), shared=config.pairs.shared_vocabulary
    )
    tell(f"counting the names in {', '.join(config.run.corpus)}")
    counted = count_text(
        tokenizer.text_blocks(find_files(config.run.corpus)),
        tokenizer,
        work,
        min(config.devices.n_threads, MOST_WORKERS),
        config.run.count_memory * MEGABYTE,
    )
    centers, contexts = _vocabularies(config, counted.all_runs)
    write_vocabulary(centers, directory / VOCABULARY)
    if contexts is not None:
        write_vocabulary(contexts, directory / CONTEXTS)
    encoder = _PairEncoder(counted, centers, contexts)
    weights = _PairWeights(counted) if counted.is_weighted else None
    written = write_encoded(encoder.portions(), directory, IDS_OF_A_PAIR, weights)
    ledger = replace(encoder.ledger, weight=written.lines.weight)
    with (directory / RARE).open("w", encoding="utf-8", newline="\n") as left_out:
        words_by_count = _write_rare(counted.all_runs, centers, left_out)
    shutil.rmtree(work)
    n_read, n_kept = 2 * ledger.read, 2 * ledger.kept
    account = Account(
        encoder.counts,
        Ledger(read=n_read, in_vocabulary=n_kept, outside_vocab=n_read - n_kept),
        words_by_count,
    )
    np.save(directory / TEXT_COUNTS, account.counts, allow_pickle=False)
    sides = f"{len(centers):,} names"
    if contexts is not None:
        sides = f"{len(centers):,} centers and {len(contexts):,} contexts"
    tell(f"{ledger.read:,} pairs of {sum(words_by_count.values()):,} names; {sides} have vectors")
    files = seal(directory, account, written.lines, written.corpus, pairs=ledger)
    return PreparedText(
        centers,
        account,
        written.lines,
        written.corpus,
        directory,
        files,
        counted.peak_bytes,
        contexts=contexts,
        pairs=ledger,
    )


def _vocabularies(config: Config, runs: Sequence[Run]) -> tuple[Vocabulary, Vocabulary | None]:
    """Choose the words of centers and contexts; None where both share the first vocabulary."""
    rules = read_rules(config.text)
    if config.pairs.shared_vocabulary:
        return choose_vocabulary(summed(runs), rules), None
    least = config.pairs.context_min_count or config.text.min_count
    return (
        choose_vocabulary((part for part, _ in _sides(runs)), rules),
        choose_vocabulary(
            (part for _, part in _sides(runs)),
            replace(rules, min_count=least),
            "--context-min-count",
        ),
    )


def _sides(runs: Sequence[Run]) -> Iterator[tuple[dict[str, int], dict[str, int]]]:
    """Yield word -> count of the centers and of the contexts, a part at a time."""
    for part in summed(runs):
        centers = {word: n for word, n in part.items() if not word.startswith(CONTEXT_MARK)}
        yield (
            centers,
            {word.removeprefix(CONTEXT_MARK): n for word, n in part.items() if word not in centers},
        )


def _write_rare(runs: Sequence[Run], centers: Vocabulary, left_out: TextIO) -> Mapping[int, int]:
    """Write centers without a vector and their counts; return how many names have each count."""
    words_by_count: Counter[int] = Counter()
    for part in summed(runs):
        words_by_count.update(part.values())
        rare = [word for word in part if word not in centers.ids and word[0] != CONTEXT_MARK]
        # In an order that does not depend on who counted what.
        left_out.writelines([f"{word}\t{part[word]}\n" for word in sorted(rare)])
    return words_by_count


class _PairEncoder:
    """Turns pairs into ids, and counts them.

    Attributes:
        counts: [n_centers] int64, how often each center, or each name of a shared vocabulary,
            stands in a pair that is kept.
        ledger: what became of the pairs so far; without their weight.
    """

    def __init__(
        self, counted: CountedText, centers: Vocabulary, contexts: Vocabulary | None
    ) -> None:
        self._counted, self._centers, self._contexts = counted, centers, contexts
        self.counts = np.zeros(len(centers), dtype=np.int64)
        self.ledger = PairLedger(read=0, kept=0, rare_centers=0, rare_contexts=0, weight=None)

    def portions(self) -> Iterator[NDArray[np.int32]]:
        """Yield the codes of portions, those of pairs that are left out as `UNKNOWN`.

        Raises:
            CorpusError: no pair is left.
        """
        for portion in codes(self._counted, self._find):
            pairs = portion.reshape(-1, IDS_OF_A_PAIR)
            center, context = pairs[:, 0], pairs[:, 1]
            is_kept = (center >= 0) & (context >= 0)
            kept = pairs[is_kept, :2] if self._contexts is None else center[is_kept]
            self.counts += np.bincount(kept.ravel(), minlength=len(self.counts))
            rare_centers = int(np.count_nonzero(center < 0))
            n_kept, before = int(np.count_nonzero(is_kept)), self.ledger
            self.ledger = PairLedger(
                read=before.read + len(pairs),
                kept=before.kept + n_kept,
                rare_centers=before.rare_centers + rare_centers,
                rare_contexts=before.rare_contexts + len(pairs) - n_kept - rare_centers,
                weight=None,
            )
            pairs[~is_kept, :2] = UNKNOWN
            yield pairs.ravel()
        if not self.ledger.kept:
            raise CorpusError(
                "no pair is left whose center and context have vectors; lower --min-count or"
                " --context-min-count"
            )

    def _find(self, word: str, default: int) -> int:
        if self._contexts is not None and word.startswith(CONTEXT_MARK):
            return self._contexts.ids.get(word[len(CONTEXT_MARK) :], default)
        return self._centers.ids.get(word, default)


class _PairWeights:
    """The weights that were counted with the pairs, see `LineWeights`."""

    def __init__(self, counted: CountedText) -> None:
        self.total, self.are_all_one = 0.0, True
        self._parts = counted.weights()

    def take(self, n: int) -> NDArray[np.float32]:
        """Return the weights of the pairs of the next portion, which are n."""
        found = next(self._parts)
        if found is None:
            found = np.ones(n, dtype="<f4")
        assert len(found) == n
        self.total += math.fsum(found.tolist())
        self.are_all_one &= bool((found == 1).all())
        return found

    def check_end(self) -> None:
        """Check that not all weights are 0."""
        if not self.total:
            raise CorpusError("all weights of the pairs are 0, so nothing would be learned")
