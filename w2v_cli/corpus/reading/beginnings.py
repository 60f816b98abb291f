"""Refuse a text whose first bytes show that it is in another encoding, or no text at all.

Read in the wrong way, such bytes would become words without any error: UTF-16 has zeros between the
letters, and NUL separates words.
"""

import codecs
import unicodedata
from collections import Counter

from w2v_cli.errors import CorpusError

MARKS = (
    ("utf-32-le", codecs.BOM_UTF32_LE),
    ("utf-32-be", codecs.BOM_UTF32_BE),
    ("utf-16-le", codecs.BOM_UTF16_LE),
    ("utf-16-be", codecs.BOM_UTF16_BE),
)
"""Byte order marks; that of UTF-32 begins with that of UTF-16."""

WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")

MOST_ODD = 0.02
"""The share of characters of a text, at most, that are unassigned, private or control characters.

Bytes read in the wrong encoding have several times as many.
"""

FEW_UNITS = 64
"""Units of 16 bits, from which on shares of bytes tell something."""

MOST_ALPHABETS = 6
"""With those of digits and punctuation, in a text whose bytes are ASCII characters."""

CONTROLS = bytes({*range(32), 127} - set(b"\0\t\n\v\f\r\x1b\x1c\x1d\x1e\x1f"))
SOME_CONTROLS = 0.03
"""The share of control characters from which on bytes that are not UTF-8 are no text.

Packed data and programs have 0.08.
"""


def check_beginning(name: str, start: bytes, encoding: str) -> None:
    """Raise an error if a text is in another encoding than it should be, or none.

    Args:
        name: the file, for messages.
        start: its first bytes.
        encoding: what it should be in.

    Raises:
        CorpusError: naming the encoding to ask for, where the bytes tell.
    """
    asked = codecs.lookup(encoding).name
    marked = next((found for found, mark in MARKS if start.startswith(mark)), None)
    if marked is not None:
        if not marked.startswith(asked):
            raise CorpusError(
                f"{name}: is {marked[:6].upper()} text, as its byte order mark says, and not"
                f" {encoding}; pass --encoding {marked[:6]}"
            )
        return
    found = _wide_encoding(start)
    if found not in (None, asked):
        raise CorpusError(
            f"{name}: looks like {found[:6].upper()} text without a byte order mark, and not like"
            f" {encoding}; pass --encoding {found}"
        )
    if found is None and asked[:6] not in ("utf-16", "utf-32") and _is_binary(start):
        raise CorpusError(
            f"{name}: is not text: its first {len(start):,} bytes are full of control characters;"
            " name the files with the text"
        )


def _wide_encoding(start: bytes) -> str | None:
    """Return the encoding of text of two or four bytes a character, None if it is not such text.

    Spaces, line ends, digits and Latin letters have zeros in it, so text without any is not.
    """
    if b"\0" not in start:
        return None
    readings = {encoding: _read(start, encoding) for encoding in WIDE}
    # Of English as UTF-16, every character is ASCII in the right order and none in the other.
    return max(
        (encoding for encoding, text in readings.items() if text),
        key=lambda encoding: sum(map(str.isascii, readings[encoding])),
        default=None,
    )


def _read(start: bytes, encoding: str) -> str:
    """Return the characters, or an empty text where it makes no sense in this encoding."""
    size = int(encoding[4:6]) // 8
    data = start[: len(start) // size * size]
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(data)
    except UnicodeDecodeError:
        return ""
    high = data[1::2] if encoding.endswith("le") else data[::2]
    if "\0" in text or (size == 2 and not _is_regular(data, high)):
        return ""
    n_odd = sum(unicodedata.category(c) in ("Cc", "Cn", "Co") and not c.isspace() for c in text)
    return text if n_odd <= MOST_ODD * len(text) else ""


def _is_regular(data: bytes, high: bytes) -> bool:
    """Return whether bytes at even and at odd places differ as those of UTF-16 do.

    Where NUL stands between words of another encoding, all bytes stand at both kinds of places.

    Args:
        data: the text.
        high: the bytes at those places where UTF-16 has the high ones.
    """
    if high.count(0) < 2:
        return False
    if _is_utf8(data):  # A few alphabets, whose high bytes are few.
        return len(set(high)) <= min(MOST_ALPHABETS, len(high) // 4)
    in_common = Counter(data[::2]) & Counter(data[1::2])
    most = 0.5 if len(high) >= FEW_UNITS else 0.25
    return in_common.total() < most * len(high)


def _is_utf8(data: bytes) -> bool:
    """Return whether bytes are UTF-8, which may be cut off at the end."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    return True


def _is_binary(start: bytes) -> bool:
    """Return whether bytes are neither UTF-8 nor text of another encoding."""
    controls = Counter(start.translate(None, bytes(set(range(256)) - set(CONTROLS))))
    # One or two of them may be what separates the columns of a table.
    if controls.total() <= SOME_CONTROLS * len(start) or len(controls) < 5:
        return False
    return not _is_utf8(start)
