"""Lists of words, and counts from elsewhere, in all their forms."""

import gzip
from itertools import chain
from pathlib import Path

import pytest

from w2v_cli.config import TextConfig
from w2v_cli.corpus.runs import summed
from w2v_cli.corpus.vocabulary import build_vocabulary, write_vocabulary
from w2v_cli.corpus.word_files import read_counts, read_rules
from w2v_cli.errors import ConfigError, CorpusError


def counts(name: Path, directory: Path, memory: int = 10**9) -> dict[str, int]:
    directory.mkdir()
    runs = read_counts(str(name), directory, memory)
    return dict(chain.from_iterable(part.items() for part in summed(runs)))


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
        (b"\x93NUMPY\x01\n", 1),
    ],
)
def test_a_line_that_is_not_a_word_and_a_count_is_named(
    tmp_path: Path, content: bytes, line: int
) -> None:
    path = tmp_path / "counts"
    path.write_bytes(content)
    with pytest.raises(CorpusError) as caught:
        counts(path, tmp_path / "work")
    assert str(caught.value).startswith(f"{path}:{line}: expected a word and a count")


def test_a_file_or_directory_without_words_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "counts").write_text("\n")
    with pytest.raises(CorpusError, match="counts: holds no words"):
        counts(tmp_path / "counts", tmp_path / "one")
    (tmp_path / "empty").mkdir()
    with pytest.raises(CorpusError, match="empty: holds no files of words and counts"):
        counts(tmp_path / "empty", tmp_path / "two")
    with pytest.raises(CorpusError, match="absent: no such file"):
        counts(tmp_path / "absent", tmp_path / "three")


def test_lists_of_words_are_read_as_text_is(tmp_path: Path) -> None:
    (tmp_path / "keep").write_text("Paris\nRome  Oslo\n")
    (tmp_path / "stop").write_text("The\n\nA\n")
    rules = read_rules(
        TextConfig(
            keep_words=str(tmp_path / "keep"),
            stop_words=str(tmp_path / "stop"),
            lowercase=True,
            min_count=3,
            max_vocab=9,
        )
    )
    assert rules.keep == {"paris", "rome", "oslo"}
    assert rules.stop == {"the", "a"}
    assert (rules.min_count, rules.max_vocab) == (3, 9)


def test_a_word_in_both_lists_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("rome paris")
    both = TextConfig(keep_words=str(tmp_path / "list"), stop_words=str(tmp_path / "list"))
    with pytest.raises(ConfigError, match="'paris' is in --keep-words and in --stop-words"):
        read_rules(both)
