"""Choosing the words that get vectors."""

import random
from collections import Counter
from collections.abc import Iterator

import pytest

from w2v_cli.corpus import selection
from w2v_cli.corpus.selection import Rules, choose_vocabulary
from w2v_cli.errors import CorpusError
from w2v_cli.vocabulary import Vocabulary

# In the order of their UTF-8 bytes.
BY_BYTES = ["Z", "a", "z", "é", "中", "\uff21", "\U00010400"]


def chosen(counts: Counter[str], **rules: object) -> Vocabulary:
    return choose_vocabulary([counts], Rules(**rules))  # type: ignore[arg-type]


def ranked(vocabulary: Vocabulary) -> list[tuple[str, int]]:
    return list(zip(vocabulary.words, vocabulary.counts.tolist(), strict=True))


@pytest.mark.parametrize("max_vocab", range(2, 9))
def test_max_vocab_keeps_exactly_the_first_words_within_ties_too(max_vocab: int) -> None:
    vocabulary = chosen(Counter([*BY_BYTES, "中"]), max_vocab=max_vocab)
    # 中 occurs twice and leads; the six others, once each, follow by bytes.
    assert vocabulary.words == ["中", "Z", "a", "z", "é", "\uff21", "\U00010400"][:max_vocab]


@pytest.mark.parametrize(("min_count", "kept"), [(1, "abcd"), (2, "abc"), (3, "ab"), (4, "ab")])
def test_min_count_keeps_words_that_occur_that_often(min_count: int, kept: str) -> None:
    counts = Counter({"a": 5, "b": 4, "c": 2, "d": 1})
    assert chosen(counts, min_count=min_count).words == list(kept)


def test_min_count_and_max_vocab_hold_together() -> None:
    counts = Counter({"a": 5, "b": 4, "c": 2, "d": 1})
    assert ranked(chosen(counts, min_count=2, max_vocab=2)) == [("a", 5), ("b", 4)]
    assert ranked(chosen(counts, min_count=4, max_vocab=3)) == [("a", 5), ("b", 4)]


@pytest.mark.parametrize(
    ("words", "min_count", "max_vocab", "expected"),
    [
        ("", 1, None, "the corpus holds no words; check that the files are the right ones"),
        ("a a a", 1, None, "the corpus holds one word only, 'a'; training needs two or more"),
        (
            "a a b", 5, None,
            "none of the 2 different words occurs 5 times, the most frequent one 2;"
            " lower --min-count",
        ),
        (
            "a a b c", 2, None,
            "only 1 word is left of 3; lower --min-count",
        ),
        ("a b", 1, 1, "only 1 word is left of 2; raise --max-vocab"),
    ],
)  # fmt: skip
def test_fewer_than_two_words_are_an_error_that_says_why(
    words: str, min_count: int, max_vocab: int | None, expected: str
) -> None:
    with pytest.raises(CorpusError) as caught:
        chosen(Counter(words.split()), min_count=min_count, max_vocab=max_vocab)
    assert str(caught.value) == expected


def test_kept_words_need_no_count_and_take_places_first() -> None:
    counts = Counter({"a": 9, "b": 8, "c": 7, "d": 1, "e": 1})
    keep = frozenset(["d", "absent"])
    assert ranked(chosen(counts, min_count=5, keep=keep)) == [
        ("a", 9), ("b", 8), ("c", 7), ("d", 1),
    ]  # fmt: skip
    assert chosen(counts, min_count=5, keep=keep, max_vocab=3).words == ["a", "b", "d"]


def test_more_words_to_keep_than_places_are_an_error() -> None:
    counts = Counter({"a": 3, "b": 2, "c": 1})
    with pytest.raises(
        CorpusError, match=r"3 words of --keep-words occur, more than --max-vocab 2"
    ):
        chosen(counts, keep=frozenset("abc"), max_vocab=2)


def test_stop_words_have_no_vector_however_frequent() -> None:
    counts = Counter({"the": 99, "a": 9, "b": 8, "c": 7})
    assert chosen(counts, stop=frozenset(["the", "b"])).words == ["a", "c"]
    with pytest.raises(CorpusError, match="only 1 word is left of 4; shorten --stop-words"):
        chosen(counts, stop=frozenset(["the", "a", "b"]))


def parts_of(counts: Counter[str], n_parts: int) -> Iterator[dict[str, int]]:
    words = list(counts)
    for part in range(n_parts):
        yield {word: counts[word] for word in words[part::n_parts]}


def test_words_dropped_on_the_way_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(30):
        rng = random.Random(seed)
        counts = Counter({f"w{number}": rng.randrange(1, 6) for number in range(300)})
        keep = frozenset(rng.sample(sorted(counts), 3))
        rules = Rules(max_vocab=rng.randrange(4, 60), keep=keep)
        whole = choose_vocabulary([counts], rules)
        with monkeypatch.context() as patched:
            patched.setattr(selection, "PRUNE_ABOVE", 1)
            assert ranked(choose_vocabulary(parts_of(counts, 40), rules)) == ranked(whole)
