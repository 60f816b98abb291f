"""Find words that differ only in case or in Unicode normalization, and words that are too long."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial

from w2v_cli.corpus.lint.finding import N_EXAMPLES, Finding, Tally
from w2v_cli.corpus.reading.text_blocks import TextBlock
from w2v_cli.corpus.reading.tokenizer import LINE_END, Tokenizer, Words

MAX_WORDS = 1 << 20
"""Different words that are remembered, some 150 MB; beyond that the rarest are forgotten."""

_nfc = partial(unicodedata.normalize, "NFC")
_nfkc = partial(unicodedata.normalize, "NFKC")

SPELLINGS: tuple[tuple[str, Callable[[str], str], Callable[[str], str], str], ...] = (
    ("words that differ only in case", _nfc, str.lower, "--lowercase"),
    ("words that look the same and are spelled in other code points", str, _nfc, "--normalize nfc"),
    ("words that differ only in the form of letters", _nfc, _nfkc, "--normalize nfkc"),
)
"""What it is, what is taken for equal already, what makes the words equal, and what mends it."""


class Twins:
    """Counts words, to see which differ only in spelling."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._places: dict[str, str] = {}
        self._floor = 0

    def add(self, block: TextBlock, words: Words) -> None:
        counts = Counter(words.words)
        del counts[LINE_END]
        new = {word for word in counts if word not in self._counts and _has_other_form(word)}
        if new:
            self._find_places(new, block, words)
        self._counts.update(counts)
        while len(self._counts) > MAX_WORDS:
            self._floor += 1
            self._counts = Counter({w: n for w, n in self._counts.items() if n > self._floor})
            self._places = {w: place for w, place in self._places.items() if w in self._counts}

    def _find_places(self, new: set[str], block: TextBlock, words: Words) -> None:
        n_lines = 0
        for word in words.words:
            if word == LINE_END:
                n_lines += 1
            elif word in new:
                self._places.setdefault(word, f"{block.path}:{block.line(n_lines)}")

    def findings(self) -> Iterator[Finding]:
        for what, known, form, option in SPELLINGS:
            groups = self._groups(known, form)
            if groups:
                groups.sort(key=lambda group: -sum(self._counts[word] for word in group))
                members = {word for group in groups for word in group}
                where = next(place for word, place in self._places.items() if word in members)
                examples = tuple(map(self._described, groups[:N_EXAMPLES]))
                yield Finding(what + self._caveat(), len(groups), where, examples, option)

    def _groups(self, known: Callable[[str], str], form: Callable[[str], str]) -> list[list[str]]:
        """Return groups of words that `form` makes equal and `known` does not."""
        groups: dict[str, list[str]] = {}
        for word in self._places:
            if form(word) != word:
                groups.setdefault(form(word), []).append(word)
        for key, group in groups.items():
            if key in self._counts:
                group.append(key)
        return [group for group in groups.values() if len(set(map(known, group))) > 1]

    def _described(self, group: list[str]) -> str:
        ranked = sorted(group, key=lambda word: (-self._counts[word], word))
        return ", ".join(f"{word} {self._counts[word]:,}" for word in ranked)

    def _caveat(self) -> str:
        if not self._floor:
            return ""
        return f" (counted in part: more than {MAX_WORDS:,} different words)"


def _has_other_form(word: str) -> bool:
    return not word.isascii() or word != word.lower()


class LongWords:
    """Counts the words that are longer than allowed."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._limit = tokenizer.longest_word
        self._is_refused = tokenizer.long_words == "refuse"
        self._tally = Tally()

    def add(self, block: TextBlock, words: Words) -> None:
        if self._is_refused and words.n_long:
            self._tally.add(words.n_long, block.path)

    def findings(self) -> Iterator[Finding]:
        if self._tally.n:
            yield self._tally.finding(
                f"words of more than {self._limit:,} characters",
                "--long-words cut or skip; or is it no text with spaces between the words?",
            )
