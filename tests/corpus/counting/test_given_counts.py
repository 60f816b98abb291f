"""Counts of words that another program made, in all their forms."""

import gzip
from itertools import chain
from pathlib import Path

import pytest

from w2v_cli.config.config import Config
from w2v_cli.config.sections import TextConfig
from w2v_cli.corpus.counting.given_counts import read_given_counts
from w2v_cli.corpus.counting.runs import summed
from w2v_cli.corpus.reading.tokenizer import Tokenizer
from w2v_cli.errors import CorpusError
from w2v_cli.vocabulary import build_vocabulary, write_vocabulary


def counts(name: Path, directory: Path, memory: int = 10**9, **options: str) -> dict[str, int]:
    directory.mkdir()
    tokenizer = Tokenizer.of(Config.of(**options).text)
    given = read_given_counts(str(name), tokenizer, directory, memory)
    return dict(chain.from_iterable(part.items() for part in summed(given.runs)))


@pytest.mark.parametrize(
    "content",
    [
        b"the\t5\nparis\t2\n",
        b"paris 2\nthe 5\n",
        b"paris 2\nthe 5",
        b"the 1\nparis 2\nthe 4\n",
        b"\n  the   5 \r\nparis\t \t2\r\n\n",
        gzip.compress(b"the 5\nparis 2\n"),
    ],
    ids=["ours", "spaces", "no last line end", "twice", "odd spaces", "packed"],
)
def test_words_and_counts_are_read_whatever_stands_between(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "counts").write_bytes(content)
    assert counts(tmp_path / "counts", tmp_path / "work") == {"the": 5, "paris": 2}


def test_a_directory_of_parts_is_added_up(tmp_path: Path) -> None:
    directory = tmp_path / "counts"
    directory.mkdir()
    (directory / "part-00000").write_text("the 5\nparis 1\n")
    (directory / "part-00001.gz").write_bytes(gzip.compress(b"paris 1\nrome 3\n"))
    (directory / "_SUCCESS").write_text("")
    (directory / ".part-00000.crc").write_bytes(b"crc\0\0")
    expected = {"the": 5, "paris": 2, "rome": 3}
    assert counts(directory, tmp_path / "work") == expected
    # The same in no memory: a run for each file.
    assert counts(directory, tmp_path / "little", memory=1) == expected


def test_what_we_write_is_read_back(tmp_path: Path) -> None:
    words = {f"w{number}é": number % 7 + 1 for number in range(1000)}
    write_vocabulary(build_vocabulary(words), tmp_path / "vocab.tsv")
    assert counts(tmp_path / "vocab.tsv", tmp_path / "work") == words


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"the 5\nparis\n", 2),
        (b"the 5\nnew york 3\n", 2),
        (b"the 5\n3 paris\n", 2),
        (b"the 0\n", 1),
        (b"the -1\n", 1),
        (b"the 1.5\n", 1),
        (b"the 99999999999999999999\n", 1),
        (b"\n\n\xff 5\n", 3),
        (b"a\0b 5\n", 1),
        (b"\x93NUM\x01\n", 1),
    ],
)
def test_a_line_that_is_not_a_word_and_a_count_is_named(
    tmp_path: Path, content: bytes, line: int
) -> None:
    path = tmp_path / "counts"
    path.write_bytes(content)
    with pytest.raises(CorpusError) as caught:
        counts(path, tmp_path / "work")
    problem = str(caught.value).removeprefix(f"{path}:{line}: ")
    assert problem.startswith(
        ("expected a word and a count, such as 'paris 12'", "not valid UTF-8")
    )


def test_a_file_or_directory_without_words_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "counts").write_text("\n")
    with pytest.raises(CorpusError, match="counts: holds no words"):
        counts(tmp_path / "counts", tmp_path / "one")
    (tmp_path / "empty").mkdir()
    with pytest.raises(CorpusError, match="empty: holds no files of words and counts"):
        counts(tmp_path / "empty", tmp_path / "two")
    with pytest.raises(CorpusError, match="absent: no such file"):
        counts(tmp_path / "absent", tmp_path / "three")


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("first", ["</s> 4000\n", "</s>\t4000\r\n", "</s> 0\n", ""])
def test_the_list_of_word2vec_begins_with_its_mark_of_a_line_s_end(
    tmp_path: Path, first: str, mark: str
) -> None:
    path = tmp_path / "counts"
    path.write_text(f"{mark}{first}the 5\nparis 2\n")
    (tmp_path / "work").mkdir()
    given = read_given_counts(str(path), Tokenizer.of(TextConfig()), tmp_path / "work", 10**9)
    assert given.names_line_ends == bool(first)
    words = dict(chain.from_iterable(part.items() for part in summed(given.runs)))
    # A count of 0 is no word; whether another one is, the text tells.
    assert words == ({"</s>": 4000} if "4000" in first else {}) | {"the": 5, "paris": 2}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_counts_are_read_in_the_encoding_of_the_text(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "counts").write_bytes("été 5\nnoël 2\n".encode(encoding))
    found = counts(tmp_path / "counts", tmp_path / "work", encoding=encoding)
    assert found == {"été": 5, "noël": 2}


@pytest.mark.parametrize(("errors", "word"), [("replace", "caf\ufffd"), ("skip", "caf")])
def test_words_cut_in_mid_character_are_read_where_asked(
    tmp_path: Path, errors: str, word: str
) -> None:
    path = tmp_path / "counts"
    path.write_bytes(b"the 9\ncaf\xc3 5\nparis 2\n")
    with pytest.raises(CorpusError, match=r"counts:2: not valid UTF-8.*--encoding-errors replace"):
        counts(path, tmp_path / "strict")
    found = counts(path, tmp_path / "work", encoding_errors=errors)
    assert found == {"the": 9, word: 5, "paris": 2}
