"""The small inputs of public bug reports in ../shared, where a checkout has them beside it."""

from pathlib import Path

import pytest

from w2v_cli.errors import ModelError
from w2v_cli.vectors.formats.registry import read
from w2v_cli.vectors.formats.word_rules import EncodingErrors, WordRules
from w2v_cli.vectors.questions import read_pairs

CASES = Path(__file__).parents[2].parent / "shared" / "cases"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason=f"{CASES} is not there")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("bom.txt", ["the", "of"]),
        ("bom_glove.txt", ["the", "of"]),
        ("text_multi.txt", ["Paulo São", "rio"]),
        ("text_multi2.txt", ["Ho Chí Minh", "rio"]),
        ("emptyword.vec", ["the", "and"]),
        ("dupdots.txt", ["the", "." * 98, "cat"]),
        ("starspace.tsv", ["the", "of", "and"]),
        ("ids.emb.bz2", ["34", "1", "7"]),
        ("static_layout", ["[PAD]", "[UNK]", "cat", "dog"]),
    ],
)
def test_case_is_read(name: str, words: list[str]) -> None:
    assert read(CASES / name).words == words


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("trunc.txt", r":3: the word 'あ+�' is not UTF-8; .* --encoding-errors replace or skip"),
        ("lfs.bin", "a Git LFS pointer, not the file itself: git lfs pull"),
        ("w2vc.vocab", "rows of a word and one number, such as a vocabulary with counts"),
        ("scripts.txt", "text, but no row of vectors"),
        ("shards.tar.gz", "a tar archive of 2 files"),
    ],
)
def test_case_is_refused_with_its_cause(name: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        read(CASES / name)


@pytest.mark.parametrize("errors", ["replace", "skip"])
def test_cut_word_is_mended(errors: EncodingErrors) -> None:
    found = read(CASES / "trunc.txt", rules=WordRules(encoding_errors=errors))
    assert [word[:2] for word in found.words] == ["th", "ああ", "ca"]


def test_hashtags_are_pairs() -> None:
    assert read_pairs(CASES / "p1.txt")[-1] == ("#cat", "#dog", 8)
