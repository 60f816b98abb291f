"""Files of pairs: what a line may be, two vocabularies or one, weights, and what is left out."""

import bz2
import gzip
import lzma
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.long import long_after
from w2v_cli import Config
from w2v_cli.corpus.preparation import prepare
from w2v_cli.corpus.prepared_text import PreparedText, open_prepared
from w2v_cli.errors import CorpusError

Found = Counter[tuple[str, str, float]]


def prepared(directory: Path, content: bytes | str, **settings: object) -> PreparedText:
    """Prepare a file of pairs; all names have vectors unless settings say otherwise."""
    data = content if isinstance(content, bytes) else content.encode()
    (directory / "pairs").write_bytes(data)
    (directory / "encoded").mkdir()
    config = Config.of(corpus=directory / "pairs", pairs=True, **{"min_count": 1, **settings})
    return prepare(config, directory / "encoded", lambda line: None)


def pairs_of(text: PreparedText) -> Found:
    """Return center, context and weight of each pair."""
    contexts = (text.contexts or text.vocabulary).words
    ids = np.array(text.corpus.ids).reshape(-1, 2)
    weights = np.ones(len(ids)) if text.corpus.weights is None else text.corpus.weights
    return Counter(
        (text.vocabulary.words[center], contexts[context], float(weight))
        for (center, context), weight in zip(ids.tolist(), weights, strict=True)
    )


def counts(text: PreparedText) -> tuple[dict[str, int], dict[str, int]]:
    """Return name -> count of both vocabularies."""
    both = text.vocabulary, text.contexts or text.vocabulary
    first, second = (dict(zip(v.words, v.counts.tolist(), strict=True)) for v in both)
    return first, second


LINES = "ann\tmilk\nbob\ttea\nann\ttea\ncyd\tmilk\nann\tann\n"
PAIRS = Counter((*line.split("\t"), 1.0) for line in LINES.splitlines())


@pytest.mark.parametrize(
    "pack",
    [
        bytes,
        gzip.compress,
        bz2.compress,
        lzma.compress,
        lambda data: data.rstrip(b"\n"),
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.replace(b"\n", b"\r"),
        lambda data: b"\xef\xbb\xbf" + data,
    ],
)
def test_pairs_are_read_plain_and_packed_with_any_line_end(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    text = prepared(tmp_path, pack(LINES.encode()))
    assert pairs_of(text) == PAIRS
    assert pairs_of(open_prepared(text.directory)) == PAIRS
    assert counts(text) == (
        {"ann": 3, "bob": 1, "cyd": 1},
        {"milk": 2, "tea": 2, "ann": 1},
    )


def test_one_vocabulary_counts_both_columns(tmp_path: Path) -> None:
    text = prepared(tmp_path, LINES, shared_vocabulary=True)
    assert text.contexts is None
    assert counts(text)[0] == {"ann": 4, "milk": 2, "tea": 2, "bob": 1, "cyd": 1}
    assert pairs_of(text) == PAIRS


def test_each_side_has_its_least_count_and_the_ledger_says_what_is_left_out(
    tmp_path: Path,
) -> None:
    # Centers: a 4, b 3, c 1, d 1. Contexts: x 6, y 2, z 1.
    lines = "a\tx\n" * 3 + "a\ty\n" + "b\tx\n" * 2 + "b\tz\nc\tx\nd\ty\n"
    text = prepared(tmp_path, lines, min_count=3, context_min_count=2)
    assert counts(text) == ({"a": 4, "b": 3}, {"x": 6, "y": 2})
    assert pairs_of(text) == Counter({("a", "x", 1): 3, ("a", "y", 1): 1, ("b", "x", 1): 2})
    assert str(text.pairs) == (
        "9 pairs read = 6 kept + 2 whose center has no vector + 1 whose context has no vector"
    )
    assert text.account.counts.tolist() == [4, 2]
    rare = (text.directory / "rare.tsv").read_text().splitlines()
    assert sorted(rare) == ["c\t1", "d\t1"]


def test_weights_stand_in_a_third_column_and_are_1_where_it_is_missing(tmp_path: Path) -> None:
    text = prepared(tmp_path, "a\tx\t0.5\nb\ty\nc\tx\t2\n")
    assert pairs_of(text) == Counter([("a", "x", 0.5), ("b", "y", 1.0), ("c", "x", 2.0)])
    assert text.pairs is not None
    assert text.pairs.weight == 3.5
    assert counts(text) == ({"a": 1, "b": 1, "c": 1}, {"x": 2, "y": 1})


def test_weights_of_one_leave_no_trace(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    first = prepared(tmp_path / "a", LINES)
    second = prepared(tmp_path / "b", LINES.replace("\n", "\t1\n"))
    assert second.corpus.weights is None
    assert first.corpus.sha256 == second.corpus.sha256


@pytest.mark.parametrize("n_threads", long_after(1, [3, 1]))
@pytest.mark.parametrize("weighted", [False, True])
def test_large_files_have_the_same_pairs_in_any_blocks(
    tmp_path: Path, n_threads: int, weighted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("w2v_cli.corpus.counting.counted_text.SMALL_TEXT", 3)
    random = np.random.default_rng(n_threads)
    centers, contexts = random.integers(0, 50, 120_000), random.integers(0, 900, 120_000)
    weights = random.choice([0.5, 1, 1, 1], 120_000) if weighted else np.ones(120_000)
    lines = [
        f"c{center}\tö{context}" + (f"\t{weight}" if weight != 1 else "")
        for center, context, weight in zip(centers, contexts, weights, strict=True)
    ]
    text = prepared(tmp_path, "\n".join(lines), threads=n_threads)
    expected = Counter(
        (f"c{center}", f"ö{context}", float(weight))
        for center, context, weight in zip(centers, contexts, weights, strict=True)
    )
    assert pairs_of(text) == expected


def test_names_go_through_the_options_of_text(tmp_path: Path) -> None:
    text = prepared(tmp_path, "A1\tX\na2\tx\nb\tY3\n", lowercase=True, digits="zero")
    assert counts(text) == ({"a0": 2, "b": 1}, {"x": 2, "y0": 1})


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("a", "'a'"),
        ("a b", "'a b'"),
        ("", "''"),
        ("\tb", r"'\tb'"),
        ("a\t", r"'a\t'"),
        ("a\tb c", r"'a\tb c'"),
        ("a\tb\t1\t2", r"'a\tb\t1\t2'"),
        ("a\t\tb", r"'a\t\tb'"),
    ],
)
@pytest.mark.parametrize("n_before", [0, 50_000])
def test_a_line_that_is_not_a_pair_is_an_error_with_file_and_line(
    tmp_path: Path, line: str, shown: str, n_before: int
) -> None:
    with pytest.raises(CorpusError) as caught:
        prepared(tmp_path, "name\tother\n" * n_before + f"{line}\nc\td\n")
    assert str(caught.value) == (
        f"{tmp_path}/pairs:{n_before + 1}: expected center<TAB>context, or these and <TAB>weight,"
        f" got {shown}; put one tab between columns, and no white space into names"
    )


@pytest.mark.parametrize("weight", ["-1", "nan", "inf", "x"])
def test_a_wrong_weight_is_an_error_with_file_and_line(tmp_path: Path, weight: str) -> None:
    with pytest.raises(CorpusError, match=f"pairs:3: expected a weight.*got '{weight}'"):
        prepared(tmp_path, f"a\tx\nb\ty\t1\nc\tz\t{weight}\n")


@pytest.mark.parametrize(
    ("content", "settings", "message"),
    [
        ("", {}, "the corpus holds no words"),
        ("a\tx\nb\ty\n", {"min_count": 5}, "lower --min-count"),
        (
            "a\tx\nb\ty\n" * 5,
            {"min_count": 5, "context_min_count": 9},
            "lower --context-min-count",
        ),
        ("a\tx\t0\nb\ty\t0\n", {}, "all weights of the pairs are 0"),
        (
            "a\tp\na\tq\nb\tr\nb\ts\ne\tx\nf\tx\ng\ty\nh\ty\n",
            {"min_count": 2},
            "no pair is left whose center and context have vectors",
        ),
    ],
)
def test_what_leaves_nothing_to_train_on_is_an_error(
    tmp_path: Path, content: str, settings: dict[str, object], message: str
) -> None:
    with pytest.raises(CorpusError, match=message):
        prepared(tmp_path, content, **settings)
