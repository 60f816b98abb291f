"""Words and line ends out of bytes, for every read size, encoding and option."""

import gzip
import importlib
import pickle
import random
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from tests.long import long_after
from w2v_cli.config.sections import TextConfig
from w2v_cli.corpus.reading.text_blocks import TextBlock
from w2v_cli.corpus.reading.tokenizer import LINE_END, Tokenizer
from w2v_cli.errors import CorpusError

READ_SIZES = [1, 2, 3, 7, 4096, 1 << 20]

# NUL and the 29 code points, written out: 5 + 5 + 3 + 11 + 5.
SPACES = (
    "\0\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
PIECES = [
    *SPACES, "\n", "\n\n", "\r\n", "\r\r\n", " ", "  ", "\ufeff", "\u200b",
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
    for seed in range(300):
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


def losses(path: Path, read_size: int = 4096, **options: Any) -> tuple[int, int]:
    """Return `n_long` and `n_undecodable` of a whole file."""
    tokenizer = Tokenizer.of(TextConfig(**options))
    found = [tokenizer.words(block) for block in tokenizer.text_blocks([path], read_size)]
    return sum(words.n_long for words in found), sum(words.n_undecodable for words in found)


def test_a_tokenizer_and_its_blocks_can_be_sent_to_another_process(tmp_path: Path) -> None:
    tokenizer = Tokenizer.of(TextConfig(lowercase=True))
    block = next(tokenizer.text_blocks([written(tmp_path, b"A b\n")]))
    again: tuple[Tokenizer, TextBlock] = pickle.loads(pickle.dumps((tokenizer, block)))
    assert again == (tokenizer, block)
    assert again[0].words(again[1]).words == ["a", "b", LINE_END]


def test_blocks_know_their_file_and_their_first_line(tmp_path: Path) -> None:
    # Blocks of 4 bytes, cut after the last space: the second begins in line 3, the third in 4.
    path = written(tmp_path, b"a\r\nb\rcc d\ne")
    tokenizer = Tokenizer.of(TextConfig())
    blocks = [block[:4] for block in tokenizer.text_blocks([path], read_size=4)]
    assert blocks == [
        (str(path), 1, b"a\r\n", False),
        (str(path), 2, b"b\rcc ", False),
        (str(path), 3, b"d\n", False),
        (str(path), 4, b"e", True),
    ]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, "Ab ÉÉ① ǅ a-1٣ \uff21\uff22 ﷺ"),
        ({"lowercase": True}, "ab éé① ǆ a-1٣ \uff41\uff42 ﷺ"),
        ({"normalize": "nfc"}, "Ab ÉÉ① ǅ a-1٣ \uff21\uff22 ﷺ"),
        ({"normalize": "nfkc"}, "Ab ÉÉ1 Dž a-1٣ AB صلى الله عليه وسلم"),
        ({"normalize": "nfkc", "lowercase": True}, "ab éé1 dž a-1٣ ab صلى الله عليه وسلم"),
        ({"digits": "zero"}, "Ab ÉÉ① ǅ a-00 \uff21\uff22 ﷺ"),
        ({"token_pattern": "[a-zA-Z]+"}, "Ab E a"),
        ({"token_pattern": "([A-Z])|[a-z]"}, "A b E a"),
        ({"token_pattern": "[a-z]*"}, "b a"),
        ({"token_pattern": r"\b"}, ""),
        ({"token_pattern": "[A-Z]+", "lowercase": True}, ""),
        ({"token_pattern": r"\w+ \w+"}, ""),
        ({"token_pattern": "^."}, "A É ǅ a \uff21 ﷺ"),
    ],
    ids=str,
)
@pytest.mark.parametrize("read_size", READ_SIZES)
def test_options_change_the_words(
    tmp_path: Path, options: dict[str, Any], expected: str, read_size: int
) -> None:
    # The first É is one character, the second an E and an accent, which only nfc and nfkc join.
    text = "Ab \u00c9E\u0301① ǅ a-1٣ \uff21\uff22 ﷺ"
    joins = options.get("normalize") in ("nfc", "nfkc")
    expected = expected.replace("éé", "\u00e9" + ("\u00e9" if joins else "e\u0301"))
    expected = expected.replace("ÉÉ", "\u00c9" + ("\u00c9" if joins else "E\u0301"))
    found = tokens(written(tmp_path, text.encode()), read_size, **options)
    assert found == [*expected.split(), LINE_END]


OPTIONS: list[dict[str, Any]] = [
    {"lowercase": True, "normalize": "nfkc", "digits": "zero"},
    {"normalize": "nfc", "token_pattern": r"\w+|[^\w]"},
    {"encoding_errors": "replace", "lowercase": True},
    {"encoding_errors": "skip", "token_pattern": "(x){1,3}|."},
    {"longest_word": 3, "long_words": "cut"},
    {"longest_word": 3, "long_words": "skip", "normalize": "nfkc"},
    {"longest_word": 1, "long_words": "cut", "token_pattern": r"\S\S"},
]


@pytest.mark.parametrize("options", long_after(3, OPTIONS), ids=str)
def test_no_option_lets_the_read_size_matter(tmp_path: Path, options: dict[str, Any]) -> None:
    n_lost = 0
    for seed in range(60):
        rng = random.Random(seed)
        content = bytearray(awkward_bytes(seed))
        if "encoding_errors" in options:
            for _ in range(len(content) // 20):
                content.insert(rng.randrange(len(content)), rng.randrange(128, 256))
        path = written(tmp_path, bytes(content))
        whole, lost = tokens(path, 1 << 20, **options), losses(path, 1 << 20, **options)
        n_lost += sum(lost)
        for read_size in READ_SIZES:
            assert tokens(path, read_size, **options) == whole, seed
            assert losses(path, read_size, **options) == lost, seed
        assert not any(set(word) & set(SPACES[1:]) for word in whole)
    assert (n_lost > 100) == bool({"encoding_errors", "longest_word"} & options.keys())


@pytest.mark.parametrize("seed", range(20))
def test_words_that_options_made_are_not_changed_again(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    text = " ".join(chr(rng.choice([rng.randrange(0x20, 0x2FFF), 0x301])) for _ in range(2000))
    options: dict[str, Any] = {"lowercase": True, "normalize": "nfkc", "digits": "zero"}
    once = tokens(written(tmp_path, text.encode()), **options)[:-1]
    assert len(once) > 1900
    assert tokens(written(tmp_path, " ".join(once).encode()), **options)[:-1] == once


TEXT = "naïve café\r\nél niño\n"


@pytest.mark.parametrize("read_size", READ_SIZES)
@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "UTF8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-le", "utf-16-be",
     "utf-32", "utf-7", "cp500", "mac-roman"],
)  # fmt: skip
def test_text_in_any_encoding_gives_the_words_of_the_text(
    tmp_path: Path, encoding: str, read_size: int
) -> None:
    path = written(tmp_path, TEXT.encode(encoding))
    expected = ["naïve", "café", LINE_END, "él", "niño", LINE_END, LINE_END]
    assert tokens(path, read_size, encoding=encoding) == expected


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "shift_jis", "euc-jp", "iso2022_jp"])
def test_encodings_of_more_bytes_a_character_can_be_cut_anywhere(
    tmp_path: Path, encoding: str
) -> None:
    path = written(tmp_path, "中文 東京\u3000日本\n".encode(encoding))
    for read_size in READ_SIZES:
        found = tokens(path, read_size, encoding=encoding)
        assert found == ["中文", "東京", "日本", LINE_END, LINE_END]


def test_a_byte_order_mark_is_left_out_of_other_encodings_too(tmp_path: Path) -> None:
    for encoding in ("utf-16-le", "utf-16-be", "gb18030"):
        path = written(tmp_path, "\ufeffword".encode(encoding))
        assert tokens(path, encoding=encoding) == ["word", LINE_END]


def test_members_of_a_zip_archive_are_texts_of_their_own_in_any_encoding(tmp_path: Path) -> None:
    path = tmp_path / "texts.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in "ab":
            archive.writestr(name, f"one {name}".encode("utf-16"))
    expected = ["one", "a", LINE_END, "one", "b", LINE_END]
    assert tokens(path, encoding="utf-16") == expected
    with pytest.raises(CorpusError, match=r"texts\.zip/a: is UTF-16 text, as its byte order mark"):
        tokens(path)


@pytest.mark.parametrize("packed_as", ["gzip", "bz2", "lzma", "zstandard"])
def test_packed_text_gives_the_same_words(tmp_path: Path, packed_as: str) -> None:
    content = "".join(f"word{n % 97} \u3000line {n}\n" for n in range(5000)).encode()
    library = importlib.import_module(packed_as)
    plain = tokens(written(tmp_path, content))
    assert tokens(written(tmp_path, library.compress(content))) == plain
    assert len(plain) == 5000 * 4 + 1


@pytest.mark.parametrize(
    ("errors", "expected"),
    [("replace", "caf\ufffd \ufffd \ufffd\ufffdb"), ("skip", "caf \ufffd b")],
)
def test_bad_bytes_are_replaced_or_skipped_and_counted(
    tmp_path: Path, errors: str, expected: str
) -> None:
    # The second word is a replacement character that the text itself holds.
    path = written(tmp_path, b"caf\xe9 \xef\xbf\xbd \xff\xfeb")
    for read_size in READ_SIZES:
        assert tokens(path, read_size, encoding_errors=errors) == [*expected.split(), LINE_END]
        assert losses(path, read_size, encoding_errors=errors) == (0, 3)


@pytest.mark.parametrize("read_size", READ_SIZES)
def test_bad_bytes_of_another_encoding_are_counted_or_refused_with_their_line(
    tmp_path: Path, read_size: int
) -> None:
    # In UTF-16, half of a surrogate pair; then the text ends in the middle of a character.
    content = "one\r\ntwo\rthree ".encode("utf-16-le") + b"\x00\xd8a\x00\n\x00b"
    path = written(tmp_path, content)
    with pytest.raises(CorpusError) as caught:
        tokens(path, read_size, encoding="utf-16-le")
    assert str(caught.value).startswith(f"{path}:3: not valid utf-16-le (byte 0x")
    options = {"encoding": "utf-16-le", "encoding_errors": "skip"}
    expected = ["one", LINE_END, "two", LINE_END, "three", "a", LINE_END, LINE_END]
    assert tokens(path, read_size, **options) == expected
    assert losses(path, read_size, **options) == (0, 2)
    cut = written(tmp_path, "one\ntwo".encode("utf-16-le")[:-1])
    with pytest.raises(CorpusError) as caught:
        tokens(cut, read_size, encoding="utf-16-le")
    assert str(caught.value).startswith(f"{path}:2: not valid utf-16-le (cut short at the end)")


@pytest.mark.parametrize("errors", ["strict", "replace", "skip"])
def test_what_needs_a_byte_order_mark_and_has_none_is_refused(tmp_path: Path, errors: str) -> None:
    path = written(tmp_path, "中文".encode("utf-16-le"))
    with pytest.raises(CorpusError) as caught:
        tokens(path, encoding="utf-16", encoding_errors=errors)
    assert "not valid utf-16 (UTF-16 stream does not start with BOM)" in str(caught.value)


def test_half_of_a_surrogate_pair_is_not_text(tmp_path: Path) -> None:
    path = written(tmp_path, b"one\n+2AA- two")
    with pytest.raises(CorpusError) as caught:
        tokens(path, encoding="utf-7")
    assert str(caught.value).startswith(f"{path}:2: not valid utf-7 (half of a surrogate pair)")
    assert tokens(path, encoding="utf-7", encoding_errors="replace")[2:] == ["?", "two", LINE_END]


@pytest.mark.parametrize("read_size", READ_SIZES)
def test_long_words_are_refused_cut_or_skipped(tmp_path: Path, read_size: int) -> None:
    path = written(tmp_path, "a abcd\nabc äöüß\u3000abcdefghij abcd\n".encode())
    with pytest.raises(CorpusError) as caught:
        tokens(path, read_size, longest_word=3)
    assert str(caught.value).startswith(f"{path}:1: a word of more than 3 characters, 'abcd'")
    cut: dict[str, Any] = {"longest_word": 3, "long_words": "cut"}
    expected = "a abc d | abc äöü ß abc def ghi j abc d | |".replace("|", LINE_END)
    assert tokens(path, read_size, **cut) == expected.split(" ")
    # abcd and äöüß are cut once, abcdefghij three times, abcd once more.
    assert losses(path, read_size, **cut) == (6, 0)
    skip = {**cut, "long_words": "skip"}
    assert tokens(path, read_size, **skip) == ["a", LINE_END, "abc", LINE_END, LINE_END]
    assert losses(path, read_size, **skip) == (4, 0)
    whole = {**skip, "longest_word": 10}
    assert losses(path, read_size, **whole) == (0, 0)


@pytest.mark.parametrize("longest_word", [999, 1000, 1001, 5000])
@pytest.mark.parametrize("before", range(0, 3000, 500))
def test_a_long_word_is_found_wherever_it_stands(
    tmp_path: Path, longest_word: int, before: int
) -> None:
    text = "b " * before + "a" * longest_word + " c" * 3000
    path = written(tmp_path, text.encode())
    options: dict[str, Any] = {"longest_word": longest_word, "long_words": "skip"}
    assert losses(path, 1 << 20, **options) == (0, 0)
    path = written(tmp_path, text.replace(" c", "a c", 1).encode())
    assert losses(path, 1 << 20, **options) == (1, 0)


HUGE = 12_000_000


@pytest.mark.parametrize("read_size", [9_973, 1 << 20])
@pytest.mark.parametrize("end", long_after(1, ["\rc", "", "\u3000c", " c"]))
def test_a_word_too_long_to_hold_is_refused_cut_or_skipped(
    tmp_path: Path, end: str, read_size: int
) -> None:
    path = written(tmp_path, gzip.compress(b"a\nb " + "é".encode() * (HUGE // 2) + end.encode()))
    after = end.replace("\r", f" {LINE_END} ").split(" ") if end == "\rc" else end.split()
    after = [word for word in after if word]
    with pytest.raises(CorpusError) as caught:
        tokens(path, read_size)
    assert str(caught.value).startswith(f"{path}:2: more than 4,194,304 bytes without white space")
    found = tokens(path, read_size, long_words="skip")
    assert found == ["a", LINE_END, "b", *after, LINE_END]
    assert losses(path, read_size, long_words="skip") == (1, 0)
    found = tokens(path, read_size, long_words="cut")
    # 6,000,000 characters in words of 1,000,000: 6 words, 5 cuts.
    assert found == ["a", LINE_END, "b", *["é" * 1_000_000] * 6, *after, LINE_END]
    assert losses(path, read_size, long_words="cut") == (5, 0)


@pytest.mark.parametrize("n_bytes", range((1 << 22) - 3, (1 << 22) + 4))
@pytest.mark.parametrize("end", long_after(1, ["\u3000c", "", " c"]))
def test_what_can_be_held_does_not_depend_on_the_read_size(
    tmp_path: Path, n_bytes: int, end: str
) -> None:
    path = written(tmp_path, b"a" * n_bytes + end.encode())
    options: dict[str, Any] = {"token_pattern": "a{1000}", "long_words": "skip"}
    n_words = {len(tokens(path, size, **options)) for size in (1000, 4096, 1 << 20)}
    # Held, the pattern makes 4,194 words of it; else all is one word that is skipped.
    assert n_words == {4195 if n_bytes <= 1 << 22 else 1}


COUNT_WORDS = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (128 << 20, 128 << 20))
from w2v_cli.config.sections import TextConfig
from w2v_cli.corpus.reading.tokenizer import Tokenizer
from w2v_cli.errors import CorpusError
tokenizer = Tokenizer.of(TextConfig(long_words=sys.argv[2]))
try:
    print(sum(len(tokenizer.words(b).words) for b in tokenizer.text_blocks([sys.argv[1]])))
except CorpusError as error:
    print(error)
"""
MIB = 1 << 20
HOSTILE = {
    "one line": (b"a word " * (MIB // 7), 130, "refuse", f"{MIB // 7 * 2 * 130 + 1}"),
    "one token": (b"a" * MIB, 1000, "refuse", "4,194,304 bytes without white space"),
    "one token, cut": (b"a" * MIB, 130, "cut", "138"),  # 136,314,880 / 1,000,000, and the end
    "one token, skipped": (b"a" * MIB, 130, "skip", "1"),
    "only NUL": (bytes(MIB), 130, "refuse", "1"),
    "only CR": (b"\r" * MIB, 20, "refuse", f"{20 * MIB + 1}"),
    "only ideographic spaces": ("\u3000".encode() * (MIB // 3), 130, "refuse", "1"),
}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to RLIMIT_AS")
@pytest.mark.parametrize("hostile", long_after(2, HOSTILE))
def test_hostile_text_takes_little_memory(tmp_path: Path, hostile: str) -> None:
    content, times, long_words, expected = HOSTILE[hostile]
    path = written(tmp_path, gzip.compress(content) * times)
    done = subprocess.run(
        [sys.executable, "-c", COUNT_WORDS, path, long_words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert expected in done.stdout
