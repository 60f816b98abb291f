"""Rows of text as programs write them: words with spaces, tabs, commas, names of columns."""

from pathlib import Path

import pytest

from w2v_cli.errors import ModelError
from w2v_cli.vectors.formats.registry import read

ROWS = [[1, 2, 3], [4, 5, 6]]


def loaded(path: Path, content: str, form: str | None = None) -> dict[str, list[float]]:
    path.write_bytes(content.encode())
    found = read(path, form)
    return dict(zip(found.words, found.table.tolist(), strict=True))


@pytest.mark.parametrize("header", ["2 3\n", ""], ids=["word2vec", "GloVe"])
@pytest.mark.parametrize(
    "word",
    ["Paulo São", "Ho Chí Minh", "новый год", "東京 都", "👩‍👧 x", "naïve  café", "a b c d e f é"],
)
def test_first_word_may_hold_spaces_and_letters_beyond_ascii(
    tmp_path: Path, header: str, word: str
) -> None:
    content = f"{header}{word} 1 2 3\nrio 4 5 6\n"
    assert loaded(tmp_path / "file", content) == {word: [1, 2, 3], "rio": [4, 5, 6]}


@pytest.mark.parametrize("form", ["text", "fasttext"])
def test_form_that_is_named_is_the_one_that_is_read(tmp_path: Path, form: str) -> None:
    content = "2 3\nHo Chí Minh 1 2 3\nrio 4 5 6\n"
    assert list(loaded(tmp_path / "file", content, form)) == ["Ho Chí Minh", "rio"]


@pytest.mark.parametrize("form", [None, "text"], ids=["recognized", "named"])
@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("2 4\nHo Chí Minh 1 2 3\nrio 1 2 3 4\n", ":2: {} 3 numbers behind 'Minh'"),
        ("2 4\nrio 1 2 3 4\nHo Chí Minh 1 2 3\n", ":3: {} 3 numbers behind 'Minh'"),
        ("2 4\nHo Chí Minh 1 2,5 3 4\nrio 1 2 3 4\n", ":2: {} 2 numbers behind '2,5'"),
        ("2 4\nSão Paulo 1 2 3 4\nrio 1 2 x 4\n", ":3: {} 1 number behind 'x'"),
        ("3 4\nSão Paulo 1 2 3 4\nrio 1 2 3 4\n", ": line 1 states 3 words, but there are 2"),
    ],
    ids=["first row short", "second row short", "decimal comma", "no number", "row missing"],
)  # fmt: skip
def test_row_that_fails_is_named_with_the_true_cause(
    tmp_path: Path, content: str, fault: str, form: str | None
) -> None:
    path = tmp_path / "file"
    with pytest.raises(ModelError) as raised:
        loaded(path, content, form)
    expected = fault.format("expected a word and 4 numbers, found")
    assert str(raised.value).startswith(f"{path}{expected}")


def test_numbers_in_the_first_word_do_not_count(tmp_path: Path) -> None:
    # What most rows have counts; the first one alone could be a word and five numbers.
    content = "Windows 3 95 1 2 3\nrio 4 5 6\nthe 7 8 9\n"
    assert list(loaded(tmp_path / "file", content)) == ["Windows 3 95", "rio", "the"]


@pytest.mark.parametrize(
    "content",
    [
        "the\t1\t2\t3\nnew york\t4\t5\t6\n",
        "the\t1\t2\t3\t\r\nnew york\t4\t5\t6\t\r\n",
        "the\t1 2 3\nnew york\t4 5 6\n",
        "2\t3\nthe\t1\t2\t3\nnew york\t4\t5\t6\n",
        "2 3\nthe\t1\t2\t3\nnew york\t4\t5\t6\n",
        "the,1,2,3\nnew york,4,5,6\n",
        "the, 1, 2, 3\r\nnew york, 4, 5, 6\r\n",
        '"the","1","2","3"\n"new york","4","5","6"\n',
        "2 3\nthe,1,2,3\nnew york,4,5,6\n",
    ],
    ids=[
        "tabs", "tabs at the end", "tab and spaces", "header with a tab", "tabs under a header",
        "commas", "commas and spaces", "quotes", "commas under a header",
    ],
)  # fmt: skip
def test_tabs_and_commas_separate(tmp_path: Path, content: str) -> None:
    assert loaded(tmp_path / "file", content) == dict(zip(["the", "new york"], ROWS, strict=True))


def test_words_hold_what_separates_other_fields(tmp_path: Path) -> None:
    content = 'the,1,2\n"a,b",3,4\n"""",5,6\n",7,8\n,,9,0\n5,000,1,1\n'
    words = ["the", "a,b", '"', '"', ",", "5,000"]
    path = tmp_path / "file"
    path.write_text(content)
    found = read(path)
    assert found.words == list(dict.fromkeys(words))
    assert loaded(path, "a\tb 1 2\n, 3 4\nthe 5 6\n") == {
        "a\tb": [1, 2],
        ",": [3, 4],
        "the": [5, 6],
    }


@pytest.mark.parametrize(
    "names", ["word,x,y,z", ",0,1,2", "word\t1\t2\t3", "word x y z", '"","V1","V2","V3"']
)
def test_names_of_columns_are_left_out_and_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, names: str
) -> None:
    separator = next(each for each in "\t, " if each in names)
    content = f"{names}\nthe 1 2 3\nof 4 5 6\n".replace(" ", separator)
    assert loaded(tmp_path / "file", content) == dict(zip(["the", "of"], ROWS, strict=True))
    assert caplog.messages[0].startswith(f"{tmp_path}/file: line 1 names columns and is left out: ")


def test_row_that_counts_is_a_row(tmp_path: Path) -> None:
    assert loaded(tmp_path / "file", "the,1,2,3\nof,4,5,6\n") == dict(
        zip(["the", "of"], ROWS, strict=True)
    )


def test_faults_in_rows_with_commas_are_named(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with pytest.raises(
        ModelError, match=":3: expected a word and 2 numbers, found 1 number behind"
    ):
        loaded(path, "the,1,2\nof,3,4\nand,5\n")
    with pytest.raises(
        ModelError, match=":2: expected a word and 2 numbers, found 2 numbers and no"
    ):
        loaded(path, "the,1,2\n3,4\nand,5,6\n")
