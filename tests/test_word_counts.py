"""Lines of words and counts: one reader for every file of them."""

import pytest

from w2v_cli.word_counts import SPACED, BadLineError, parse_word_counts


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"the\t12\nof\t7\n", [("the", 12), ("of", 7)]),
        (b"the\t12\nof\t7", [("the", 12), ("of", 7)]),
        ("é\t1\n中\t2\n".encode(), [("é", 1), ("中", 2)]),
    ],
)
def test_our_own_lines_are_read(data: bytes, expected: list[tuple[str, int]]) -> None:
    words, counts = parse_word_counts(data)
    assert list(zip(words, counts.tolist(), strict=True)) == expected


def test_any_white_space_and_blank_lines_are_read_where_they_are_allowed() -> None:
    words, counts = parse_word_counts(b"\n the  12 \r\n\nof\t \t7\n", SPACED)
    assert (words, counts.tolist()) == (["the", "of"], [12, 7])
    with pytest.raises(BadLineError):
        parse_word_counts(b"the 12\n")


@pytest.mark.parametrize(
    ("data", "number", "problem"),
    [
        (b"a\t1\nb\n", 1, "expected word<TAB>count: 'b'"),
        (b"a\t1\nb\t0\n", 1, r"expected word<TAB>count: 'b\\t0'"),
        (b"\xff\t1\n", 0, "not valid UTF-8"),
        (b"a\0\t1\n", 0, "expected word<TAB>count"),
    ],
)
def test_the_first_line_that_is_none_is_named(data: bytes, number: int, problem: str) -> None:
    with pytest.raises(BadLineError, match=problem) as caught:
        parse_word_counts(data)
    assert caught.value.number == number
