"""Ranking words, and the file that holds them."""

import random
from collections import Counter
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from w2v_cli.errors import ModelError
from w2v_cli.vocabulary import (
    Vocabulary,
    build_vocabulary,
    read_vocabulary,
    write_vocabulary,
)

# In the order of their UTF-8 bytes: 5a, 61, 7a, c3a9, e4b8ad, efbca1, f0909080. In UTF-16 the
# last one would stand before the one above it.
BY_BYTES = ["Z", "a", "z", "é", "中", "\uff21", "\U00010400"]


def random_counts(seed: int) -> Counter[str]:
    """Return counts with many ties, in no order."""
    rng = random.Random(seed)
    words = [f"{rng.choice('abcé中')}{number}" for number in range(rng.randrange(2, 200))]
    return Counter({word: rng.randrange(1, 12) for word in words})


def ranked(vocabulary: Vocabulary) -> list[tuple[str, int]]:
    return list(zip(vocabulary.words, vocabulary.counts.tolist(), strict=True))


def test_ids_are_ranks_by_falling_count_and_then_by_utf8_bytes() -> None:
    for seed in range(30):
        counts = random_counts(seed)
        expected = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0].encode()))
        vocabulary = build_vocabulary(counts)
        assert ranked(vocabulary) == expected
        assert [vocabulary.ids[word] for word, _ in expected] == list(range(len(counts)))
        assert vocabulary.n_tokens == counts.total()
        assert len(vocabulary) == len(counts)


def test_equal_counts_are_ordered_by_utf8_bytes_whatever_came_first() -> None:
    for order in permutations(BY_BYTES):
        assert build_vocabulary(Counter(order)).words == BY_BYTES


def test_the_file_holds_a_word_and_its_count_a_line(tmp_path: Path) -> None:
    path = tmp_path / "vocab.tsv"
    write_vocabulary(Vocabulary(["é", "a"], np.array([12, 3])), path)
    assert path.read_bytes() == b"\xc3\xa9\t12\na\t3\n"


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "vocab.tsv"
    for seed in range(20):
        awkward = Counter({'"': 3, "#": 3, "\ufeff": 2, "\u200b": 1, "\U0001f600": 1, "0": 10**15})
        written = build_vocabulary(random_counts(seed) + awkward)
        write_vocabulary(written, path)
        read = read_vocabulary(path)
        assert ranked(read) == ranked(written)
        assert read.counts.dtype == np.int64


@pytest.mark.parametrize(
    ("content", "where", "problem"),
    [
        (b"a\t3\nb\t2\na\t1\n", ":3", "'a' occurs twice"),
        (b"a\t3\nb\t4\n", ":2", "counts must not rise"),
        (b"a\t3\nb\t2", "", "the last line is cut short"),
        (b"a\t3\nb", "", "the last line is cut short"),
        (b"a\t3\nb\n", ":2", "expected word<TAB>count"),
        (b"a\t3\n\nb\t2\n", ":2", "expected word<TAB>count"),
        (b"a\t3\n\t2\n", ":2", "expected word<TAB>count"),
        (b"a\t3\nb\t\n", ":2", "expected word<TAB>count"),
        (b"a\t3\nb\t0\n", ":2", "expected word<TAB>count"),
        (b"a\t3\nb\t-2\n", ":2", "expected word<TAB>count"),
        (b"a\t3\nb\t2.0\n", ":2", "expected word<TAB>count"),
        (b"a\t3\nb\t2\tc\n", ":2", "expected word<TAB>count"),
        (b"a\t3\r\nb\t2\r\n", ":1", "expected word<TAB>count"),
        ("a\t3\nb\t\u0662\n".encode(), ":2", "expected word<TAB>count"),  # an Arabic two
        (b"a\t9223372036854775808\n", ":1", "expected word<TAB>count"),  # 2 ** 63
        (b"a\t" + b"9" * 5000 + b"\n", ":1", "expected word<TAB>count"),
        (b"a b\t3\n", ":1", "expected word<TAB>count"),
        (b"a\0\t3\n", ":1", "expected word<TAB>count"),
        ("a\t3\n\xa0\t2\n".encode(), ":2", "expected word<TAB>count"),
        (b"", "", "empty"),
        (b"a 3\n", ":1", "expected word<TAB>count"),
        (b"\x93NUMPY\n", ":1", "not valid UTF-8"),
    ],
)
def test_a_damaged_file_is_refused_with_the_line_at_fault(
    tmp_path: Path, content: bytes, where: str, problem: str
) -> None:
    path = tmp_path / "vocab.tsv"
    path.write_bytes(content)
    with pytest.raises(ModelError) as caught:
        read_vocabulary(path)
    assert str(caught.value).startswith(f"{path}{where}: ")
    assert problem in str(caught.value)


def test_a_file_cut_anywhere_is_refused_or_holds_the_first_words(tmp_path: Path) -> None:
    path = tmp_path / "vocab.tsv"
    content = "the\t100\né\t12\n中\t1\n".encode()
    for length in range(1, len(content)):
        path.write_bytes(content[:length])
        if content[:length].endswith(b"\n"):
            assert (
                read_vocabulary(path).words == ["the", "é", "中"][: content[:length].count(b"\n")]
            )
        else:
            with pytest.raises(ModelError):
                read_vocabulary(path)


def test_a_missing_vocabulary_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        read_vocabulary(tmp_path / "vocab.tsv")
    assert str(caught.value) == f"{tmp_path / 'vocab.tsv'}: No such file or directory"
