"""The names of the text encodings that Python knows."""

import codecs
from encodings.aliases import aliases


def reads_in_pieces(encoding: str) -> bool:
    """Return whether Python knows this text encoding and can decode a text in parts."""
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
        # Codecs such as hex turn bytes into bytes. They raise an error for text.
        "".encode(encoding)
    except (LookupError, ValueError):  # ValueError: the name has a NUL or a lone surrogate
        return False
    # These two codecs can only decode a text as a whole.
    whole_only = ("idna", "punycode")
    is_text = isinstance(decoder.decode(b"", final=True), str)
    return is_text and codecs.lookup(encoding).name not in whole_only


def known_encodings() -> list[str]:
    """Return the names of all text encodings, with dashes in place of underscores."""
    names = sorted({*aliases, *aliases.values()})
    return [name.replace("_", "-") for name in names if reads_in_pieces(name)]
