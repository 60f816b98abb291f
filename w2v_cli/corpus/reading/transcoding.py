"""Decode bytes, and count the places that are not of the encoding."""

import codecs

REPLACEMENT = "\ufffd"


def decode(data: bytes, errors: str) -> tuple[str, int]:
    r"""Return UTF-8 as text, and in how many places bytes were replaced or skipped.

    Args:
        data: the bytes.
        errors: "strict", "replace" or "skip".

    Raises:
        UnicodeDecodeError: something is not UTF-8, and `errors` is "strict".

    >>> decode(b"caf\xe9 caf\xc3\xa9", "skip")
    ('caf café', 1)
    """
    try:
        return data.decode(), 0
    except UnicodeDecodeError:
        if errors == "strict":
            raise
    return _mended(data.decode(errors="replace"), data.decode(errors="ignore"), errors)


def _mended(replaced: str, skipped: str, errors: str) -> tuple[str, int]:
    # A replacement character that is in both was in the text.
    n_places = replaced.count(REPLACEMENT) - skipped.count(REPLACEMENT)
    return replaced if errors == "replace" else skipped, n_places


class UndecodableError(Exception):
    """Bytes that are not of the encoding.

    Attributes:
        before: UTF-8 of what was decoded before them since the last call.
        reason: what is wrong with them.
    """

    def __init__(self, before: str, reason: str) -> None:
        super().__init__(reason)
        self.before = before.encode(errors="replace")
        self.reason = reason


class Transcoder:
    """Turns a text from one encoding into UTF-8, wherever its bytes are cut."""

    def __init__(self, encoding: str, errors: str) -> None:
        new = codecs.getincrementaldecoder(encoding)
        self._errors = errors
        self._strict = new()
        self._replacing, self._skipping = new("replace"), new("ignore")

    def feed(self, data: bytes, final: bool = False) -> tuple[bytes, int]:
        """Return the next part of the text, and in how many places it was mended.

        Raises:
            UndecodableError: something is not of the encoding, and errors are "strict"; or there is
                no byte order mark where the encoding needs one.
        """
        if self._errors == "strict":
            return self._encoded(self._decoded(data, final)), 0
        try:
            replaced = self._replacing.decode(data, final)
            skipped = self._skipping.decode(data, final)
        except UnicodeError as error:
            raise UndecodableError("", str(error)) from None
        text, n_places = _mended(replaced, skipped, self._errors)
        return text.encode(errors="replace"), n_places

    def _encoded(self, text: str) -> bytes:
        try:
            return text.encode()
        except UnicodeEncodeError as error:  # UTF-7 and the like can spell it
            raise UndecodableError(text[: error.start], "half of a surrogate pair") from None

    def _decoded(self, data: bytes, final: bool) -> str:
        state = self._strict.getstate()
        try:
            return self._strict.decode(data, final)
        except UnicodeError:
            self._strict.setstate(state)
            raise self._located(data) from None

    def _located(self, data: bytes) -> UndecodableError:
        """Decode again, byte by byte, to find out how far it goes."""
        before = ""
        for byte in data:
            try:
                before += self._strict.decode(bytes([byte]))
            except UnicodeDecodeError:
                return UndecodableError(before, f"byte 0x{byte:02x}")
            except UnicodeError as error:
                return UndecodableError(before, str(error))
        return UndecodableError(before, "cut short at the end")
