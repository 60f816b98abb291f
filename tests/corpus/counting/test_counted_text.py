"""One pass over a text: exact counts and local ids, whoever counts and however little memory."""

import random
import tracemalloc
from collections import Counter
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.corpus.text import encode
from tests.long import long_after
from w2v_cli.config.config import Config
from w2v_cli.config.sections import TextConfig
from w2v_cli.corpus.counting import short_words
from w2v_cli.corpus.counting.counted_text import CountedText, count_text
from w2v_cli.corpus.counting.runs import N_PARTS, summed, write_run
from w2v_cli.corpus.counting.word_table import WordTable
from w2v_cli.corpus.counting.workers import Elsewhere
from w2v_cli.corpus.encoding import encode_counted
from w2v_cli.corpus.reading.text_blocks import TextBlock
from w2v_cli.corpus.reading.tokenizer import LINE_END, Tokenizer
from w2v_cli.errors import CorpusError
from w2v_cli.vocabulary import build_vocabulary

READ_SIZES = [1, 2, 3, 7, 4096, 1 << 20]
WORDS = ["a", "b", "the", "é", "ß", "中文", "\U0001f600", "x\ufeff", "a-long-word", "\x7f"]
AMPLE = 10**9
TOKENIZER = Tokenizer.of(TextConfig())


def random_text(seed: int) -> tuple[bytes, Counter[str]]:
    rng = random.Random(seed)
    words = rng.choices([*WORDS, f"only-{seed}"], range(11, 0, -1), k=rng.randrange(2, 120))
    text = "".join(word + rng.choice([" ", "  ", "\n", "\r\n", "\0", "\u3000"]) for word in words)
    return text.encode(), Counter(words)


def counted(
    path: Path, directory: Path, read_size: int = 4096, n_workers: int = 1, memory: int = AMPLE
) -> CountedText:
    directory.mkdir()
    blocks = TOKENIZER.text_blocks([path], read_size)
    return count_text(blocks, TOKENIZER, directory, n_workers, memory)


def counts_of(text: CountedText) -> dict[str, int]:
    parts = list(summed(text.all_runs))
    together = dict(chain.from_iterable(part.items() for part in parts))
    assert len(together) == sum(map(len, parts))  # no word is in two parts
    return together


@pytest.mark.parametrize("seeds", long_after(1, [range(40), range(40, 300)]))
@pytest.mark.parametrize("read_size", READ_SIZES)
def test_counts_are_those_of_collections_counter(
    tmp_path: Path, read_size: int, seeds: range
) -> None:
    path = tmp_path / "corpus.txt"
    for seed in seeds:
        content, expected = random_text(seed)
        path.write_bytes(content)
        text = counted(path, tmp_path / str(seed), read_size)
        assert counts_of(text) == expected
        assert text.n_tokens == expected.total()
        assert len(text.all_runs) == 1


def test_a_full_table_is_written_and_the_counts_stay_exact(tmp_path: Path) -> None:
    path = tmp_path / "corpus.txt"
    for seed in range(30):
        content, expected = random_text(seed)
        path.write_bytes(content)
        text = counted(path, tmp_path / str(seed), read_size=64, memory=1)
        assert counts_of(text) == expected
        # Nothing fits, so each block has a run of its own; what was there before has one as well.
        assert len(text.all_runs) == len(text.portions) + 1


@pytest.mark.parametrize(("n_workers", "memory"), [(2, AMPLE), (3, AMPLE), (2, 1)])
def test_processes_give_the_same_counts_and_the_same_ids(
    tmp_path: Path, n_workers: int, memory: int
) -> None:
    lines = [random_text(seed)[0] for seed in range(40)]
    path = tmp_path / "corpus.txt"
    path.write_bytes(b"\n".join(lines))
    alone = counted(path, tmp_path / "alone", read_size=512)
    several = counted(path, tmp_path / "several", 512, n_workers, memory)
    assert len(several.runs) == n_workers
    assert counts_of(several) == counts_of(alone)
    assert several.n_tokens == alone.n_tokens
    vocabulary = build_vocabulary({w: n for w, n in counts_of(alone).items() if n > 1})
    for name in ("from words", "from alone", "from several"):
        (tmp_path / name).mkdir()
    words = [TOKENIZER.words(block).words for block in TOKENIZER.text_blocks([path])]
    expected = encode(words, vocabulary, tmp_path / "from words", sentence_length=7)
    for text, name in ((alone, "from alone"), (several, "from several")):
        corpus = encode_counted(text, vocabulary, tmp_path / name, sentence_length=7).corpus
        np.testing.assert_array_equal(corpus.ids, expected.ids)
        np.testing.assert_array_equal(corpus.starts, expected.starts)
        assert corpus.sha256 == expected.sha256


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"lowercase": True},
        {"token_pattern": "[a-z]+"},
        {"longest_word": 3, "long_words": "skip"},
    ],
    ids=str,
)
def test_spaced_text_holds_the_words_of_a_block(options: dict[str, Any]) -> None:
    tokenizer = Tokenizer.of(Config.of(**options).text)
    for seed in range(100):
        content = random_text(seed)[0] + "\r\x1c\u2003A\x85\tB \x0b".encode()
        block = TextBlock("corpus.txt", 1, content, ends_file=seed % 2 == 0)
        words, spaced = tokenizer.words(block), tokenizer.spaced(block)
        assert [word for word in spaced.text.split(" ") if word] == words.words
        assert (spaced.n_long, spaced.n_undecodable) == words[1:]


@pytest.mark.parametrize("place_bits", [1, 4, 20])
def test_words_that_share_a_place_keep_their_own_ids(
    monkeypatch: pytest.MonkeyPatch, place_bits: int
) -> None:
    monkeypatch.setattr(short_words, "PLACE_BITS", place_bits)
    table, ids = WordTable(), {LINE_END: 0}
    for seed in range(50):
        rng = random.Random(seed)
        lengths = [*range(1, 20), 40]
        words = ["".join(rng.choices("abé\x01中", k=rng.choice(lengths))) for _ in range(100)]
        words += rng.choices([*ids, LINE_END], k=100)
        rng.shuffle(words)
        found = table.ids("  ".join(words)).tolist()
        for word, id in zip(words, found, strict=True):
            assert ids.setdefault(word, id) == id
    assert sorted(ids.values()) == list(range(len(ids)))


def test_a_word_is_known_at_its_second_place_if_the_first_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(short_words, "PLACE_BITS", 8)
    words = short_words.ShortWords()
    text = " ".join(f"w{number}" for number in range(100)).encode()
    found = words.find(text)
    assert len(found.words) == 100
    words.put(found.keys, np.arange(1, 101, dtype=np.int32))
    n_first_places = len(set(found.keys.places(0).tolist()))
    again = words.find(text)
    assert 100 - len(again.words) > n_first_places
    known = np.setdiff1d(np.arange(100), again.unknown)
    assert again.ids[known].tolist() == (known + 1).tolist()


def test_a_small_text_starts_no_process(tmp_path: Path) -> None:
    path = tmp_path / "corpus.txt"
    path.write_bytes(b"a b\n")
    assert len(counted(path, tmp_path / "work", n_workers=4).runs) == 1


def test_an_error_in_another_process_is_that_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "corpus.txt"
    path.write_bytes(b"good words\n" * 500 + b"bad \xff\n" + b"good words\n" * 500)
    with pytest.raises(CorpusError, match=r"corpus.txt:501: "):
        counted(path, tmp_path / "work", read_size=512, n_workers=2)


def test_a_process_that_ends_is_an_error() -> None:
    worker = Elsewhere(import_module, "os")
    worker.start("_exit", 3)
    with pytest.raises(CorpusError, match="a process that counts words ended with code 3; if"):
        worker.result()
    worker.close()


def test_a_table_says_about_how_much_memory_it_takes() -> None:
    table = WordTable()
    tracemalloc.start()
    for start in range(0, 200_000, 20_000):
        table.ids(" ".join(f"word-{number}" for number in range(start, start + 20_000)))
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # It also says what growing and writing would take.
    assert 1.0 < table.n_bytes / taken < 3.0


def test_a_run_gives_back_its_words_counts_and_ids(tmp_path: Path) -> None:
    words = [f"{letter}{number}" for number in range(500) for letter in "aé"]
    encoded = [word.encode() for word in words]
    run = write_run(tmp_path / "run", encoded, np.arange(1000) + 1, first_id=1)
    found = [
        item
        for part in range(N_PARTS)
        for item in zip(run.words(part), run.counts(part), run.ids(part), strict=True)
    ]
    assert sorted(found) == sorted((word, i + 1, i + 1) for i, word in enumerate(words))
