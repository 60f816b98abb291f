"""Find words of which the token pattern leaves letters or marks out."""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from w2v_cli.corpus.lint.finding import N_EXAMPLES, Finding, Tally
from w2v_cli.corpus.reading.text_blocks import TextBlock
from w2v_cli.corpus.reading.tokenizer import LINE_END, Tokenizer, Words, finder
from w2v_cli.corpus.reading.word_pattern import JOINERS, WORDS

SELECTORS = "\ufe0e\ufe0f"
"""Marks that say how an emoji looks."""


class PatternLosses:
    """Compares the words between white space with what the pattern makes of them."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._pattern = tokenizer.token_pattern
        self._find = finder(self._pattern)
        self._whole = replace(tokenizer, token_pattern=None)
        self._tally = Tally()

    def add(self, block: TextBlock, words: Words) -> None:
        if self._pattern is None:
            return
        counts = Counter(whole := self._whole.words(block).words)
        del counts[LINE_END]
        losing = {word for word in counts if self._loses(word)}
        if losing:
            first = next(place for place, word in enumerate(whole) if word in losing)
            line = block.line(whole[:first].count(LINE_END))
            examples = dict.fromkeys(word for word in whole[first:] if word in losing)
            self._tally.add(
                sum(counts[word] for word in losing),
                f"{block.path}:{line}",
                *(
                    f"{word} -> {' '.join(self._find(word))}"
                    for word in list(examples)[:N_EXAMPLES]
                ),
            )

    def _loses(self, word: str) -> bool:
        return _n_letters(word) > sum(map(_n_letters, self._find(word)))

    def findings(self) -> Iterator[Finding]:
        if self._tally.n:
            yield self._tally.finding(
                "words of which --token-pattern leaves letters, marks or joiners out",
                "write a pattern that has them"
                if self._pattern == WORDS
                else f"--token-pattern {WORDS} keeps them, of any script",
            )


def _n_letters(word: str) -> int:
    """Return how many letters, marks and joiners between them there are."""
    if word.isascii():
        return sum(map(str.isalpha, word))
    return sum(
        c in JOINERS or (unicodedata.category(c)[0] in "LM" and c not in SELECTORS)
        for c in word.strip(JOINERS)
    )
