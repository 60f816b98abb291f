"""Where a + or - is an operator and where it is part of a word."""

import pytest

from w2v_cli.errors import QueryError
from w2v_cli.vectors.expressions import Expression, Term, read_expression, read_expressions


@pytest.mark.parametrize(
    ("arguments", "queries"),
    [
        (["king"], ["king"]),
        (["king", "queen"], ["king", "queen"]),
        (["king - man + woman"], ["king - man + woman"]),
        (["king", "-", "man", "+", "woman"], ["king - man + woman"]),
        (["king - man", "+ woman", "paris"], ["king - man + woman", "paris"]),
        (["paris king + queen"], ["paris", "king + queen"]),
        (["jean-luc", "c++", "-ly", "+1"], ["jean-luc", "c++", "-ly", "+1"]),
        (["jean-luc - c++"], ["jean-luc - c++"]),
        (["+", "king"], ["+", "king"]),
        (["king", "+", "+"], ["king + +"]),
        (["- - -"], ["- - -"]),
        (["two words"], ["two words"]),
        ([""], [""]),
        ([], []),
    ],
)
def test_operators_stand_alone_between_words(arguments: list[str], queries: list[str]) -> None:
    assert [str(query) for query in read_expressions(arguments)] == queries


def test_terms_have_their_signs() -> None:
    assert read_expression("king - man + woman") == Expression(
        [Term(1.0, "king"), Term(-1.0, "man"), Term(1.0, "woman")]
    )
    assert read_expression("- - +") == Expression([Term(1.0, "-"), Term(-1.0, "+")])


def test_a_line_without_an_operator_is_one_word() -> None:
    assert read_expression("new york") == Expression.of("new york")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("king +", r"no word after the last \+"),
        ("king - man woman", r"'king - man woman': no \+ or - between king - man and woman"),
    ],
)
def test_a_line_that_is_not_one_sum_is_refused(line: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        read_expression(line)
