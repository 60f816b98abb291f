"""Cut texts into blocks of UTF-8 that no word crosses.

Runs in one process, while words are made of the blocks in others, so it looks at few of the bytes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from w2v_cli.byte_order_mark import blocks_without_mark
from w2v_cli.corpus.reading.transcoding import Transcoder, UndecodableError
from w2v_cli.errors import CorpusError

LONGEST_RUN = 1 << 22
"""Bytes without white space that are held in memory, or more if words may be longer."""

_MULTIBYTE = (
    rb"\xc2[\x85\xa0]|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xa8\xa9\xaf]|\xe2\x81\x9f|\xe3\x80\x80"
)
SPACE = re.compile(rb"[\0\t-\r\x1c-\x20]|" + _MULTIBYTE)
# The last place to cut, as `.*` is greedy; not between CR and LF, which end one line.
BLOCK_END = re.compile(rb"(?s:.*)(?:[\0\t-\x0c\x1c-\x20]|\r(?=[^\n])|" + _MULTIBYTE + rb")")
USUAL_ENDS = (b"\n", b" ", b"\t")


class TextBlock(NamedTuple):
    """A part of a text that no word crosses.

    Attributes:
        path: the file, for messages; of a member of a zip archive with its name there.
        first_line: the line that the block begins on, from 1.
        data: UTF-8, or what should be; ends with white space, with the text, or where a word is
            cut.
        ends_file: nothing of this text follows.
        ends_line: with `ends_file`, whether the end of the text ends a line: it does unless the
            text is empty or its last bytes are a line end.
        n_long: words too long to hold that were skipped before this block, or cuts made in them.
        n_undecodable: places before this block's end where bytes of another encoding were
            replaced or skipped.
        lines: the line that each line of the block is in the file, where they do not follow each
            other; None where they do.
    """

    path: str
    first_line: int
    data: bytes
    ends_file: bool
    ends_line: bool = True
    n_long: int = 0
    n_undecodable: int = 0
    lines: tuple[int, ...] | None = None

    def line(self, n: int) -> int:
        """Return the line of the file that the block's line `n`, from 0, is."""
        return self.lines[n] if self.lines else self.first_line + n


def count_lines(data: bytes) -> int:
    r"""Return how many lines end in UTF-8 bytes, with LF, CR LF or CR.

    >>> count_lines(b"a\nb\r\nc\rd")
    3
    """
    n_lines = data.count(b"\n")
    if b"\r" in data:
        n_lines += data.count(b"\r") - data.count(b"\r\n")
    return n_lines


@dataclass(kw_only=True)
class Cutter:
    """Cuts one text.

    Attributes:
        path: the file, for messages.
        encoding: of the bytes, None if they are UTF-8 already.
        encoding_errors: strict, replace or skip, for other encodings.
        longest_word: characters.
        long_words: refuse, cut or skip; what becomes of a run without white space that is too long
            to hold.
    """

    path: str
    encoding: str | None
    encoding_errors: str
    longest_word: int
    long_words: str

    def __post_init__(self) -> None:
        self._longest_run = longest_run(self.longest_word)
        self._held = bytearray()
        self._line = 1
        self._n_long = self._n_undecodable = 0
        self._in_skipped_word = self._is_in_line = False

    def blocks(self, parts: Iterator[bytes]) -> Iterator[TextBlock]:
        """Yield the text in blocks; the last one ends it, and can be empty.

        Args:
            parts: the bytes of the text, no more at a time than `longest_run`.

        Raises:
            CorpusError: a word is too long to hold, or bytes are not of the encoding.
        """
        for part in blocks_without_mark(self._utf8(parts)):
            # The last bytes of what is held can begin a space.
            searched = max(len(self._held) - 2, 0)
            self._held += part
            if self._in_skipped_word or len(self._held) > self._longest_run:
                yield from self._shortened(searched)
                searched = 0
            if end := self._end(searched):
                yield self._block(end)
        if self._in_skipped_word or len(self._held) > self._longest_run:
            yield from self._shortened(0, at_end=True)
        yield self._block(len(self._held), ends_file=True)

    def _utf8(self, parts: Iterator[bytes]) -> Iterator[bytes]:
        if self.encoding is None:
            yield from parts
            return
        transcoder = Transcoder(self.encoding, self.encoding_errors)
        try:
            for part in parts:
                yield self._counted(transcoder.feed(part))
            yield self._counted(transcoder.feed(b"", final=True))
        except UndecodableError as error:
            line = self._line + count_lines(bytes(self._held) + error.before)
            raise undecodable(self.path, line, self.encoding, error.reason) from None

    def _counted(self, fed: tuple[bytes, int]) -> bytes:
        data, n_undecodable = fed
        self._n_undecodable += n_undecodable
        return data

    def _end(self, searched: int) -> int:
        """Return where what is held can be cut, 0 if nowhere."""
        if end := 1 + max(self._held.rfind(space, searched) for space in USUAL_ENDS):
            return end
        found = BLOCK_END.match(self._held, searched)
        return found.end() if found else 0

    def _shortened(self, searched: int, *, at_end: bool = False) -> Iterator[TextBlock]:
        """Refuse, cut or skip the run that `held` begins with if it is too long to hold."""
        space = SPACE.search(self._held, searched)
        # Without a space, the last two bytes may belong to one that goes on.
        run = space.start() if space else max(len(self._held) - (0 if at_end else 2), 0)
        is_too_long = run > self._longest_run
        if is_too_long and self.long_words == "refuse":
            raise CorpusError(
                f"{self.path}:{self._line}: more than {self._longest_run:,} bytes without white"
                " space; is it text, one sentence a line? --long-words cut or skip reads on"
            )
        if self.long_words == "skip" and (is_too_long or self._in_skipped_word):
            self._n_long += not self._in_skipped_word
            self._in_skipped_word = space is None
            self._is_in_line = True
            del self._held[:run]
        while run > self._longest_run and self.long_words == "cut":
            length = self._cut_length()
            self._n_long += 1
            yield self._block(length)
            run -= length

    def _cut_length(self) -> int:
        """Return how many bytes a whole number of longest words has, as many as can be held."""
        # Every byte that is not UTF-8 counts as a character here.
        text = self._held[: self._longest_run].decode(errors="surrogateescape")
        # The last three can be a part of a character.
        n_characters = (len(text) - 3) // self.longest_word * self.longest_word
        return len(text[:n_characters].encode(errors="surrogateescape"))

    def _block(self, end: int, *, ends_file: bool = False) -> TextBlock:
        data = bytes(self._held[:end])
        if data:
            self._is_in_line = not data.endswith((b"\n", b"\r"))
        block = TextBlock(
            self.path,
            self._line,
            data,
            ends_file,
            self._is_in_line,
            self._n_long,
            self._n_undecodable,
        )
        del self._held[:end]
        self._line += count_lines(block.data)
        self._n_long = self._n_undecodable = 0
        return block


def longest_run(longest_word: int) -> int:
    """Return how many bytes without white space are held in memory for words of some length."""
    # A character has at most four bytes; a few more let at least one word be cut off.
    return max(LONGEST_RUN, 4 * longest_word + 16)


def undecodable(path: str, line: int, encoding: str, reason: str) -> CorpusError:
    """Return the error about bytes that are not of the encoding."""
    return CorpusError(
        f"{path}:{line}: not valid {encoding} ({reason}); name the text's encoding with"
        " --encoding, or pass --encoding-errors replace"
    )
