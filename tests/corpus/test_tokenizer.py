"""Words and line ends out of bytes, whatever the size of the blocks."""

import gzip
import random
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from w2v_cli.config import TextConfig
from w2v_cli.corpus.tokenizer import LINE_END, Tokenizer
from w2v_cli.errors import CorpusError

READ_SIZES = [1, 2, 3, 7, 4096, 1 << 20]

# NUL and the 29 code points, written out: 5 + 5 + 3 + 11 + 5.
SPACES = (
    "\0\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
PIECES = [
    *SPACES, "\n", "\n\n", "\r\n", " ", "  ", "\ufeff", "\u200b",
    "a", "b", "word", "é", "ß", "中文", "\U0001f600", "\u0301", "\x7f", "-", "\\n", "x" * 50,
]  # fmt: skip


def written(directory: Path, content: bytes, name: str = "corpus.txt") -> Path:
    path = directory / name
    path.write_bytes(content)
    return path


def tokenize_files(paths: list[Path], read_size: int = 4096, **options: Any) -> Iterator[list[str]]:
    tokenizer = Tokenizer.of(TextConfig(**options))
    return (tokenizer.words(block).words for block in tokenizer.text_blocks(paths, read_size))


def tokens(path: Path, read_size: int = 4096, **options: Any) -> list[str]:
    return list(chain.from_iterable(tokenize_files([path], read_size, **options)))


def awkward_bytes(seed: int) -> bytes:
    rng = random.Random(seed)
    text = "".join(rng.choices(PIECES, k=rng.randrange(200)))
    return (b"\xef\xbb\xbf" if seed % 3 == 0 else b"") + text.encode()


def reference_tokens(content: bytes) -> list[str]:
    """Return the same as `tokenize_file`, from the whole text at once."""
    found = []
    for line in content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        found += [*re.findall(f"[^{SPACES}]+", line), LINE_END]
    return found


@pytest.mark.parametrize("read_size", READ_SIZES)
def test_any_read_size_gives_the_words_of_the_whole_text(tmp_path: Path, read_size: int) -> None:
    for seed in range(50):
        content = awkward_bytes(seed)
        path = written(tmp_path, gzip.compress(content) if seed % 2 else content)
        assert tokens(path, read_size) == reference_tokens(content), seed


def test_the_generated_texts_hold_what_is_awkward() -> None:
    contents = [awkward_bytes(seed) for seed in range(50)]
    for awkward in (b"\0", b"\r\n", b"\n\n", b"\xef\xbb\xbf", "\U0001f600".encode()):
        assert sum(awkward in content for content in contents) > 10
    assert any(content.endswith(b"\n") for content in contents)
    assert any(not content.endswith(b"\n") for content in contents)


@pytest.mark.parametrize("space", SPACES)
def test_white_space_and_nul_separate_words(tmp_path: Path, space: str) -> None:
    border = [LINE_END] if space in "\r\n" else []
    path = written(tmp_path, f"a{space}b".encode())
    assert tokens(path) == ["a", *border, "b", LINE_END]


@pytest.mark.parametrize("joiner", ["\u200b", "\u180e", "\u2060", "\x7f", "\x01", "-", "\ufeff"])
def test_what_is_not_white_space_stays_in_the_word(tmp_path: Path, joiner: str) -> None:
    assert tokens(written(tmp_path, f"a{joiner}b".encode())) == [f"a{joiner}b", LINE_END]


@pytest.mark.parametrize("read_size", READ_SIZES)
def test_a_byte_order_mark_is_left_out_only_where_a_file_begins(
    tmp_path: Path, read_size: int
) -> None:
    marked = written(tmp_path, "\ufeffa \ufeffb\n\ufeffc".encode())
    assert tokens(marked, read_size) == ["a", "\ufeffb", LINE_END, "\ufeffc", LINE_END]
    portions = tokenize_files([marked, marked], read_size)
    assert [word for portion in portions for word in portion].count("a") == 2


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "|"),
        (b"\xef\xbb\xbf", "|"),
        (b"\n", "||"),
        (b"a b\nc", "a b | c |"),
        (b"a b\nc\n", "a b | c | |"),
        (b"a\r\nb\r\n", "a | b | |"),
        (b"a\rb", "a | b |"),
        (b"\n\n a \n\n", "| | a | | |"),
        (b"a\0\nb", "a | b |"),
    ],
)
@pytest.mark.parametrize("read_size", READ_SIZES)
def test_a_mark_stands_after_each_line_and_at_the_end(
    tmp_path: Path, content: bytes, expected: str, read_size: int
) -> None:
    marked = expected.replace("|", f" {LINE_END} ").split()
    assert tokens(written(tmp_path, content), read_size) == marked


def test_neither_a_word_nor_a_line_goes_on_in_the_next_file(tmp_path: Path) -> None:
    first = written(tmp_path, b"a b", "first.txt")
    second = written(tmp_path, gzip.compress(b"c\nd"), "second.txt")
    words = list(chain.from_iterable(tokenize_files([first, second])))
    assert words == ["a", "b", LINE_END, "c", LINE_END, "d", LINE_END]


@pytest.mark.parametrize("read_size", READ_SIZES)
@pytest.mark.parametrize(
    ("content", "line", "byte"),
    [
        (b"\xff", 1, "0xff"),
        (b"one\ntwo\nthr\xe9e\nfour\n", 3, "0xe9"),
        (b"\n\n\n\xc0\xaf \n", 4, "0xc0"),  # a "/" in two bytes, where one must do
        ("é\r\nü\r\n中".encode()[:-1], 3, "0xe4"),  # cut within the last character
        (b"a\n\xed\xa0\x80\n", 2, "0xed"),  # half of a surrogate pair
        (b"word " * 3000 + b"\n" * 5000 + b"\x80\n\xff", 5001, "0x80"),
    ],
)
def test_invalid_utf8_is_an_error_with_file_line_and_byte(
    tmp_path: Path, content: bytes, line: int, byte: str, read_size: int
) -> None:
    path = written(tmp_path, content)
    with pytest.raises(CorpusError) as caught:
        tokens(path, read_size)
    assert str(caught.value).startswith(f"{path}:{line}: not valid UTF-8 (byte {byte})")


def test_a_missing_file_is_named_after_the_files_before_it_are_read(tmp_path: Path) -> None:
    first, missing = written(tmp_path, b"a b\n"), tmp_path / "missing.txt"
    portions = tokenize_files([first, missing])
    assert next(portions) == ["a", "b", LINE_END]
    with pytest.raises(CorpusError, match=re.escape(str(missing))):
        list(portions)
