"""Read queries: words, and sums of words such as `king - man + woman`.

`+` and `-` are operators only where they stand alone between two words. Inside a word they are part
of it (`jean-luc`, `c++`), and the first word of a query is a word whatever it looks like.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from w2v_cli.errors import QueryError

SIGNS = {"+": 1.0, "-": -1.0}


class Term(NamedTuple):
    """A word and what its vector is multiplied by."""

    weight: float
    word: str


class Expression(tuple[Term, ...]):
    """Words that are added and subtracted; most have one term.

    >>> str(Expression.of("king"))
    'king'
    """

    @classmethod
    def of(cls, word: str) -> "Expression":
        """Return the expression that is one word."""
        return cls([Term(1.0, word)])

    def __str__(self) -> str:
        text = "".join(f" {'+' if weight > 0 else '-'} {word}" for weight, word in self)
        return text.removeprefix(" + ")


def read_expressions(arguments: Iterable[str]) -> list[Expression]:
    """Return the queries of a command line, where one may take several arguments.

    An argument that holds no operator is one word, so that no word is cut.

    Raises:
        QueryError: an operator has no word after it.

    >>> [str(each) for each in read_expressions(["king - man", "+", "woman", "jean-luc"])]
    ['king - man + woman', 'jean-luc']
    """
    tokens = (token for argument in arguments for token in _tokens(argument))
    queries: list[list[Term]] = []
    for token in tokens:
        if not queries or token not in SIGNS:
            queries.append([Term(1.0, token)])
            continue
        if (word := next(tokens, None)) is None:
            raise QueryError(f"no word after the last {token}; write it like king - man + woman")
        queries[-1].append(Term(SIGNS[token], word))
    return [Expression(terms) for terms in queries]


def read_expression(line: str) -> Expression:
    """Return the one query of a line: a word, or words with operators between them.

    Raises:
        QueryError: an operator has no word after it, or a word no operator before it.
    """
    queries = read_expressions([line])
    if len(queries) != 1:
        raise QueryError(f"{line!r}: no + or - between {queries[0]} and {queries[1]}")
    return queries[0]


def _tokens(argument: str) -> Iterator[str]:
    tokens = argument.split()
    yield from tokens if len(tokens) > 1 and SIGNS.keys() & tokens else [argument]
