"""Account for every word that was read.

In: a counted text and the vocabulary. Out: how often each word of the vocabulary occurs, a ledger
whose sums hold, and the words that were left out, in a file.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from w2v_cli.corpus.selection import Rules
from w2v_cli.errors import InternalError
from w2v_cli.vocabulary import Vocabulary


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """What became of the words of a text; all are numbers of tokens.

    read = in_vocabulary + held_out + below_min_count + beyond_max_vocab + stop_words
           + outside_vocab + skipped

    Attributes:
        read: what the tokenizer found.
        in_vocabulary: has a vector, and is trained on.
        held_out: has a vector, in a line that is set aside.
        below_min_count: of words that are too rare.
        beyond_max_vocab: of words that had no place left.
        stop_words: of words that were to be left out.
        outside_vocab: of other words that a given vocabulary does not hold.
        skipped: not counted as words, because they are too long.
    """

    read: int
    in_vocabulary: int
    held_out: int = 0
    below_min_count: int = 0
    beyond_max_vocab: int = 0
    stop_words: int = 0
    outside_vocab: int = 0
    skipped: int = 0

    def __post_init__(self) -> None:
        parts = {name: n for name, n in vars(self).items() if name != "read"}
        if sum(parts.values()) != self.read:
            raise InternalError(
                f"{self.read:,} words were read, but {sum(parts.values()):,} are accounted for"
                f" ({', '.join(f'{name} {n:,}' for name, n in parts.items())})"
            )

    def __str__(self) -> str:
        """Return the sum in words; what is zero is left out.

        >>> print(Ledger(read=1100, in_vocabulary=1000, below_min_count=100))
        1,100 words read = 1,000 in the vocabulary + 100 below --min-count
        """
        names = {
            "in_vocabulary": "in the vocabulary",
            "held_out": "set aside by --holdout",
            "below_min_count": "below --min-count",
            "beyond_max_vocab": "beyond --max-vocab",
            "stop_words": "stop words",
            "outside_vocab": "not in --vocab",
            "skipped": "skipped for their length",
        }
        parts = [f"{n:,} {text}" for name, text in names.items() if (n := getattr(self, name))]
        return f"{self.read:,} words read = {' + '.join(parts)}"


@dataclass(frozen=True, kw_only=True)
class LineLedger:
    """What became of the lines of a text.

    Attributes:
        read: number of lines, empty ones among them.
        cut: how many of them were cut, because they have more words of the vocabulary than a
            sentence may have.
        weight: sum of their weights; None if none are given.
    """

    read: int
    cut: int
    weight: float | None = None

    def __str__(self) -> str:
        """Return the numbers in words.

        >>> print(LineLedger(read=1100, cut=2, weight=990.5))
        1,100 lines read, 2 of them cut, with a weight of 990.5 in all
        """
        weight = "" if self.weight is None else f", with a weight of {self.weight:,.10g} in all"
        return f"{self.read:,} lines read, {self.cut:,} of them cut{weight}"


@dataclass(frozen=True, kw_only=True)
class PairLedger:
    """What became of the pairs of a file.

    read = kept + rare_centers + rare_contexts

    Attributes:
        read: number of pairs.
        kept: both words have a vector.
        rare_centers: the center has no vector.
        rare_contexts: the center has one, and the context has none.
        weight: sum of the weights of all pairs; None if none are given.
    """

    read: int
    kept: int
    rare_centers: int
    rare_contexts: int
    weight: float | None

    def __post_init__(self) -> None:
        if self.read != self.kept + self.rare_centers + self.rare_contexts:
            raise InternalError(f"{self.read:,} pairs were read, but others are accounted for")

    def __str__(self) -> str:
        """Return the sum in words; what is zero is left out.

        >>> print(PairLedger(read=9, kept=7, rare_centers=0, rare_contexts=2, weight=4.5))
        9 pairs read = 7 kept + 2 whose context has no vector, with a weight of 4.5 in all
        """
        names = {
            "kept": "kept",
            "rare_centers": "whose center has no vector",
            "rare_contexts": "whose context has no vector",
        }
        parts = [f"{n:,} {text}" for name, text in names.items() if (n := getattr(self, name))]
        weight = "" if self.weight is None else f", with a weight of {self.weight:,.10g} in all"
        return f"{self.read:,} pairs read = {' + '.join(parts)}{weight}"


@dataclass(frozen=True, eq=False)
class Account:
    """What is known about a text and a vocabulary.

    Attributes:
        counts: [n_words] int64, occurrences of each word of the vocabulary, in the lines of the
            text that are trained on.
        ledger: what became of each word of the text.
        words_by_count: count -> how many different words of the text occur so often.
    """

    counts: NDArray[np.int64]
    ledger: Ledger
    words_by_count: Mapping[int, int]

    @property
    def n_different(self) -> int:
        """Different words of the text."""
        return sum(self.words_by_count.values())

    def without(self, held_out: NDArray[np.int32]) -> "Account":
        """Return the account of the same text, [n] of whose ids are set aside."""
        in_vocabulary = self.ledger.in_vocabulary - len(held_out)
        return replace(
            self,
            counts=self.counts - np.bincount(held_out, minlength=len(self.counts)),
            ledger=replace(self.ledger, in_vocabulary=in_vocabulary, held_out=len(held_out)),
        )


def account_for(
    parts: Iterable[Mapping[str, int]],
    n_read: int,
    n_skipped: int,
    vocabulary: Vocabulary,
    rules: Rules,
    given: bool,
    left_out: TextIO | None = None,
) -> Account:
    """Say what became of every word.

    Args:
        parts: word -> count in the text; no word is in two parts.
        n_read: words that were read, those that were skipped among them.
        n_skipped: words that were skipped.
        vocabulary: the words that get vectors.
        rules: how they were chosen.
        given: whether the vocabulary is not from this text.
        left_out: where to write words without a vector and their counts.

    Raises:
        InternalError: the sums do not hold.
    """
    counts = np.zeros(len(vocabulary), dtype=np.int64)
    tokens: Counter[str] = Counter()
    words_by_count: Counter[int] = Counter()
    for part in parts:
        words_by_count.update(part.values())
        known = part.keys() & vocabulary.ids.keys()
        counts[[vocabulary.ids[word] for word in known]] = [part[word] for word in known]
        # In an order that does not depend on who counted what.
        others = sorted(part.keys() - known)
        tokens.update(_by_reason([(word, part[word]) for word in others], rules, given))
        if left_out:
            left_out.writelines([f"{word}\t{part[word]}\n" for word in others])
    in_vocabulary = int(counts.sum())
    ledger = Ledger(read=n_read, in_vocabulary=in_vocabulary, skipped=n_skipped, **tokens)
    return Account(counts, ledger, words_by_count)


def _by_reason(others: list[tuple[str, int]], rules: Rules, given: bool) -> dict[str, int]:
    """Return line of the ledger -> tokens, of words without a vector."""
    stopped = sum(n for word, n in others if word in rules.stop) if rules.stop else 0
    rest = sum(n for _, n in others) - stopped
    if given:
        return {"stop_words": stopped, "outside_vocab": rest}
    rare = sum(n for word, n in others if n < rules.min_count and word not in rules.stop)
    return {"stop_words": stopped, "below_min_count": rare, "beyond_max_vocab": rest - rare}
