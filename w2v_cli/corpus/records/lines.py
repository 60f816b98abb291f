"""Cut a text into decoded lines."""

from collections.abc import Iterator

from w2v_cli.byte_order_mark import blocks_without_mark
from w2v_cli.corpus.reading.text_blocks import undecodable
from w2v_cli.corpus.reading.transcoding import Transcoder, UndecodableError, decode
from w2v_cli.corpus.records.record import LONGEST_RECORD
from w2v_cli.errors import CorpusError


class Lines:
    """The lines of a text, which can be gone through once.

    Attributes:
        path: the file, for messages.
        n_undecodable: places so far where bytes of another encoding were replaced or skipped.
    """

    def __init__(
        self, path: str, parts: Iterator[bytes], encoding: str | None, encoding_errors: str
    ) -> None:
        """Take a text.

        Args:
            path: the file, for messages.
            parts: its bytes.
            encoding: of the bytes, None if they are UTF-8.
            encoding_errors: strict, replace or skip.
        """
        self.path, self.n_undecodable = path, 0
        self._parts, self._encoding, self._errors = parts, encoding, encoding_errors
        self._n_lines = 0
        self._held = b""

    def __iter__(self) -> Iterator[str]:
        """Yield each line without the LF that ends it.

        Raises:
            CorpusError: a line is too long, or bytes are not of the encoding, with file and line.
        """
        for part in blocks_without_mark(self._utf8()):
            data = self._held + part
            end = data.rfind(b"\n", len(self._held)) + 1
            whole, self._held = data[:end], data[end:]
            yield from self._decoded(whole)
            if len(self._held) > LONGEST_RECORD:
                raise CorpusError(
                    f"{self.path}:{self._n_lines + 1}: a line of more than {LONGEST_RECORD:,}"
                    " bytes; a file of records has one on a line"
                )
        if self._held:
            yield from self._decoded(self._held + b"\n")

    def _decoded(self, whole: bytes) -> Iterator[str]:
        """Yield lines that all have their LF."""
        try:
            text, n_places = decode(whole, self._errors)
        except UnicodeDecodeError as error:
            number = self._n_lines + 1 + whole.count(b"\n", 0, error.start)
            reason = f"byte 0x{whole[error.start]:02x}"
            raise undecodable(self.path, number, "UTF-8", reason) from None
        self.n_undecodable += n_places
        for line in text.split("\n")[:-1]:
            self._n_lines += 1
            yield line

    def _utf8(self) -> Iterator[bytes]:
        if self._encoding is None:
            yield from self._parts
            return
        transcoder = Transcoder(self._encoding, self._errors)
        try:
            for part in self._parts:
                yield self._counted(transcoder.feed(part))
            yield self._counted(transcoder.feed(b"", final=True))
        except UndecodableError as error:
            before = self._held + error.before
            line = self._n_lines + 1 + before.count(b"\n")
            raise undecodable(self.path, line, self._encoding, error.reason) from None

    def _counted(self, fed: tuple[bytes, int]) -> bytes:
        data, n_places = fed
        self.n_undecodable += n_places
        return data
