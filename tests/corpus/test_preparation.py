"""A text made ready for training, once or out of the cache."""

import bz2
import gzip
import os
import random
import shutil
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from w2v_cli import Config
from w2v_cli.corpus import cache
from w2v_cli.corpus.cache import prepare_cached
from w2v_cli.corpus.preparation import prepare
from w2v_cli.corpus.prepared_text import DESCRIPTION, PreparedText, open_prepared
from w2v_cli.errors import CorpusError
from w2v_cli.storage import read_sealed

SAMPLE = Path(__file__).parents[2] / "data" / "sample.txt"
SAVED = Path(__file__).parents[3] / "shared" / "cases" / "w2vc.vocab"
Told = list[str]


def sentences(seed: int, n: int = 200) -> list[str]:
    rng = random.Random(seed)
    words = [f"w{number}" for number in range(30)]
    return [" ".join(rng.choices(words, range(30, 0, -1), k=rng.randrange(9))) for _ in range(n)]


def prepared(directory: Path, corpus: Sequence[Path], **options: Any) -> PreparedText:
    directory.mkdir()
    names = tuple(map(str, corpus))
    return prepare(Config.of(corpus=names, **options), directory, lambda _: None)


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_the_vocabulary_is_that_of_gensim(tmp_path: Path) -> None:
    from gensim.models import Word2Vec

    theirs = Word2Vec(min_count=5)
    theirs.build_vocab(corpus_file=str(SAMPLE))
    text = prepared(tmp_path / "text", [SAMPLE], min_count=5)
    counts = dict(zip(text.vocabulary.words, text.vocabulary.counts.tolist(), strict=True))
    assert counts == {word: theirs.wv.get_vecattr(word, "count") for word in theirs.wv.key_to_index}


def test_one_file_or_many_plain_or_packed_give_the_same_ids(tmp_path: Path) -> None:
    lines = sentences(seed=1)
    halves = ["\n".join(lines[:90]), "\n".join(lines[90:])]
    whole = written(tmp_path / "whole.txt", "\n".join(lines))
    plain = [written(tmp_path / f"{i}.txt", half) for i, half in enumerate(halves)]
    packed = [
        written(tmp_path / "0.gz", gzip.compress(halves[0].encode())),
        written(tmp_path / "1.bz2", bz2.compress(halves[1].encode())),
    ]
    texts = [
        prepared(tmp_path / f"text-{number}", files, min_count=2)
        for number, files in enumerate(([whole], plain, packed))
    ]
    assert len({text.corpus.sha256 for text in texts}) == 1
    assert len({text.corpus.ids.tobytes() for text in texts}) == 1


def test_stdin_is_read_once_and_gives_what_the_file_gives(tmp_path: Path) -> None:
    content = "\n".join(sentences(seed=2))
    file = prepared(tmp_path / "file", [written(tmp_path / "corpus.txt", content)])
    (tmp_path / "stdin").mkdir()
    program = (
        "import sys; from pathlib import Path; from w2v_cli import Config\n"
        "from w2v_cli.corpus.preparation import prepare\n"
        "text = prepare(Config.of(corpus='-'), Path(sys.argv[1]), lambda _: None)\n"
        "print(text.corpus.sha256)"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "stdin")]
    done = subprocess.run(command, input=content, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == file.corpus.sha256
    assert (tmp_path / "stdin" / "rare.tsv").read_bytes() == (
        tmp_path / "file" / "rare.tsv"
    ).read_bytes()


def test_files_do_not_depend_on_who_counts_or_on_memory(tmp_path: Path) -> None:
    rng = random.Random(3)
    # More than the few blocks that one process counts alone.
    words = [f"word-{rng.randrange(200_000)}" for _ in range(500_000)]
    corpus = written(tmp_path / "corpus.txt", "\n".join(words).replace("1\n", "1 "))
    texts = [
        prepared(tmp_path / name, [corpus], threads=threads, count_memory=memory)
        for name, threads, memory in (("one", 1, 2048), ("two", 2, 2048), ("little", 2, 1))
    ]
    contents = [
        {
            path.name: path.read_bytes()
            for path in text.directory.iterdir()
            if path.name != DESCRIPTION
        }
        for text in texts
    ]
    assert len(contents[0]) == 5
    assert contents[0] == contents[1] == contents[2]
    counts = Counter(words)
    assert texts[0].account.ledger.read == 500_000
    assert texts[0].account.n_different == len(counts)
    assert texts[0].account.ledger.below_min_count == sum(n for n in counts.values() if n < 5)


def test_a_given_vocabulary_gives_ids_and_counts_and_the_text_the_ledger(tmp_path: Path) -> None:
    corpus = written(tmp_path / "corpus.txt", "b a b x\nb a\n")
    vocab = written(tmp_path / "vocab.tsv", "c 30\na 20\nb 10\nd 1\n")
    text = prepared(tmp_path / "text", [corpus], vocab=str(vocab), min_count=5)
    assert list(text.vocabulary.words) == ["c", "a", "b"]
    assert text.vocabulary.counts.tolist() == [30, 20, 10]
    assert text.account.counts.tolist() == [0, 2, 3]
    assert text.corpus.ids.tolist() == [2, 1, 2, 2, 1]
    assert (text.account.ledger.read, text.account.ledger.outside_vocab) == (6, 1)


def test_a_vocabulary_of_another_text_is_an_error(tmp_path: Path) -> None:
    corpus = written(tmp_path / "corpus.txt", "a b a b\n")
    vocab = written(tmp_path / "vocab.tsv", "x 30\ny 20\n")
    with pytest.raises(CorpusError, match=r"no word of the text is in .*vocab\.tsv"):
        prepared(tmp_path / "text", [corpus], vocab=str(vocab))


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("n", [4000, 0])
def test_word2vec_s_mark_of_a_line_s_end_is_no_word_unless_the_text_has_it(
    tmp_path: Path, mark: str, n: int
) -> None:
    vocab = written(tmp_path / "w2v.vocab", f"{mark}</s> {n}\nthe 3000\nof 2000\ncat 500\n")
    corpus = written(tmp_path / "corpus.txt", "the cat of\nof the the\n")
    text = prepared(tmp_path / "text", [corpus], vocab=str(vocab))
    assert list(text.vocabulary.words) == ["the", "of", "cat"]
    assert text.account.ledger.in_vocabulary == 6
    with_it = written(tmp_path / "with.txt", "the cat </s> of\n")
    text = prepared(tmp_path / "with", [with_it], vocab=str(vocab))
    assert list(text.vocabulary.words) == (["</s>"] if n else []) + ["the", "of", "cat"]


def test_a_word_that_is_named_so_later_in_the_list_is_a_word(tmp_path: Path) -> None:
    vocab = written(tmp_path / "vocab", "the 3000\n</s> 2000\n")
    corpus = written(tmp_path / "corpus.txt", "the the\n")
    text = prepared(tmp_path / "text", [corpus], vocab=str(vocab))
    assert list(text.vocabulary.words) == ["the", "</s>"]


@pytest.mark.skipif(not SAVED.exists(), reason="needs the cases that are not in the repository")
def test_a_list_that_word2vec_wrote_gives_its_words(tmp_path: Path) -> None:
    corpus = written(tmp_path / "corpus.txt", "the cat of\n")
    text = prepared(tmp_path / "text", [corpus], vocab=str(SAVED))
    assert list(text.vocabulary.words) == ["the", "of", "cat"]


@pytest.mark.parametrize(
    ("content", "min_count", "message"),
    [
        ("a\nb\n\na\nb\n", 1, "no line holds two words, so there are no pairs to train on; put the"
         " words of a sentence on one line, such as by `paste -sd ' '`"),
        ("a x\nb y\na z\nb u\n", 2, "no line holds two words of the vocabulary, so there are no"
         " pairs to train on; put the words of a sentence on one line, such as by `paste -sd ' '`,"
         " or lower --min-count"),
    ],
)  # fmt: skip
def test_a_text_whose_lines_hold_no_two_words_is_an_error(
    tmp_path: Path, content: str, min_count: int, message: str
) -> None:
    corpus = written(tmp_path / "corpus.txt", content)
    with pytest.raises(CorpusError) as caught:
        prepared(tmp_path / "text", [corpus], min_count=min_count, subsample=0)
    assert str(caught.value) == message


def test_one_line_of_two_words_is_enough(tmp_path: Path) -> None:
    corpus = written(tmp_path / "corpus.txt", "a\nb\n\na b\n")
    assert prepared(tmp_path / "text", [corpus], min_count=1).corpus.n_sentences == 3


def test_what_is_opened_again_is_what_was_prepared(tmp_path: Path) -> None:
    text = prepared(tmp_path / "text", [SAMPLE])
    again = open_prepared(tmp_path / "text")
    assert again.account.ledger == text.account.ledger
    assert again.account.words_by_count == text.account.words_by_count
    np.testing.assert_array_equal(again.account.counts, text.account.counts)
    assert again.corpus.sha256 == text.corpus.sha256
    np.testing.assert_array_equal(again.corpus.ids, text.corpus.ids)
    assert list(again.vocabulary.words) == list(text.vocabulary.words)


@pytest.fixture
def cached(tmp_path: Path) -> Callable[..., tuple[PreparedText | None, bool]]:
    """Return a function that prepares `corpus.txt` with a cache, and says if it was reused."""

    def run(**options: Any) -> tuple[PreparedText | None, bool]:
        told: Told = []
        options = {"corpus": str(tmp_path / "corpus.txt"), "min_count": 1, **options}
        text = prepare_cached(Config.of(**options), tmp_path / "cache", told.append)
        return text, any("its files and options are unchanged" in line for line in told)

    return run


Cached = Callable[..., tuple[PreparedText, bool]]


def test_an_unchanged_text_is_reused(tmp_path: Path, cached: Cached) -> None:
    written(tmp_path / "corpus.txt", "a b a b\n")
    first, reused = cached()
    assert not reused
    again, reused = cached()
    assert reused
    assert again.corpus.sha256 == first.corpus.sha256
    # What does not change ids does not matter.
    assert cached(window=3, threads=1, count_memory=9)[1]


def test_a_change_of_content_option_or_list_is_seen(tmp_path: Path, cached: Cached) -> None:
    corpus = written(tmp_path / "corpus.txt", "a b a b\n")
    cached()
    assert not cached(sentence_length=3)[1]
    written(corpus, "b a b a\n")  # of the same length
    changed, reused = cached()
    assert not reused
    assert changed.corpus.ids.tolist() == [1, 0, 1, 0]
    stop = written(tmp_path / "stop.txt", "c\n")
    assert not cached(stop_words=str(stop))[1]
    assert cached(stop_words=str(stop))[1]
    written(stop, "d\n")
    assert not cached(stop_words=str(stop))[1]
    # The same content and times in another file.
    other = Path(shutil.copy2(corpus, tmp_path / "other.txt"))
    assert not cached(corpus=str(other))[1]


def test_a_text_that_changes_while_it_is_read_is_not_kept(
    tmp_path: Path, cached: Cached, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = written(tmp_path / "corpus.txt", "a b a b\n")

    def prepare_and_change(*arguments: Any) -> PreparedText:
        text = prepare(*arguments)
        written(corpus, "a b a b c\n")
        return text

    monkeypatch.setattr(cache, "prepare", prepare_and_change)
    with pytest.raises(CorpusError, match="changed while it was read"):
        cached()
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_kill_before_the_renaming_leaves_nothing_that_is_reused(
    tmp_path: Path, cached: Cached
) -> None:
    written(tmp_path / "corpus.txt", "a b a b\n")
    program = (
        "import os, sys; from pathlib import Path; from w2v_cli import Config\n"
        "from w2v_cli.corpus import cache\n"
        "Path.rename = lambda *_: os.kill(os.getpid(), 9)\n"
        "config = Config.of(corpus=sys.argv[1] + '/corpus.txt', min_count=1)\n"
        "cache.prepare_cached(config, Path(sys.argv[1]) / 'cache', print)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    assert done.returncode == -9
    (left,) = (tmp_path / "cache").iterdir()
    assert read_sealed(left / DESCRIPTION)["ledger"]["read"] == 4  # all was written
    text, reused = cached()
    assert not reused
    assert text.corpus.ids.tolist() == [0, 1, 0, 1]
    assert cached()[1]


@pytest.mark.parametrize(
    "name", ["ids.i32", "starts.i64", "vocab.tsv", "text_counts.npy", DESCRIPTION]
)
@pytest.mark.parametrize("damage", ["cut short", "changed"])
def test_a_cached_text_that_is_damaged_is_encoded_again(
    tmp_path: Path, cached: Cached, caplog: pytest.LogCaptureFixture, name: str, damage: str
) -> None:
    written(tmp_path / "corpus.txt", "a b a b\n")
    first, _ = cached()
    assert first is not None
    path = first.directory / name
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] if damage == "cut short" else whole[:-1] + bytes([whole[-1] ^ 1]))
    again, reused = cached()
    assert not reused
    assert again is not None
    assert path.read_bytes() == whole
    assert "the cached text is damaged and is encoded again" in caplog.text
    assert cached()[1]


def test_text_of_another_version_of_unicode_is_not_reused(
    tmp_path: Path, cached: Cached, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path / "corpus.txt", "a b a b\n")
    cached()
    monkeypatch.setattr(unicodedata, "unidata_version", "1.0.0")
    assert not cached()[1]


def test_two_runs_that_make_the_same_text_agree(tmp_path: Path, cached: Cached) -> None:
    written(tmp_path / "corpus.txt", "a b a b\n")
    first, _ = cached()
    kept = tmp_path / "kept"
    first.directory.rename(kept)

    def prepare_late(*arguments: Any) -> PreparedText:
        text = prepare(*arguments)
        kept.rename(first.directory)  # the other run was faster
        return text

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(cache, "prepare", prepare_late)
        text, reused = cached()
    assert not reused
    assert text.directory == first.directory
    assert list((tmp_path / "cache").iterdir()) == [first.directory]


def test_a_pipe_is_not_kept(tmp_path: Path, cached: Cached) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert cached(corpus=str(tmp_path / "pipe"))[0] is None
    assert cached(corpus="-")[0] is None
    assert not (tmp_path / "cache").exists()
