"""`w2v neighbors`: find similar words, for arguments, lines of stdin, or at a prompt."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from w2v_cli.byte_order_mark import without_mark
from w2v_cli.errors import QueryError, W2VError
from w2v_cli.terminal.exit_codes import with_exit_codes
from w2v_cli.terminal.flags import (
    DEFAULT_MODEL,
    JsonOption,
    KindOption,
    ModelOption,
    NeighborsOption,
    RestrictOption,
)

if TYPE_CHECKING:
    from w2v_cli.vectors.comparison.stability import StableNeighbor
    from w2v_cli.vectors.expressions import Expression
    from w2v_cli.vectors.queries import Neighbor, Vectors

Answer = list["Neighbor"] | list["StableNeighbor"]
Ask = Callable[[list["Expression"]], "Sequence[Answer]"]

READ_BYTES = 1 << 16
LONGEST_LINE = 1 << 20


@with_exit_codes
def neighbors(
    words: Annotated[
        list[str] | None,
        typer.Argument(help="Words, or a sum such as: king - man + woman", metavar="[WORD...]"),
    ] = None,
    model: ModelOption = DEFAULT_MODEL,
    k: NeighborsOption = 10,
    restrict: RestrictOption = None,
    min_count: Annotated[
        int | None,
        typer.Option(
            "--min-count",
            help="Search only words that occur at least N times in the text.",
            min=1,
            metavar="N",
        ),
    ] = None,
    stability: Annotated[
        list[Path] | None,
        typer.Option(
            "--stability",
            help="A run on the same text with another seed: also show what share of these runs has"
            " each word among its 10 (or -k) nearest; can be given again.",
            metavar="MODEL",
        ),
    ] = None,
    vectors: KindOption = "center",
    json: JsonOption = False,
) -> None:
    """Print the words that are most similar to a word, or to a sum of words.

    Each line is a cosine similarity and a word. Several queries give several lists. + and - are
    operators if they are separate arguments between two words.

    Without words, or with -, queries are read from stdin, one per line. Each answer is one line:
    query, word, similarity, word, similarity, … separated by tabs; with --json, one object. On a
    terminal, a prompt asks for queries.

    With --stability a percentage stands between similarity and word, on lines of tabs behind the
    similarity: how many of the other runs have the word among the nearest of the query.
    """
    from w2v_cli.vectors.expressions import read_expressions
    from w2v_cli.vectors.loading import load_vectors

    given = words or []
    queries = [] if given == ["-"] else read_expressions(given)
    opened = load_vectors(model, vectors)
    others = [load_vectors(path, vectors) for path in stability or []]
    limits = [_limit(each, restrict, min_count) for each in (opened, *others)]

    def ask(expressions: list["Expression"]) -> "Sequence[Answer]":
        answers = opened.nearest(expressions, k, limits[0])
        if not others:
            return answers

        from w2v_cli.vectors.comparison.stability import with_stability

        return with_stability(expressions, answers, others, k, limits[1:])

    if queries:
        _show(queries, ask(queries), json)
    elif sys.stdin is None:
        raise QueryError("stdin is closed; name words, or pipe queries into the command")
    elif not given and sys.stdin.isatty() and sys.stdout.isatty():
        _converse(ask, json)
    elif n_failed := sum(
        _answer(lines, opened, ask, json) for lines in _read_lines(sys.stdin.buffer)
    ):
        print(f"error: {n_failed:,} of the queries have no answer", file=sys.stderr)
        raise typer.Exit(1)


def _limit(vectors: "Vectors", restrict: int | None, min_count: int | None) -> int | None:
    """Return among how many words of a model answers are searched; None for all."""
    if not min_count:
        return restrict
    return min(restrict or len(vectors), vectors.n_words_seen(min_count))


def _show(queries: list["Expression"], answers: "Sequence[Answer]", json: bool) -> None:
    """Print all answers as text, or as one JSON list."""
    from json import dumps

    if json:
        records = [_record(str(q), answer) for q, answer in zip(queries, answers, strict=True)]
        print(dumps(records, indent=2, ensure_ascii=False))
        return
    for number, (query, answer) in enumerate(zip(queries, answers, strict=True)):
        if len(queries) > 1:
            print(f"{chr(10) if number else ''}{query}:")
        for near in answer:
            shares = "".join(f"{share:>4}  " for share in _shares(near))
            print(f"{near.similarity:7.4f}  {shares}{near.word}")


def _shares(near: "Neighbor | StableNeighbor") -> Iterator[str]:
    """Yield what share of other runs agrees with a neighbor, where it was asked for."""
    for share in near[2:]:
        yield "-" if share is None else f"{share:.0%}"


def _record(query: str, answer: Answer) -> dict[str, object]:
    return {"query": query, "neighbors": [near._asdict() for near in answer]}


def _converse(ask: Ask, json: bool) -> None:
    """Answer queries at a prompt until the input ends."""
    from w2v_cli.vectors.expressions import read_expressions

    with suppress(ImportError):  # some builds of Python lack it
        import readline  # noqa: F401 - gives `input` a history and line editing
    print("words, or king - man + woman; Ctrl-D ends", file=sys.stderr)
    while True:
        try:
            queries = read_expressions(input("w2v> ").split())
            _show(queries, ask(queries), json)
        except EOFError:
            print()
            return
        except W2VError as error:
            print(f"error: {error}", file=sys.stderr)


def _read_lines(file: IO[bytes]) -> Iterator[list[str]]:
    """Yield lists of the lines that are available, without blank lines.

    So a single line from a pipe is answered at once, and a file is answered in large batches.
    """
    rest = b""
    is_start = True
    while block := file.read1(READ_BYTES):  # type: ignore[attr-defined]
        *lines, rest = (rest + block).split(b"\n")
        if is_start and lines:
            lines[0], is_start = without_mark(lines[0]), False
        if len(rest) > LONGEST_LINE:
            raise W2VError(f"standard input has a line of more than {LONGEST_LINE:,} bytes")
        yield [text for line in lines if (text := _decode_line(line))]
    if last := _decode_line(without_mark(rest) if is_start else rest):
        yield [last]


def _decode_line(line: bytes) -> str:
    return line.decode("utf-8", "surrogateescape").strip()


def _answer(lines: list[str], vectors: "Vectors", ask: Ask, json: bool) -> int:
    """Print one line for each query; return the number of queries without an answer."""
    from json import dumps

    from w2v_cli.vectors.expressions import read_expression

    failures: dict[int, str] = {}
    queries: list[Expression] = []
    for number, line in enumerate(lines):
        try:
            query = read_expression(line)
        except QueryError as error:
            failures[number] = str(error)
            continue
        if missing := [term.word for term in query if term.word not in vectors]:
            failures[number] = vectors.why_missing(missing[0])
        else:
            queries.append(query)
    answers = iter(ask(queries))
    for number, line in enumerate(lines):
        failure = failures.get(number)
        if json:
            record = {"query": line, "error": failure} if failure else _record(line, next(answers))
            print(dumps(record, ensure_ascii=False))
        elif failure:
            print(line, f"error: {failure}", sep="\t")
        else:
            fields = [
                field
                for near in next(answers)
                for field in (near.word, f"{near.similarity:.4f}", *_shares(near))
            ]
            print(line, *fields, sep="\t")
    sys.stdout.flush()
    return len(failures)
