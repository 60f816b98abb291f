"""Find text without spaces between words, and zero-width spaces in their place."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from w2v_cli.corpus.lint.finding import N_EXAMPLES, Finding, Tally
from w2v_cli.corpus.reading.text_blocks import TextBlock, count_lines
from w2v_cli.corpus.reading.tokenizer import Tokenizer, Words, finder

ZERO_WIDTH_SPACE = "\u200b"

SYLLABIC = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff\u1a20-\u1aaf\u1b00-\u1b7f"
    "\ua980-\ua9df\uaa60-\uaa7f"
)
"""Thai, Lao, Tibetan, Myanmar, Khmer and their neighbors, as the inside of a character class."""

USUAL_SHARE = 0.01
"""Of the characters; foreign names and quotations are fewer."""


class Script(NamedTuple):
    """A script that has no spaces between words.

    Attributes:
        what: its name.
        letters: its letters, as the inside of a character class.
        n_letters: a run of so many without a space is longer than a word.
        remedy: how words are found in it.
    """

    what: str
    letters: str
    n_letters: int
    remedy: str


_KANA = "\u3041-\u30ff\uff66-\uff9f"
_HAN = "\u3005\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_OTHER = "put blanks between the words first, such as by ICU's BreakIterator"

CHINESE = Script(
    "Chinese",
    _HAN + _KANA,
    9,
    "put blanks between the words first, such as by `python -m jieba -d ' '`; or take each"
    " character for a word: --token-pattern .",
)
JAPANESE = CHINESE._replace(
    what="Japanese", remedy="put blanks between the words first, such as by `mecab -O wakati`"
)
SCRIPTS = (
    CHINESE,
    Script(
        "Thai",
        "\u0e00-\u0e7f",
        25,
        "put blanks between the words first, such as by PyThaiNLP's word_tokenize",
    ),
    Script("Lao", "\u0e80-\u0eff", 25, _OTHER),
    Script("Tibetan", "\u0f00-\u0fff", 25, _OTHER),
    Script("Myanmar", "\u1000-\u109f\uaa60-\uaa7f", 25, _OTHER),
    Script("Khmer", "\u1780-\u17ff", 25, _OTHER),
)
SHORTEST_RUN = min(script.n_letters for script in SCRIPTS)

RUN = re.compile("|".join(f"([{it.letters}]{{{it.n_letters},}})" for it in SCRIPTS))
"""Finds letters of a script without a space, more than a word has; a group for each script."""


class Unspaced:
    """Looks for runs of letters that are longer than words."""

    def __init__(self) -> None:
        self._tallies: dict[Script, Tally] = {}
        self._lengths = Counter[Script]()
        self._n_characters = 0

    def add(self, block: TextBlock, words: Words) -> None:
        self._n_characters += sum(map(len, words.words))
        long = [it for it in words.words if len(it) >= SHORTEST_RUN and not it.isascii()]
        for word, n in Counter(long).items():
            for found in RUN.finditer(word):
                self._add_run(block, found, n)

    def _add_run(self, block: TextBlock, found: re.Match[str], n: int) -> None:
        assert found.lastindex is not None
        run, script = found[0], SCRIPTS[found.lastindex - 1]
        if script is CHINESE and re.search(f"[{_KANA}]", run):
            script = JAPANESE
        if script not in self._tallies:
            self._tallies[script] = Tally()
        tally = self._tallies[script]
        where = tally.where or f"{block.path}:{block.line(_lines_before(run, block))}"
        tally.add(n, where, run)
        self._lengths[script] += n * len(run)

    def findings(self) -> Iterator[Finding]:
        for script, tally in self._tallies.items():
            if self._lengths[script] >= USUAL_SHARE * self._n_characters:
                yield tally.finding(
                    f"runs of {script.what} letters without spaces between the words", script.remedy
                )


def _lines_before(run: str, block: TextBlock) -> int:
    """Return how many lines of a block end before a run; 0 where options changed its letters."""
    return count_lines(block.data[: max(0, block.data.find(run.encode()))])


class ZeroWidthSpaces:
    """Looks for zero-width spaces that separate words of scripts without spaces."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        letter = "\u0e01"
        # A token pattern can take them for what they are.
        self._is_mended = len(finder(tokenizer.token_pattern)(f"{letter}\u200b{letter}")) == 2
        self._tally = Tally()

    def add(self, block: TextBlock, words: Words) -> None:
        if self._is_mended or ZERO_WIDTH_SPACE.encode() not in block.data:
            return
        text = block.data.decode(errors="ignore")
        places = [found.start() for found in SEPARATING.finditer(text)]
        if places:
            line = block.line(count_lines(text[: places[0]].encode()))
            examples = (text[max(0, at - 10) : at + 11].strip() for at in places[:N_EXAMPLES])
            self._tally.add(len(places), f"{block.path}:{line}", *examples)

    def findings(self) -> Iterator[Finding]:
        if self._tally.n:
            yield self._tally.finding(
                "zero-width spaces between words, as in Thai, Khmer, Lao and Myanmar",
                "they are taken for letters: turn them into blanks, such as by"
                " `sed 's/\\xe2\\x80\\x8b/ /g'`, or pass --token-pattern words",
            )


SEPARATING = re.compile(f"(?<=[{SYLLABIC}])\u200b|\u200b(?=[{SYLLABIC}])")
