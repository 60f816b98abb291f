"""What becomes of words that cannot be used as they stand: not of the encoding, empty, repeated."""

import codecs
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from w2v_cli.config.encodings import known_encodings, reads_in_pieces
from w2v_cli.errors import ConfigError, ModelError, nearest

log = logging.getLogger(__name__)

EncodingErrors = Literal["strict", "replace", "skip"]

HANDLERS = {"replace": "replace", "skip": "ignore"}
"""How Python calls what is done about bytes that are not of the encoding."""

SHOWN_ROWS = 5
"""How many rows a message names."""

SHOWN_CHARACTERS = 40
"""How much of a word a message shows; the end too, for that is where long words were cut."""

MARKED = "w2v-marked"
BAD = b"\xff"
"""Stands in the UTF-8 of a transcoded text for bytes that are not of its encoding."""

Place = Callable[[int], str]
"""Says where a row stands, such as `vectors.txt:7`."""


@dataclass(frozen=True)
class WordRules:
    """How the words of a file are read.

    Attributes:
        encoding: of the file, where it is one of text or has words between bytes of numbers.
        encoding_errors: what becomes of bytes that are not of the encoding: an error, a
            replacement character, nothing.
        strict: whether an empty or repeated word is an error; if not, its row is left out.

    Raises:
        ConfigError: the encoding is not known.
    """

    encoding: str = "utf-8"
    encoding_errors: EncodingErrors = "strict"
    strict: bool = False

    def __post_init__(self) -> None:
        if not reads_in_pieces(self.encoding):
            raise ConfigError(
                f"unknown encoding {self.encoding!r}{nearest(self.encoding, known_encodings())}"
            )
        if self.encoding_errors not in ("strict", *HANDLERS):
            raise ConfigError(
                f"encoding_errors must be strict, replace or skip, got {self.encoding_errors!r}"
            )

    @property
    def is_utf8(self) -> bool:
        return codecs.lookup(self.encoding).name in ("utf-8", "utf-8-sig")


def _mark(error: UnicodeError) -> tuple[str | bytes, int]:
    """Put a byte that UTF-8 does not have for what cannot be decoded, or not be encoded."""
    if isinstance(error, UnicodeEncodeError):
        return BAD, error.end
    if isinstance(error, UnicodeDecodeError):
        return "\udcff", error.end
    raise error


codecs.register_error(MARKED, _mark)


def in_utf8(text: bytes, rules: WordRules) -> bytes:
    r"""Return a whole text of some encoding in UTF-8, with `BAD` for what is not of the encoding.

    >>> in_utf8(b"caf\xe9", WordRules("latin-1")).decode()
    'café'
    """
    return text.decode(rules.encoding, MARKED).encode("utf-8", MARKED)


def decoded(words: list[bytes], place: Place, rules: WordRules) -> list[str]:
    """Return UTF-8 words, none of which holds a newline, as text.

    Raises:
        ModelError: bytes are not of the encoding, and the rules are strict about it.
    """
    if not words:
        return []
    try:
        return b"\n".join(words).decode().split("\n")
    except UnicodeDecodeError:
        bad = [row for row, word in enumerate(words) if not _is_utf8(word)]
    encoding = "UTF-8" if rules.is_utf8 else rules.encoding
    if rules.encoding_errors == "strict":
        word = shown(words[bad[0]].decode(errors="replace"))
        more = f", the first of {len(bad):,}," if len(bad) > 1 else ""
        raise ModelError(
            f"{place(bad[0])}: the word {word}{more} is not {encoding}; `w2v convert` mends such"
            " words with --encoding-errors replace or skip, or reads another --encoding"
        )
    texts = [word.decode(errors=HANDLERS[rules.encoding_errors]) for word in words]
    log.warning(
        "%s not %s; wrong bytes were %s: %s",
        "1 word is" if len(bad) == 1 else f"{len(bad):,} words are",
        encoding,
        "replaced" if rules.encoding_errors == "replace" else "left out",
        named(bad, texts, place),
    )
    return texts


def _is_utf8(word: bytes) -> bool:
    try:
        word.decode()
    except UnicodeDecodeError:
        return False
    return True


def unusable(words: Sequence[str], place: Place, rules: WordRules) -> list[int]:
    """Return the rows to leave out: those without a word, and those of a word that was before.

    Raises:
        ModelError: there is such a row, and the rules are strict.
    """
    if len(set(words)) == len(words) and "" not in words:
        return []
    first: dict[str, int] = {}
    empty, repeated = [], []
    for row, word in enumerate(words):
        if not word:
            empty.append(row)
        elif first.setdefault(word, row) != row:
            repeated.append(row)
    if rules.strict:
        row = min(empty + repeated)
        if not words[row]:
            raise ModelError(f"{place(row)}: the word is empty")
        raise ModelError(
            f"{place(row)}: {shown(words[row])} stands already at {place(first[words[row]])}"
        )
    if empty:
        some = ", ".join(place(row) for row in empty[:SHOWN_ROWS])
        log.warning("left out %s without a word: %s", _rows(empty), _with_more(some, empty))
    if repeated:
        some = named(repeated, words, place)
        log.warning("left out %s of a word that an earlier row has: %s", _rows(repeated), some)
    return empty + repeated


def named(rows: list[int], words: Sequence[str], place: Place) -> str:
    """Return some of the rows for a message: their words, and where they stand."""
    some = ", ".join(f"{shown(words[row])} at {place(row)}" for row in rows[:SHOWN_ROWS])
    return _with_more(some, rows)


def _with_more(some: str, rows: list[int]) -> str:
    return some + (", …" if len(rows) > SHOWN_ROWS else "")


def _rows(rows: list[int]) -> str:
    return f"{len(rows):,} row{'s' * (len(rows) > 1)}"


def shown(word: str) -> str:
    """Return a word for a message, the middle left out if it is long.

    >>> shown("no"), shown("abc" * 1000)
    ("'no'", "'abcabcabcabcabcabcabcabcabc…abcabcabc'")
    """
    if len(word) > SHOWN_CHARACTERS:
        word = word[:27] + "…" + word[-9:]
    return repr(word)
