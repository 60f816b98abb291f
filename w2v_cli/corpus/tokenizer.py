"""Turn blocks of bytes into words, with a mark wherever a line ends.

A word is what stands between white space: `str.split`'s 29 code points and NUL, so that no word
can hold a character that the vector formats use as a separator.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from w2v_cli.corpus.readers import READ_SIZE, read_blocks
from w2v_cli.errors import CorpusError

# NUL separates words, so no word can be mistaken for this mark.
LINE_END = "\0"

LONGEST_WORD = 1 << 20
"""Bytes without a space, tab or newline after which a file is not taken for text."""

SPACES = (b"\n", b" ", b"\t")

BOM = b"\xef\xbb\xbf"


def tokenize_files(paths: Iterable[Path], read_size: int = READ_SIZE) -> Iterator[list[str]]:
    """Yield the words of all files in portions, `LINE_END` after each line and each file."""
    for path in paths:
        yield from tokenize_file(path, read_size)


def tokenize_file(path: Path, read_size: int = READ_SIZE) -> Iterator[list[str]]:
    """Yield the words of one file in portions; what is yielded in all is the same for any size.

    Raises:
        CorpusError: the file cannot be read or is not UTF-8 text, with the line at fault.
    """
    line = 1
    for text in _whole_words(path, read_size):
        try:
            decoded = text.decode()
        except UnicodeDecodeError as error:
            line += text.count(b"\n", 0, error.start)
            raise CorpusError(
                f"{path}:{line}: not valid UTF-8 (byte 0x{text[error.start]:02x});"
                " convert the file to UTF-8 text first"
            ) from None
        line += text.count(b"\n")
        # One split for the whole block: the marks pass through it as words of their own.
        yield decoded.replace("\0", " ").replace("\n", f" {LINE_END} ").split()
    yield [LINE_END]


def _whole_words(path: Path, read_size: int) -> Iterator[bytes]:
    """Yield the file's bytes in blocks that end with white space, or with the file."""
    rest = b""
    # Not more at a time than a word may be long, so that only the first can be longer.
    for number, block in enumerate(read_blocks(path, min(max(read_size, len(BOM)), LONGEST_WORD))):
        block = rest + (block.removeprefix(BOM) if number == 0 else block)
        end = 1 + max(block.rfind(space) for space in SPACES)
        rest = block[end:]
        first_end = min((found for space in SPACES if (found := block.find(space)) >= 0), default=0)
        if max(len(rest), first_end) > LONGEST_WORD:
            raise CorpusError(
                f"{path}: more than {LONGEST_WORD:,} bytes without a space or a newline;"
                " is it a text file, one sentence a line?"
            )
        if end:
            yield block[:end]
    if rest:
        yield rest
