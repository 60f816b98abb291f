"""Find what can be seen in a few characters: lost bytes, odd characters, markup.

A pattern never looks across white space, so it makes no difference how the text is cut in blocks.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from w2v_cli.corpus.lint.finding import N_EXAMPLES, Finding, Tally
from w2v_cli.corpus.lint.scripts import SYLLABIC
from w2v_cli.corpus.reading.text_blocks import TextBlock, count_lines
from w2v_cli.corpus.reading.tokenizer import Words

REPLACEMENT = "\ufffd"


class Pattern(NamedTuple):
    """Something that looks wrong wherever it stands.

    Attributes:
        what, remedy: as in `Finding`.
        signs: texts that are quick to search, at least one of which is in it; if there are none,
            it has characters beyond ASCII.
        pattern: finds it.
    """

    what: str
    signs: tuple[str, ...]
    pattern: re.Pattern[str]
    remedy: str

    def may_be_in(self, text: str) -> bool:
        """Return whether it is worth searching for."""
        return any(sign in text for sign in self.signs) if self.signs else not text.isascii()


# What UTF-8's continuation bytes look like when they are read as Latin-1 or Windows-1252.
_CONTINUATION = (
    "[\x80-\xbf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d"
    "\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178]"
)
_MISREAD = (
    f"\xc3{_CONTINUATION}|\xc2[\xa0-\xbf]|\xe2(?:\u20ac|\x80){_CONTINUATION}"
    f"|(?:[\xd0\xd1]{_CONTINUATION}){{2}}"
)
_CONTROLS = [*range(9), 11, 12, *range(14, 32), 127]
# The joiners U+200C and U+200D belong to the spelling of many scripts, but not between a and z.
# Zero-width spaces between letters of Thai and its like are a finding of their own.
_INVISIBLE = (
    f"(?<![{SYLLABIC}])\u200b(?![{SYLLABIC}])|"
    "[\xad\u180e\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]|(?<=[A-Za-z])[\u200c\u200d]"
)
_TAGS_WITH_ATTRIBUTES = (
    "a|blockquote|body|code|div|font|form|gallery|h[1-6]|html|iframe|img|input|li|link|meta|ol|p|"
    "pre|ref|script|section|source|span|style|sub|sup|svg|table|t[dhr]|ul|video"
)
_TAG = rf"</?[A-Za-z][\w:-]*/?>|<(?:{_TAGS_WITH_ATTRIBUTES})(?=\s)|<!--|<!DOCTYPE"

PATTERNS = (
    Pattern(
        "characters that stand for lost ones",
        (),
        re.compile(REPLACEMENT),
        "another program lost them: get the text from its source again",
    ),
    Pattern(
        "UTF-8 that was read in another encoding",
        (),
        re.compile(_MISREAD),
        "undo it, such as by `iconv -f UTF-8 -t WINDOWS-1252`, or read the source as UTF-8",
    ),
    Pattern(
        "control characters",
        tuple(map(chr, _CONTROLS)),
        re.compile(f"[{''.join(map(chr, _CONTROLS))}]"),
        "take them out first: most of them stay inside words",
    ),
    Pattern(
        "control characters of Latin-1",
        (),
        re.compile("[\x80-\x9f]"),
        "the text may be Windows-1252: --encoding windows-1252",
    ),
    Pattern(
        "invisible characters",
        (),
        re.compile(_INVISIBLE),
        "take them out first: words with and without them are different words",
    ),
    Pattern(
        "no-break and other unusual spaces",
        (),
        re.compile("[\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"),
        "they separate words as a blank does; where they should not, take them out first",
    ),
    Pattern(
        "HTML tags",
        ("<",),
        re.compile(_TAG, re.IGNORECASE),
        "take the markup out first",
    ),
    Pattern(
        "HTML entities",
        ("&",),
        re.compile(r"&(?:[A-Za-z]{2,8}|#[0-9]{2,7}|#[xX][0-9A-Fa-f]{2,6});"),
        "turn them into characters first, such as by Python's html.unescape",
    ),
    Pattern(
        "wiki markup",
        ("[[", "{{", "'''"),
        re.compile(r"\[\[(?=[:\w])|\{\{(?=[:#!\w])|'''(?=\w)"),
        "take the markup out first",
    ),
    Pattern(
        "web addresses",
        ("://", "www."),
        re.compile(r"\b(?:https?|ftp)://(?=\w)|(?<![\w/])www\.(?=\w)"),
        "nearly all are rare words, which --min-count leaves out",
    ),
)

_BEFORE = re.compile(r"\S{0,20}\Z")
_AFTER = re.compile(r"\S{0,40}")


class Characters:
    """Looks for each of `PATTERNS`."""

    def __init__(self) -> None:
        self._tallies = [Tally() for _ in PATTERNS]

    def add(self, block: TextBlock, words: Words) -> None:
        # Not "replace": bytes that are not UTF-8 would become characters that are looked for.
        text = block.data.decode(errors="ignore")
        for pattern, tally in zip(PATTERNS, self._tallies, strict=True):
            if pattern.may_be_in(text):
                self._search(pattern.pattern, text, block, tally)

    def _search(self, pattern: re.Pattern[str], text: str, block: TextBlock, tally: Tally) -> None:
        places = [found.start() for found in pattern.finditer(text)]
        if places:
            line = block.line(count_lines(text[: places[0]].encode()))
            examples = (_around(text, at) for at in places[:N_EXAMPLES])
            tally.add(len(places), f"{block.path}:{line}", *examples)

    def findings(self) -> Iterator[Finding]:
        for pattern, tally in zip(PATTERNS, self._tallies, strict=True):
            if tally.n:
                yield tally.finding(pattern.what, pattern.remedy)


def _around(text: str, at: int) -> str:
    """Return the character at `at` and what stands around it up to the next white space."""
    before = _BEFORE.search(text, max(0, at - 20), at)
    after = _AFTER.match(text, at + 1)
    assert before is not None
    assert after is not None
    return before[0] + text[at] + after[0]


class LostBytes:
    """Looks for bytes that are not of the encoding."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding
        self._tally = Tally()

    def add(self, block: TextBlock, words: Words) -> None:
        if not words.n_undecodable:
            return
        try:
            block.data.decode()
            # Not UTF-8, and so skipped before the block was made.
            self._tally.add(words.n_undecodable, block.path)
        except UnicodeDecodeError as error:
            line = block.line(count_lines(block.data[: error.start]))
            example = repr(block.data[max(0, error.start - 10) : error.end + 10])
            self._tally.add(words.n_undecodable, f"{block.path}:{line}", example)

    def findings(self) -> Iterator[Finding]:
        if self._tally.n:
            yield self._tally.finding(
                f"bytes that are not {self._encoding}",
                "name the true one with --encoding, such as latin-1; or --encoding-errors replace",
            )
