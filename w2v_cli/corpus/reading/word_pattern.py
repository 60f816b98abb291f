r"""The pattern for words of any script, which `--token-pattern words` stands for.

Python's `\w` takes letters and digits but no combining marks, so that it cuts Hindi, Thai, Tamil,
vowelled Arabic and decomposed accents in the middle of words. A word is here

- letters, digits and `_`, with the marks and joiners between and after them;
- with one apostrophe, hyphen or middle dot inside (`don't`, `jean-luc`, `col·lega`), or a point or
  comma between digits (`3.14`, `1,000`);
- or an emoji with all that belongs to it.

What else stands between white space, such as punctuation and zero-width spaces, separates words.
"""

import unicodedata
from functools import cache

WORDS = "words"
"""The name of the pattern."""

JOINERS = "\u200c\u200d"
"""Zero-width non-joiner and joiner, a part of the spelling of Persian and many scripts of India."""

LAST_PLANE = 0x20000
"""The planes from here on hold letters only, up to the tags and variation selectors."""
TAGS = range(0xE0000, 0xE0200)

_INSIDE = "'\u2019\u2018\uff07\\-\u2010\u2011\u058a\u05be\u05f3\u05f4\xb7"
_FORMAT = "\xad\u061c\u180e\u200e\u200f\u2060\ufeff"
"""They cannot be seen and may stand inside a word, such as the soft hyphen."""

_PICTURE = (
    "[\u231a\u231b\u23e9-\u23f3\u23f8-\u23fa\u25fd\u25fe\u2600-\u2767\u2776-\u27bf\u2b1b\u2b1c"
    "\u2b50\u2b55\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff]|[^\\w\\s]\ufe0f"
)
_PICTURE_WITH_SIGNS = (
    f"(?:{_PICTURE})[\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
)
_EMOJI = (
    "[\U0001f1e6-\U0001f1ff]{2}|[0-9#*]\ufe0f?\u20e3"
    f"|{_PICTURE_WITH_SIGNS}(?:\u200d{_PICTURE_WITH_SIGNS})*"
)


@cache
def words_pattern() -> str:
    """Return the regular expression that `words` stands for."""
    piece = rf"\w(?:[\w{JOINERS}{_marks()}]|[{_FORMAT}]+(?=\w))*"
    inside = rf"(?:[{_INSIDE}](?=\w)|(?<=\d)[.,](?=\d))"
    return f"{_EMOJI}|{piece}(?:{inside}{piece})*"


def _marks() -> str:
    """Return all combining marks as the inside of a character class."""
    codes = [*range(LAST_PLANE), *TAGS]
    marks = [code for code in codes if unicodedata.category(chr(code)).startswith("M")]
    parts: list[list[int]] = []
    for code in marks:
        if parts and parts[-1][1] == code - 1:
            parts[-1][1] = code
        else:
            parts.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in parts)
