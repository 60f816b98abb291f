"""The committed sample is what its generator writes, and what its README says."""

import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

DATA = Path(__file__).parents[1] / "data"
WRITTEN = ("sample.txt", "analogies.txt", "pairs.tsv", "groups.tsv")


def test_the_generator_writes_the_committed_files_byte_for_byte(tmp_path: Path) -> None:
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy, ignore=shutil.ignore_patterns(*WRITTEN, "__pycache__"))
    subprocess.run([sys.executable, copy / "generate.py"], check=True)
    for name in WRITTEN:
        assert (copy / name).read_bytes() == (DATA / name).read_bytes()


@pytest.fixture(scope="module")
def counts() -> Counter[str]:
    return Counter((DATA / "sample.txt").read_text(encoding="ascii").split())


def test_the_sample_has_the_size_that_its_readme_states(counts: Counter[str]) -> None:
    text = (DATA / "sample.txt").read_text(encoding="ascii")
    stated = f"{text.count(chr(10)):,} sentences, one a line, a-z and spaces:"
    stated += f" {counts.total():,} words, {len(counts):,} different"
    assert stated in (DATA / "README.md").read_text(encoding="utf-8")


def test_every_question_is_about_words_that_occur_often_enough(counts: Counter[str]) -> None:
    questions = [
        line.split() for line in (DATA / "analogies.txt").read_text().splitlines() if line[0] != ":"
    ]
    assert all(len(question) == len(set(question)) == 4 for question in questions)
    assert min(counts[word] for question in questions for word in question) >= 15
    pairs = [line.split("\t") for line in (DATA / "pairs.tsv").read_text().splitlines()]
    assert min(counts[word] for pair in pairs for word in pair[:2]) >= 5


def test_frequencies_fall_about_as_zipf_s_law_has_it(counts: Counter[str]) -> None:
    ranked = [count for _, count in counts.most_common()]
    # From rank 10 to rank 1,000 a law of 1 / rank falls 100-fold.
    assert 20 < ranked[9] / ranked[999] < 200
