"""A corpus as ids on disk: the same ids and sentences whatever the blocks were."""

import hashlib
import random
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.corpus.text import count_words, encode
from w2v_cli.config.sections import TextConfig
from w2v_cli.corpus.encoding import IDS, STARTS, EncodedCorpus
from w2v_cli.corpus.reading.tokenizer import LINE_END, Tokenizer
from w2v_cli.corpus.selection import Rules, choose_vocabulary
from w2v_cli.vocabulary import Vocabulary

READ_SIZES = [1, 2, 3, 7, 4096, 1 << 20]
WORDS = ["a", "b", "the", "é", "ß", "中文", "\U0001f600", "x\ufeff", "a-long-word"]


def tokenize_file(path: Path, read_size: int) -> Iterator[list[str]]:
    tokenizer = Tokenizer.of(TextConfig())
    return (tokenizer.words(block).words for block in tokenizer.text_blocks([path], read_size))


def encoded(directory: Path, text: str, words: str, sentence_length: int = 10_000) -> EncodedCorpus:
    """Encode `text`, "/" between lines, with the ids 0, 1, 2 … for `words`."""
    directory.mkdir(parents=True)
    tokens = f"{text} /".replace("/", LINE_END).split(" ")
    counts = np.array([tokens.count(word) for word in words.split()])
    vocabulary = Vocabulary(words.split(), counts)
    return encode([tokens], vocabulary, directory, sentence_length)


def random_lines(rng: random.Random) -> list[list[str]]:
    """Return lines that hold "a" and "b" often, other words seldom; some are empty."""
    lines = [rng.choices(WORDS, range(9, 0, -1), k=rng.choice([0, 1, 5, 30])) for _ in range(20)]
    return [*lines, ["a", "a", "b", "b"]]


def rendered(lines: list[list[str]], rng: random.Random) -> bytes:
    """Return a file of these lines, with awkward white space between the words."""
    spaces = [" ", "\t", "  ", "\0", "\u3000", "\x85", " \0 "]
    texts = ["".join(word + rng.choice(spaces) for word in line) for line in lines]
    mark, end = rng.choice(["", "\ufeff"]), rng.choice(["", "\n"])
    return (mark + rng.choice(["\n", "\r\n", "\r"]).join(texts) + end).encode()


def expected_ids_and_starts(
    lines: list[list[str]], ids: dict[str, int], length: int
) -> tuple[list[int], list[int]]:
    tokens: list[int] = []
    starts = []
    for line in lines:
        known = [ids[word] for word in line if word in ids]
        starts += [len(tokens) + first for first in range(0, len(known), length)]
        tokens += known
    return tokens, [*starts, len(tokens)]


@pytest.mark.parametrize("read_size", READ_SIZES)
def test_any_read_size_gives_the_words_counts_ids_and_starts_of_the_lines(
    tmp_path: Path, read_size: int
) -> None:
    path = tmp_path / "corpus.txt"
    for seed in range(50):
        rng = random.Random(seed)
        lines, length = random_lines(rng), rng.choice([2, 3, 7, 1000])
        path.write_bytes(rendered(lines, rng))
        counts = Counter(word for line in lines for word in line)
        kept = sorted((word for word in counts if counts[word] > 1), key=lambda w: (-counts[w], w))

        vocabulary = choose_vocabulary(
            [count_words(tokenize_file(path, read_size))], Rules(min_count=2)
        )
        directory = tmp_path / str(seed)
        directory.mkdir()
        corpus = encode(tokenize_file(path, read_size), vocabulary, directory, length)

        assert vocabulary.words == kept
        assert vocabulary.counts.tolist() == [counts[word] for word in kept]
        ids = {word: id for id, word in enumerate(kept)}
        expected = expected_ids_and_starts(lines, ids, length)
        assert (corpus.ids.tolist(), corpus.starts.tolist()) == expected


def test_words_outside_the_vocabulary_are_left_out_and_windows_reach_across(
    tmp_path: Path,
) -> None:
    corpus = encoded(tmp_path / "with", "a x b / x / x c x x a", words="a b c")
    assert corpus.ids.tolist() == [0, 1, 2, 0]
    # Without x the lines are "a b", nothing, "c a": the line of x alone is no sentence.
    assert corpus.starts.tolist() == [0, 2, 4]
    without = encoded(tmp_path / "without", "a b / c a", words="a b c")
    assert corpus.sha256 == without.sha256


@pytest.mark.parametrize(
    ("text", "length", "starts"),
    [
        ("a a a a a a a", 3, [0, 3, 6, 7]),  # 7 = 3 + 3 + 1
        ("a a a a a a", 3, [0, 3, 6]),  # 6 = 3 + 3, no empty piece
        ("a a a / a", 3, [0, 3, 4]),
        ("a a a a / a a", 3, [0, 3, 4, 6]),  # pieces never reach into the next line
        ("a x a x a x a", 3, [0, 3, 4]),  # cut after x is left out
        ("/ / a a / /", 2, [0, 2]),
    ],
)
def test_long_lines_are_cut_into_pieces_with_no_token_lost(
    tmp_path: Path, text: str, length: int, starts: list[int]
) -> None:
    corpus = encoded(tmp_path / "encoded", text, words="a b", sentence_length=length)
    assert corpus.ids.tolist() == [0] * text.count("a")
    assert corpus.starts.tolist() == starts


def test_a_line_goes_on_through_any_number_of_portions(tmp_path: Path) -> None:
    vocabulary = Vocabulary(["a", "b"], np.array([2, 2]))
    portions = [["a"], ["b"], [], ["x"], ["a", LINE_END, "b"], [LINE_END]]
    corpus = encode(portions, vocabulary, tmp_path, sentence_length=10)
    assert corpus.ids.tolist() == [0, 1, 0, 1]
    assert corpus.starts.tolist() == [0, 3, 4]


def test_ids_are_int32_and_starts_int64_memory_mapped_from_the_files(tmp_path: Path) -> None:
    corpus = encoded(tmp_path / "encoded", "c a / b", words="a b c")
    for array, name, dtype in ((corpus.ids, IDS, "<i4"), (corpus.starts, STARTS, "<i8")):
        assert isinstance(array, np.memmap)
        assert array.mode == "r"
        assert array.dtype == np.dtype(dtype)
        assert (tmp_path / "encoded" / name).read_bytes() == array.tobytes()
    # 2, 0, 1 in four bytes each, the lowest first.
    assert (tmp_path / "encoded" / IDS).read_bytes() == bytes([2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0])
    assert corpus.n_tokens == 3


def test_the_fingerprint_is_that_of_the_two_files_and_tells_ids_and_borders_apart(
    tmp_path: Path,
) -> None:
    texts = ["a b a b", "a b b a", "a b / a b", "a b a b a"]
    corpora = [encoded(tmp_path / str(i), text, "a b") for i, text in enumerate(texts)]
    for number, corpus in enumerate(corpora):
        files = [(tmp_path / str(number) / name).read_bytes() for name in (IDS, STARTS)]
        digests = b"".join(hashlib.sha256(file).digest() for file in files)
        assert corpus.sha256 == hashlib.sha256(digests).hexdigest()
    assert len({corpus.sha256 for corpus in corpora}) == len(texts)


def test_chunks_cut_at_sentence_borders_by_hand(tmp_path: Path) -> None:
    corpus = encoded(tmp_path / "encoded", "a a a / a a a a / a / a a", words="a b")
    assert corpus.starts.tolist() == [0, 3, 7, 8, 10]
    # The first borders at or after 4 and 8 tokens are sentence 2 (token 7) and 3 (token 8).
    assert corpus.chunks(4).tolist() == [0, 2, 3, 4]
    # 1, 2 and 3 all lead to the border at token 3, and so on: one chunk a sentence.
    assert corpus.chunks(1).tolist() == [0, 1, 2, 3, 4]
    assert corpus.chunks(10).tolist() == corpus.chunks(1 << 40).tolist() == [0, 4]


def test_chunks_cover_every_sentence_once_and_exceed_the_aim_by_less_than_a_sentence() -> None:
    for seed in range(100):
        rng = np.random.default_rng(seed)
        lengths = rng.integers(1, 30, size=rng.integers(1, 60))
        starts = np.concatenate([[0], np.cumsum(lengths)])
        corpus = EncodedCorpus(np.zeros(starts[-1], dtype=np.int32), starts, sha256="")
        for n_tokens in (1, 7, 29, 30, 200, 10_000):
            borders = corpus.chunks(n_tokens)
            assert borders[0] == 0
            assert borders[-1] == len(lengths)
            assert (np.diff(borders) >= 1).all()
            for first, last in pairwise(borders):
                assert lengths[first:last].sum() < n_tokens + lengths[first:last].max()
