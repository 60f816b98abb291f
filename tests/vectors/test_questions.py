"""Files of pairs and analogies: what is accepted, and the line that is not."""

from pathlib import Path

import pytest

from w2v_cli.errors import EvaluationError
from w2v_cli.vectors.questions import (
    Analogy,
    Pair,
    read_analogies,
    read_groups,
    read_pairs,
    read_sequences,
)

PAIRS = [Pair("tiger", "cat", 7.35), Pair("plane", "car", 5.0)]


@pytest.mark.parametrize(
    "text",
    [
        "tiger\tcat\t7.35\nplane\tcar\t5\n",
        "Word 1\tWord 2\tHuman (mean)\ntiger\tcat\t7.35\nplane\tcar\t5",
        "# from somewhere\n\nword1,word2,score\ntiger,cat,7.35\n\n# end\nplane, car, 5\n",
        '"tiger","cat","7.35"\n"plane","car","5"\n',
        "tiger cat 7.35\nplane   car 5.0\n",
        "\ufefftiger\tcat\t7.35\r\nplane\tcar\t5\r\n",
        "tiger\tcat\t7.35\t7\t8\nplane\tcar\t5\t4\n",
    ],
    ids=["tabs", "header", "commas", "quotes", "spaces", "BOM and CRLF", "more columns"],
)
def test_pairs_are_read_in_every_form(tmp_path: Path, text: str) -> None:
    (tmp_path / "pairs").write_bytes(text.encode())
    assert read_pairs(tmp_path / "pairs") == PAIRS


def test_words_of_tab_separated_pairs_may_hold_spaces(tmp_path: Path) -> None:
    (tmp_path / "pairs").write_text("new york\tparis\t5\n")
    assert read_pairs(tmp_path / "pairs") == [Pair("new york", "paris", 5)]


def test_analogies_are_read_by_section(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a b c d\n: one\n# note\ne f g h\n\ni j k l\n:two words\nm n o p\n")
    assert read_analogies(tmp_path / "a") == {
        "": [Analogy("a", "b", "c", "d")],
        "one": [Analogy("e", "f", "g", "h"), Analogy("i", "j", "k", "l")],
        "two words": [Analogy("m", "n", "o", "p")],
    }


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", ": holds no word pairs"),
        (b"# nothing\n\n", ": holds no word pairs"),
        (b"word1\tword2\tscore\n", ": holds no word pairs"),
        (b"a\tb\t1\nc\td\n", ":2: expected word, word, score: 'c\\td'"),
        (b"a\tb\t1\nc\td\thigh\n", ":2: expected word, word, score: 'c\\td\\thigh'"),
        (b"a\tb\t1\nc d 2\n", ":2: expected word, word, score: 'c d 2'"),
        (b"a\tb\t1\nc\td\tnan\n", ":2: expected word, word, score"),
        (b"a\tb\t1\n\td\t2\n", ":2: expected word, word, score"),
        (b"one\ntwo\n", ":1: expected word, word, score: 'one'"),
        (b'a,b,1\n"c,d,2\n', ":2: expected word, word, score"),
        (b"a\tb\t1\ncaf\xe9\tb\t1\n", ":2: not valid UTF-8"),
        (b"\x93NUMPY\x01\x00", ":1: not valid UTF-8"),
        (b"a\tb\t1\n\0\0\tb\t1\n", ":2: holds NUL or CR"),
        (b"a,b,1\nc\r,d,2\n", ":2: holds NUL or CR"),
        (b"a\tb\t1\n" + b"x" * 1_000_000, ":2: longer than 10,000 bytes"),
    ],
)
def test_a_bad_file_of_pairs_is_refused_with_its_line(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    path = tmp_path / "pairs.tsv"
    path.write_bytes(content)
    with pytest.raises(EvaluationError) as caught:
        read_pairs(path)
    assert str(caught.value).startswith(f"{path}{problem}")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", ": holds no analogies"),
        (b": one\n: two\n", ": holds no analogies"),
        (b": one\na b c d\na b c\n", ":3: expected four words or `: section`: 'a b c'"),
        (b": one\na b c d\n: one\n", ":3: section 'one' occurs twice"),
        (b": one\n\xff b c d\n", ":2: not valid UTF-8"),
        (b"x " * 6000, ":1: longer than 10,000 bytes"),
    ],
)
def test_a_bad_file_of_analogies_is_refused_with_its_line(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    path = tmp_path / "analogies.txt"
    path.write_bytes(content)
    with pytest.raises(EvaluationError) as caught:
        read_analogies(path)
    assert str(caught.value).startswith(f"{path}{problem}")


def test_words_that_begin_with_a_hash_or_a_colon_are_words(tmp_path: Path) -> None:
    (tmp_path / "pairs").write_text("#cat #dog 8\ncat dog 9\n: ; 2\n")
    pairs = [Pair("#cat", "#dog", 8), Pair("cat", "dog", 9), Pair(":", ";", 2)]
    assert read_pairs(tmp_path / "pairs") == pairs
    (tmp_path / "pairs").write_text("#\thash\t8\n#cat\tcat\t7\n")
    assert read_pairs(tmp_path / "pairs") == [Pair("#", "hash", 8), Pair("#cat", "cat", 7)]
    (tmp_path / "a").write_text(": faces\n:) :( :D cat\n#a #b #c #d\n:faces two\na b c d\n")
    assert read_analogies(tmp_path / "a") == {
        "faces": [Analogy(":)", ":(", ":D", "cat"), Analogy("#a", "#b", "#c", "#d")],
        "faces two": [Analogy("a", "b", "c", "d")],
    }


def test_section_whose_colon_stands_alone_may_have_three_words(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(": capitals of countries\na b c d\n")
    assert list(read_analogies(tmp_path / "a")) == ["capitals of countries"]


def test_what_is_not_taken_for_a_question_is_counted_and_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "questions"
    path.write_text("# version 2\n\nfirst\tsecond\tmean\na\tb\t1\n#end\n")
    assert read_pairs(path) == [Pair("a", "b", 1)]
    assert caplog.messages.pop() == (
        f"{path}: 3 lines are not taken for questions: line 1 '# version 2', line 3"
        " 'first\\tsecond\\tmean', line 5 '#end'"
    )
    path.write_text("a b 1\n# version 2\n")
    assert read_pairs(path) == [Pair("a", "b", 1)]
    assert caplog.messages[-1].endswith("1 line is not taken for a question: line 2 '# version 2'")
    path.write_text("a b c d\n" + "# this is it\n" * 5)
    assert read_analogies(path) == {"": [Analogy("a", "b", "c", "d")]}
    assert caplog.messages[-1].endswith(
        "5 lines are not taken for questions: line 2 '# this is it', line 3 '# this is it', line 4"
        " '# this is it', …"
    )


def test_plain_file_of_questions_warns_of_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "pairs").write_text("a b 1\n\nc d 2\n")
    read_pairs(tmp_path / "pairs")
    (tmp_path / "a").write_text(": one\na b c d\n")
    read_analogies(tmp_path / "a")
    assert caplog.messages == []


def test_byte_order_mark_is_no_part_of_an_analogy(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbf: one\na b c d\n")
    assert read_analogies(tmp_path / "a") == {"one": [Analogy("a", "b", "c", "d")]}
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbfa b c d\n")
    assert read_analogies(tmp_path / "a") == {"": [Analogy("a", "b", "c", "d")]}


def test_groups_are_words_and_names_with_a_tab_between(tmp_path: Path) -> None:
    (tmp_path / "groups.tsv").write_bytes(
        b"\xef\xbb\xbfking\troyal\n\nnew york\tbig city \nking\troyal\n"
    )
    found = read_groups(tmp_path / "groups.tsv")
    assert found == {"king": "royal", "new york": "big city"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("king royal\n", "groups.tsv:1: expected word, tab, group: 'king royal'"),
        ("king\ta\nqueen\n", "groups.tsv:2: expected word, tab, group: 'queen'"),
        ("king\ta\nking\tb\n", "groups.tsv:2: 'king' is in two groups; name it once"),
        ("", "groups.tsv: holds no groups of words"),
    ],
)
def test_a_wrong_file_of_groups_is_an_error(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "groups.tsv").write_text(text)
    with pytest.raises(EvaluationError, match=message):
        read_groups(tmp_path / "groups.tsv")


def test_sequences_are_lines_of_items(tmp_path: Path) -> None:
    (tmp_path / "sessions.txt").write_text("a b  c\n\nd\n# e\n")
    assert read_sequences(tmp_path / "sessions.txt") == [["a", "b", "c"], ["d"], ["#", "e"]]
    (tmp_path / "sessions.txt").write_text("\n")
    with pytest.raises(EvaluationError, match="holds no sequences"):
        read_sequences(tmp_path / "sessions.txt")
