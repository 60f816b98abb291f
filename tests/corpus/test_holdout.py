"""Lines that are set aside."""

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from w2v_cli import Config
from w2v_cli.corpus.cache import prepare_cached
from w2v_cli.corpus.encoding import EncodedCorpus
from w2v_cli.corpus.holdout import shares_of_lines, word_hashes
from w2v_cli.corpus.preparation import prepare
from w2v_cli.corpus.prepared_text import PreparedText, open_prepared
from w2v_cli.errors import CorpusError

Lines = set[tuple[str, ...]]


def sentences(seed: int, n: int) -> list[str]:
    rng = random.Random(seed)
    words = [f"w{number}" for number in range(30)]
    return [" ".join(rng.choices(words, range(30, 0, -1), k=rng.randrange(1, 9))) for _ in range(n)]


def prepared(directory: Path, texts: list[list[str]], **options: Any) -> PreparedText:
    directory.mkdir()
    names = [directory / f"{number}.txt" for number in range(len(texts))]
    for name, lines in zip(names, texts, strict=True):
        name.write_text("".join(f"{line}\n" for line in lines))
    (directory / "encoded").mkdir()
    config = Config.of(corpus=[str(name) for name in names], min_count=1, **options)
    return prepare(config, directory / "encoded", lambda _: None)


def lines_of(text: PreparedText, corpus: EncodedCorpus) -> list[tuple[str, ...]]:
    words = text.vocabulary.words
    borders = zip(corpus.starts[:-1], corpus.starts[1:], strict=True)
    return [tuple(words[id] for id in corpus.ids[first:last]) for first, last in borders]


def sides(text: PreparedText) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    assert text.held_out is not None
    return lines_of(text, text.corpus), lines_of(text, text.held_out)


def test_the_same_lines_are_set_aside_in_any_order_of_the_files(tmp_path: Path) -> None:
    first, second = sentences(1, 2000), sentences(2, 1000)
    one = prepared(tmp_path / "one", [first, second], holdout=0.1)
    other = prepared(tmp_path / "other", [second, first], holdout=0.1)
    assert sorted(sides(one)[1]) == sorted(sides(other)[1])
    assert sorted(sides(one)[0]) == sorted(sides(other)[0])


def test_the_same_lines_are_set_aside_from_a_text_that_has_grown(tmp_path: Path) -> None:
    first, second = sentences(1, 2000), ["w29 w29 w29 w5"] * 500  # other ranks of the same words
    small = prepared(tmp_path / "small", [first], holdout=0.1)
    large = prepared(tmp_path / "large", [first, second], holdout=0.1)
    assert list(small.vocabulary.words) != list(large.vocabulary.words)
    added = {("w29", "w29", "w29", "w5")}
    assert set(sides(small)[1]) - added == set(sides(large)[1]) - added


def test_equal_lines_are_on_the_same_side(tmp_path: Path) -> None:
    lines = sentences(3, 4000) * 2  # many short lines are equal anyway
    training, held_out = sides(prepared(tmp_path / "text", [lines], holdout=0.2))
    assert not {*training} & {*held_out}
    assert {*training} | {*held_out} == {tuple(line.split()) for line in lines}


def test_no_line_is_lost_and_the_order_stays(tmp_path: Path) -> None:
    lines = [tuple(line.split()) for line in sentences(4, 3000)]
    training, held_out = sides(
        prepared(tmp_path / "text", [[" ".join(line) for line in lines]], holdout=0.1)
    )
    assert training == [line for line in lines if line in {*training}]
    assert held_out == [line for line in lines if line in {*held_out}]
    assert len(training) + len(held_out) == len(lines)


def test_lines_that_are_trained_on_keep_their_weights(tmp_path: Path) -> None:
    weight_of_line = {line: number for number, line in enumerate(dict.fromkeys(sentences(4, 3000)))}
    weights = tmp_path / "weights.txt"
    weights.write_text("".join(f"{weight}\n" for weight in weight_of_line.values()))
    text = prepared(tmp_path / "text", [list(weight_of_line)], holdout=0.1, weights=str(weights))
    assert text.held_out is not None
    assert text.held_out.weights is None
    found = open_prepared(text.directory).corpus.weights
    assert found is not None
    lines = [" ".join(line) for line in lines_of(text, text.corpus)]
    assert found.tolist() == [weight_of_line[line] for line in lines]


def test_about_the_asked_share_of_different_lines_is_set_aside() -> None:
    hashes = word_hashes([f"w{number}" for number in range(100_000)])
    shares = shares_of_lines(hashes, np.full(50_000, 2))
    # The standard deviation of a share of 1 % of 50,000 lines is 0.00044.
    assert abs((shares < 0.01).mean() - 0.01) < 0.002
    assert 0 <= shares.min() < shares.max() < 1


def test_the_order_of_the_words_of_a_line_matters() -> None:
    hashes = word_hashes(["a", "b", "b", "a"])
    first, second = shares_of_lines(hashes, np.array([2, 2]))
    assert first != second


def test_the_ledger_counts_words_that_are_set_aside(tmp_path: Path) -> None:
    lines = sentences(5, 2000)
    text = prepared(tmp_path / "text", [lines], holdout=0.1)
    ledger = text.account.ledger
    assert text.held_out is not None
    assert ledger.held_out == text.held_out.n_tokens > 0
    assert ledger.in_vocabulary == text.corpus.n_tokens == text.account.counts.sum()
    assert ledger.read == sum(len(line.split()) for line in lines)
    assert f"{ledger.held_out:,} set aside by --holdout" in str(ledger)
    # The vocabulary is of the whole text.
    assert text.vocabulary.n_tokens == ledger.read


def test_a_prepared_text_is_opened_with_its_held_out_lines(tmp_path: Path) -> None:
    text = prepared(tmp_path / "text", [sentences(6, 500)], holdout=0.1)
    again = open_prepared(text.directory)
    assert sides(again) == sides(text)
    assert again.account.ledger == text.account.ledger


def test_the_cache_keeps_texts_with_and_without_held_out_lines_apart(tmp_path: Path) -> None:
    file = tmp_path / "text.txt"
    file.write_text("".join(f"{line}\n" for line in sentences(7, 500)))
    aside = []
    for holdout in (None, 0.1, 0.2, 0.1):
        config = Config.of(corpus=str(file), min_count=1, holdout=holdout)
        text = prepare_cached(config, tmp_path / "cache", lambda _: None)
        assert text is not None
        aside.append(text.held_out.n_tokens if text.held_out else 0)
    assert 0 == aside[0] < aside[1] < aside[2]
    assert aside[3] == aside[1]


def test_a_share_that_sets_no_line_aside_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"none of the 20 lines is set aside by --holdout 1e-06"):
        prepared(tmp_path / "text", [sentences(8, 20)], holdout=1e-6)
