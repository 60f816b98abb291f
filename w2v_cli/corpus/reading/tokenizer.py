"""Turn files into words, with a mark wherever a line ends.

Two steps, so that the second can run in other processes: `text_blocks` reads blocks of UTF-8 that
no word crosses, `words` splits a block. A word is what stands between white space: `str.split`'s
29 code points and NUL, so that no word can hold a character that the vector formats use as a
separator. A line ends with LF, CR LF or CR.
"""

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from w2v_cli.config.sections import TextConfig
from w2v_cli.corpus.reading.beginnings import check_beginning
from w2v_cli.corpus.reading.readers import READ_SIZE, read_texts
from w2v_cli.corpus.reading.text_blocks import LONGEST_RUN, Cutter, TextBlock, undecodable
from w2v_cli.corpus.reading.transcoding import decode
from w2v_cli.corpus.reading.word_pattern import WORDS, words_pattern
from w2v_cli.errors import CorpusError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# NUL separates words, so no word can be mistaken for this mark.
LINE_END = "\0"

OTHER_SPACES = (
    "\t\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
"""What `str.split` splits on, but for the space and the ends of lines."""

SPACE = re.compile(r"\s")
DIGIT = re.compile(r"\d")

FORMS: dict[str, Literal["NFC", "NFKC"]] = {"nfc": "NFC", "nfkc": "NFKC"}


class Words(NamedTuple):
    """The words of a block.

    Attributes:
        words: with `LINE_END` after each line and after the text.
        n_long: words that were skipped for their length; with `--long-words cut`, cuts made.
        n_undecodable: places where bytes were replaced or skipped.
    """

    words: list[str]
    n_long: int
    n_undecodable: int


class Spaced(NamedTuple):
    """The words of a block, with spaces between them.

    Attributes:
        text: the words and marks of `Words.words`, one or more spaces between any two.
        n_long, n_undecodable: as in `Words`.
        has_line_end_too_many: whether the last `LINE_END` ends no line. The end of a text always
            has one, also where the last line has ended before.
        weights: [n_lines] float32, of the lines; None if all are 1.
    """

    text: str
    n_long: int
    n_undecodable: int
    has_line_end_too_many: bool = False
    weights: "NDArray[np.float32] | None" = None


@dataclass(frozen=True, kw_only=True)
class Tokenizer:
    """Makes words of files; the fields are all options of `TextConfig` that words depend on."""

    encoding: str
    encoding_errors: str
    lowercase: bool
    normalize: str
    digits: str
    token_pattern: str | None
    longest_word: int
    long_words: str

    @classmethod
    def of(cls, config: TextConfig) -> "Tokenizer":
        """Return the tokenizer that a configuration asks for."""
        return cls(**{field.name: getattr(config, field.name) for field in fields(cls)})

    def text_blocks(
        self,
        paths: Iterable[Path | str],
        read_size: int = READ_SIZE,
        cutter: type[Cutter] = Cutter,
    ) -> Iterator[TextBlock]:
        """Yield the files in blocks; the words of all blocks are the same for any read size.

        Raises:
            CorpusError: a file cannot be read or is no text, a word is too long to hold, or bytes
                are not of the encoding, with file and line.
        """
        is_utf8 = codecs.lookup(self.encoding).name in ("utf-8", "utf-8-sig")
        for path in paths:
            # Transcoding can make four bytes of one.
            for text in read_texts(path, min(read_size, LONGEST_RUN // 4)):
                check_beginning(text.name, text.start, self.encoding)
                cut = cutter(
                    path=text.name,
                    encoding=None if is_utf8 else self.encoding,
                    encoding_errors=self.encoding_errors,
                    longest_word=self.longest_word,
                    long_words=self.long_words,
                )
                yield from cut.blocks(text.blocks)

    def words(self, block: TextBlock) -> Words:
        """Return the words of a block.

        Raises:
            CorpusError: the block is not UTF-8, or a word too long, with file and line.
        """
        text, n_undecodable = self.text(block)
        # One split for the whole block: the marks pass through it as words of their own.
        words = text.replace("\n", f" {LINE_END} ").split()
        n_long = 0
        if self.token_pattern is not None or self._may_be_longer(text):
            words, n_long = self._divided(words, block)
        if block.ends_file:
            words.append(LINE_END)
        return Words(words, block.n_long + n_long, block.n_undecodable + n_undecodable)

    def spaced(self, block: TextBlock) -> Spaced:
        """Return the same words as one text, which takes less time than to make each of them.

        Raises:
            CorpusError: as `words` does.
        """
        text, n_undecodable = self.text(block)
        too_many = block.ends_file and not block.ends_line
        if self.token_pattern is not None or self._may_be_longer(text):
            found = self.words(block)
            return Spaced(" ".join(found.words), found.n_long, found.n_undecodable, too_many)
        for space in OTHER_SPACES:
            if space in text:
                text = text.replace(space, " ")
        text = text.replace("\n", f" {LINE_END} ") + f" {LINE_END}" * block.ends_file
        return Spaced(text, block.n_long, block.n_undecodable + n_undecodable, too_many)

    def text(self, block: TextBlock) -> tuple[str, int]:
        """Return a block's folded text, and the places that were undecodable.

        Raises:
            CorpusError: the block is not UTF-8, with file and line.
        """
        data = block.data
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        try:
            text, n_undecodable = decode(data, self.encoding_errors)
        except UnicodeDecodeError as error:
            line = block.line(data.count(b"\n", 0, error.start))
            reason = f"byte 0x{data[error.start]:02x}"
            raise undecodable(block.path, line, "UTF-8", reason) from None
        return self._folded(text.replace("\0", " ")), n_undecodable

    def _folded(self, text: str) -> str:
        """Return what the options make of the characters; white space keeps words apart."""
        text = self._normalized(text)
        if self.lowercase:
            # Small letters can have composed forms that their capitals do not have.
            text = self._normalized(text.lower())
        return DIGIT.sub("0", text) if self.digits == "zero" else text

    def _normalized(self, text: str) -> str:
        form = FORMS.get(self.normalize)
        return unicodedata.normalize(form, text) if form else text

    def _may_be_longer(self, text: str) -> bool:
        """Return False if every word of `text` is short enough, looking at little of it."""
        if len(text) <= self.longest_word:
            return False
        # A word of more than two windows covers one of them.
        window = self.longest_word // 2
        starts = range(0, len(text) - window + 1, max(window, 1))
        return any(not SPACE.search(text, start, start + window) for start in starts)

    def _divided(self, words: list[str], block: TextBlock) -> tuple[list[str], int]:
        """Return the matches in the words, and how many were skipped or cuts made.

        Words repeat, so each different one is looked at once.
        """
        find = finder(self.token_pattern)
        pieces = {LINE_END: [LINE_END]}
        n_long: dict[str, int] = {}
        for word in set(words) - {LINE_END}:
            pieces[word] = found = find(word)
            if len(word) > self.longest_word:
                pieces[word] = self._fitting(found)
                if pieces[word] != found:
                    n_long[word] = abs(len(pieces[word]) - len(found))
        if n_long and self.long_words == "refuse":
            first = next(place for place, word in enumerate(words) if word in n_long)
            line = block.line(words[:first].count(LINE_END))
            raise CorpusError(
                f"{block.path}:{line}: a word of more than {self.longest_word:,} characters,"
                f" {words[first][:20]!r}...; --long-words cut or skip reads on"
            )
        return (
            list(chain.from_iterable(map(pieces.__getitem__, words))),
            sum(n_long.get(word, 0) for word in words) if n_long else 0,
        )

    def _fitting(self, words: list[str]) -> list[str]:
        """Leave longer words out, or cut them."""
        most = self.longest_word
        if self.long_words == "skip":
            return [word for word in words if len(word) <= most]
        return [word[i : i + most] for word in words for i in range(0, len(word), most)]


def finder(pattern: str | None) -> Callable[[str], list[str]]:
    """Return a function that gives all matches of a token pattern in a word that are not empty."""
    if pattern is None:
        return lambda word: [word]
    compiled = re.compile(words_pattern() if pattern == WORDS else pattern)
    if compiled.groups == 0:
        return lambda word: list(filter(None, compiled.findall(word)))
    # findall would give the groups.
    return lambda word: [match.group() for match in compiled.finditer(word) if match.group()]
