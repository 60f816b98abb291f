"""A sample of a text: where it is taken from, and what it says about the whole."""

import gzip
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from w2v_cli.planning.sample import Sample, take_sample, words_in_whole

WORDS_OF_A_LINE = 10


@pytest.fixture
def text(tmp_path: Path) -> Path:
    """Return a text of 400,000 words whose frequencies fall as in natural text."""
    random = np.random.default_rng(5)
    ids = random.zipf(1.8, size=(40_000, WORDS_OF_A_LINE))
    lines = [" ".join(f"w{id}" for id in line) for line in ids.tolist()]
    (tmp_path / "text.txt").write_text("\n".join(lines) + "\n")
    return tmp_path / "text.txt"


def taken(sample: Sample | None) -> Sample:
    assert sample is not None
    return sample


def test_a_text_that_is_not_larger_is_read_whole(text: Path, tmp_path: Path) -> None:
    assert take_sample([str(text)], text.stat().st_size, tmp_path) is None


def test_packed_text_is_read_whole(text: Path, tmp_path: Path) -> None:
    packed = tmp_path / "text.gz"
    packed.write_bytes(gzip.compress(text.read_bytes()))
    assert take_sample([str(packed)], 1000, tmp_path) is None
    assert take_sample(["-"], 1000, tmp_path) is None


def test_a_sample_has_whole_lines_from_all_over_the_text(text: Path, tmp_path: Path) -> None:
    sample = taken(take_sample([str(text), str(text)], 200_000, tmp_path))
    assert 150_000 < sample.bytes <= 200_000
    assert sample.total_bytes == 2 * text.stat().st_size
    lines = sample.path.read_text().splitlines()
    assert {len(line.split()) for line in lines} == {WORDS_OF_A_LINE}
    lines_of_text = text.read_text().splitlines()
    number = {line: n for n, line in enumerate(lines_of_text)}
    places = np.array([number[line] for line in lines]) / len(lines_of_text)
    # No tenth of the text is without a line.
    assert len(np.unique(np.floor(places * 10))) == 10


def test_one_long_line_is_cut_at_spaces(text: Path, tmp_path: Path) -> None:
    line = tmp_path / "line.txt"
    line.write_text(text.read_text().replace("\n", " "))
    sample = taken(take_sample([str(line)], 100_000, tmp_path))
    assert set(sample.path.read_text().split()) <= set(text.read_text().split())


def test_the_number_of_words_is_within_a_few_errors(text: Path, tmp_path: Path) -> None:
    sample = taken(take_sample([str(text)], 200_000, tmp_path))
    estimate = len(sample.path.read_text().split()) * sample.factor
    assert estimate == pytest.approx(400_000, rel=4 * sample.tokens_error)
    assert 0 < sample.tokens_error < 0.02


@pytest.mark.parametrize("min_count", [1, 5, 60])
def test_the_range_of_different_words_holds_the_true_number(
    text: Path, tmp_path: Path, min_count: int
) -> None:
    sample = taken(take_sample([str(text)], 400_000, tmp_path))
    by_count = Counter(Counter(sample.path.read_text().split()).values())
    estimate = words_in_whole(by_count, min_count, sample.factor)
    truth = sum(n >= min_count for n in Counter(text.read_text().split()).values())
    assert abs(truth - estimate.value) <= estimate.error
    assert estimate.error < 0.6 * estimate.value


def test_a_vocabulary_that_is_complete_grows_little() -> None:
    # Each of 100 words occurs 1,000 times in the sample, and none once.
    estimate = words_in_whole({1000: 100}, 5, factor=10)
    # Whether a word is in a sample is chance: 2 / sqrt(100) = 20 %.
    assert estimate.value - estimate.error == pytest.approx(80)
    assert estimate.value + estimate.error < 175
