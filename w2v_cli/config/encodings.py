"""Which text encodings there are."""

import codecs
from encodings.aliases import aliases


def reads_in_pieces(encoding: str) -> bool:
    """Return whether Python knows a text encoding of this name, and can decode parts of a text."""
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
        # Codecs such as hex turn bytes into bytes; they say so when they get text to encode.
        "".encode(encoding)
    except (LookupError, ValueError):  # ValueError for a NUL or half of a surrogate pair
        return False
    # These two cannot tell a text's parts apart from the whole.
    whole_only = ("idna", "punycode")
    is_text = isinstance(decoder.decode(b"", final=True), str)
    return is_text and codecs.lookup(encoding).name not in whole_only


def known_encodings() -> list[str]:
    """Return the names of all encodings that text can have, with dashes."""
    names = sorted({*aliases, *aliases.values()})
    return [name.replace("_", "-") for name in names if reads_in_pieces(name)]
