"""Phrases: the scores by hand, gensim's answers, and a plain reference over generated text."""

import math
import random
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from gensim.models.phrases import Phrases

from w2v_cli.corpus.phrases import joining
from w2v_cli.corpus.phrases.joining import Phrase, PhraseRules, TextAsIds, join_phrases
from w2v_cli.corpus.reading.tokenizer import LINE_END, Words
from w2v_cli.errors import ConfigError

SAMPLE = Path(__file__).parents[3] / "data" / "sample.txt"

Lines = list[list[str]]


def joined(
    lines: Lines, directory: Path, rules: PhraseRules, passes: int = 1
) -> tuple[Lines, list[list[Phrase]]]:
    """Return the lines with their phrases joined, and what each pass found."""
    words = [word for line in lines for word in [*line, LINE_END]]
    # Portions that do not end with a line.
    portions = [Words(words[start : start + 7], 0, 0) for start in range(0, len(words), 7)]
    with TextAsIds(iter(portions), directory) as text:
        found = [join_phrases(text, rules, directory) for _ in range(passes)]
        written = "".join(text.lines())
    assert written.count("\n") == len(lines)
    return [line.split(" ") if line else [] for line in written.split("\n")[:-1]], found


def reference(lines: Lines, rules: PhraseRules) -> tuple[Lines, dict[str, tuple[int, int, float]]]:
    """Return the same as `joined` for one pass: phrase -> (joined, pairs, score)."""
    counts = Counter(word for line in lines for word in line)
    pairs = Counter(pair for line in lines for pair in pairwise(line))
    n, threshold = counts.total(), rules.threshold
    assert threshold is not None
    scores = {}
    for (a, b), n_ab in pairs.items():
        if rules.score == "word2phrase":
            score = (n_ab - rules.min_count) / (counts[a] * counts[b]) * n
        else:
            p_ab = n_ab / n
            score = math.log(p_ab / (counts[a] / n * counts[b] / n)) / -math.log(p_ab)
        if n_ab >= rules.min_count and score > threshold:
            scores[a, b] = score
    n_joined: Counter[tuple[str, str]] = Counter()
    written = []
    for line in lines:
        new, at = [], 0
        while at < len(line):
            pair = tuple(line[at : at + 2])
            if pair in scores:
                n_joined[pair] += 1
            new.append(rules.delimiter.join(pair) if pair in scores else line[at])
            at += 2 if pair in scores else 1
        written.append(new)
    names = {pair: rules.delimiter.join(pair) for pair in scores}
    return written, {names[p]: (n_joined[p], pairs[p], scores[p]) for p in scores}


def facts(found: list[Phrase]) -> dict[str, tuple[Any, ...]]:
    """Return what `reference` returns."""
    return {name: (n_joined, n_pairs, score) for name, n_joined, n_pairs, score in found}


def test_word2phrase_by_hand(tmp_path: Path) -> None:
    # 9 words, new 3, york 2, new york 2: (2 - 1) / (3 * 2) * 9 = 1.5.
    lines = [line.split() for line in ["new york is big", "is new york", "is new"]]
    rules = PhraseRules(min_count=1, threshold=1.4)
    text, (found,) = joined(lines, tmp_path, rules)
    assert facts(found) == {"new_york": (2, 2, pytest.approx(1.5))}
    assert text == [["new_york", "is", "big"], ["is", "new_york"], ["is", "new"]]
    text, _ = joined(lines, tmp_path, PhraseRules(min_count=1, threshold=1.5))
    assert text == lines  # the score must be above the threshold


def test_npmi_by_hand(tmp_path: Path) -> None:
    # 8 words; a b always together, 4 times: p_ab = p_a = p_b = 1/2, so log 2 / log 2 = 1.
    lines = [["a", "b"]] * 4
    _, (found,) = joined(lines, tmp_path, PhraseRules(score="npmi", threshold=0.99, min_count=2))
    assert facts(found) == {"a_b": (4, 4, pytest.approx(1.0))}


def test_words_are_joined_from_left_to_right(tmp_path: Path) -> None:
    rules = PhraseRules(min_count=1, threshold=0, delimiter="+")
    text, _ = joined([["a"] * 5, ["a"] * 4, ["a"]], tmp_path, rules)
    assert text == [["a+a", "a+a", "a"], ["a+a", "a+a"], ["a"]]


def test_no_phrase_crosses_a_line_end_and_empty_lines_stay(tmp_path: Path) -> None:
    lines = [["a"], ["b"], [], [], ["a"], ["b"], []]
    assert joined(lines, tmp_path, PhraseRules(min_count=1, threshold=-10)) == (lines, [[]])


def test_second_pass_makes_longer_phrases(tmp_path: Path) -> None:
    lines = [["new", "york", "city"]] * 3 + [["of", "x"], ["y", "z"]] * 5
    rules = PhraseRules(min_count=1, threshold=3)
    text, (first, second) = joined(lines, tmp_path, rules, passes=2)
    assert text[:3] == [["new_york_city"]] * 3
    assert [phrase.name for phrase in first][:2] == ["of_x", "y_z"]
    assert "new_york_city" in facts(second)


def test_a_phrase_and_a_word_of_one_spelling_are_one_word(tmp_path: Path) -> None:
    # After the first pass "a_b" stands 6 times before c, twice of them from the text itself.
    lines = [["a", "b", "c"]] * 4 + [["a_b", "c"]] * 2
    rules = PhraseRules(min_count=2, threshold=1)
    text, (_, second) = joined(lines, tmp_path, rules, passes=2)
    # 12 words are left: (6 - 2) / (6 * 6) * 12 = 4/3.
    assert facts(second) == {"a_b_c": (6, 6, pytest.approx(4 / 3))}
    assert text == [["a_b_c"]] * 6


def test_a_text_without_phrases_stays(tmp_path: Path) -> None:
    assert joined([], tmp_path, PhraseRules()) == ([], [[]])
    lines = [["a", "b"], ["c"]]
    assert joined(lines, tmp_path, PhraseRules()) == (lines, [[]])


@pytest.mark.parametrize("portion", [1, 2, 3, 7, 1 << 22])
@pytest.mark.parametrize("score", ["word2phrase", "npmi"])
def test_generated_text_is_joined_as_the_reference_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, score: joining.Score, portion: int
) -> None:
    monkeypatch.setattr(joining, "PORTION", portion)
    n_found = 0
    for seed in range(20):
        rng = random.Random(seed)
        lines = [rng.choices("abcdef", [9, 5, 3, 2, 1, 1], k=rng.randrange(9)) for _ in range(25)]
        rules = PhraseRules(
            score=score,
            threshold=rng.uniform(-0.2, 0.2) * (5 if score == "word2phrase" else 1),
            min_count=rng.choice([1, 2, 3]),
        )
        text, (found,) = joined(lines, tmp_path, rules)
        expected_text, expected = reference(lines, rules)
        assert text == expected_text
        assert facts(found) == {name: pytest.approx(fact) for name, fact in expected.items()}
        n_found += len(found)
    assert n_found > 100


@pytest.fixture(scope="module")
def sample() -> Lines:
    return [line.split() for line in SAMPLE.read_text(encoding="utf-8").splitlines()[:6000]]


def test_npmi_phrases_are_gensim_s(tmp_path: Path, sample: Lines) -> None:
    theirs = Phrases(sample, min_count=5, threshold=0.3, scoring="npmi")
    text, (found,) = joined(sample, tmp_path, PhraseRules(score="npmi", threshold=0.3))
    assert len(found) > 50
    assert {phrase.name: phrase.score for phrase in found} == pytest.approx(theirs.export_phrases())
    assert text == [theirs[line] for line in sample]


def test_word2phrase_phrases_are_gensim_s_scaled_by_its_size(tmp_path: Path, sample: Lines) -> None:
    # gensim's default multiplies by its number of different words and pairs together, where
    # word2phrase multiplies by the words of the text.
    theirs = Phrases(sample, min_count=5, threshold=10, scoring="default")
    scale = theirs.corpus_word_count / len(theirs.vocab)
    text, (found,) = joined(sample, tmp_path, PhraseRules(threshold=10 * scale))
    assert len(found) > 50
    assert {phrase.name: phrase.score / scale for phrase in found} == pytest.approx(
        theirs.export_phrases()
    )
    assert text == [theirs[line] for line in sample]


@pytest.mark.parametrize("delimiter", ["", " ", "a b", "\n", "\0", "\u3000"])
def test_delimiter_that_would_cut_a_phrase_is_refused(delimiter: str) -> None:
    with pytest.raises(ConfigError, match="delimiter must be"):
        PhraseRules(delimiter=delimiter)


def test_no_file_is_left(tmp_path: Path) -> None:
    joined([["a", "b"]] * 9, tmp_path, PhraseRules(min_count=1, threshold=0))
    assert list(tmp_path.iterdir()) == []
