"""Find text without spaces between words, and zero-width spaces in their place."""

import re
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
    """Scripts that have no spaces between words.

    Attributes:
        what: their names.
        long_run: finds more of their characters without a space than a word has.
        remedy: how words are found in them.
    """

    what: str
    long_run: re.Pattern[str]
    remedy: str


_HAN = "\u3005\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KANA = "\u3041-\u30ff\uff66-\uff9f"
_OTHER = "put blanks between the words first, such as by ICU's BreakIterator"

SCRIPTS = (
    Script(
        "Japanese",
        re.compile(f"(?=[{_HAN}]*[{_KANA}])[{_HAN}{_KANA}]{{9,}}"),
        "put blanks between the words first, such as by `mecab -O wakati`",
    ),
    Script(
        "Chinese",
        re.compile(f"(?<![{_HAN}{_KANA}])[{_HAN}]{{9,}}(?![{_KANA}])"),
        "put blanks between the words first, such as by `python -m jieba -d ' '`; or take each"
        " character for a word: --token-pattern .",
    ),
    Script(
        "Thai",
        re.compile("[\u0e00-\u0e7f]{25,}"),
        "put blanks between the words first, such as by PyThaiNLP's word_tokenize",
    ),
    Script("Lao", re.compile("[\u0e80-\u0eff]{25,}"), _OTHER),
    Script("Tibetan", re.compile("[\u0f00-\u0fff]{25,}"), _OTHER),
    Script("Myanmar", re.compile("[\u1000-\u109f\uaa60-\uaa7f]{25,}"), _OTHER),
    Script("Khmer", re.compile("[\u1780-\u17ff]{25,}"), _OTHER),
)


class Unspaced:
    """Looks for runs that are longer than words."""

    def __init__(self) -> None:
        self._tallies = [Tally() for _ in SCRIPTS]
        self._lengths = [0 for _ in SCRIPTS]
        self._n_characters = 0

    def add(self, block: TextBlock, words: Words) -> None:
        self._n_characters += sum(map(len, words.words))
        others = [word for word in words.words if not word.isascii()]
        for number, script in enumerate(SCRIPTS):
            found = [run for word in others for run in script.long_run.findall(word)]
            if found:
                line = block.first_line + _line_of(found[0], block)
                self._lengths[number] += sum(map(len, found))
                where = f"{block.path}:{line}"
                self._tallies[number].add(len(found), where, *found[:N_EXAMPLES])

    def findings(self) -> Iterator[Finding]:
        for script, tally, length in zip(SCRIPTS, self._tallies, self._lengths, strict=True):
            if tally.n and length >= USUAL_SHARE * self._n_characters:
                yield tally.finding(
                    f"runs of {script.what} letters without spaces between the words", script.remedy
                )


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
            line = block.first_line + count_lines(text[: places[0]].encode())
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


def _line_of(run: str, block: TextBlock) -> int:
    """Return how many lines of a block end before a run; 0 where options changed its letters."""
    at = block.data.find(run.encode())
    return count_lines(block.data[:at]) if at > 0 else 0
