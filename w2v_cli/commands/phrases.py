"""`w2v phrases`: join the phrases of a text."""

import sys
from contextlib import nullcontext
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from w2v_cli.errors import ConfigError
from w2v_cli.terminal.exit_codes import with_exit_codes
from w2v_cli.terminal.flags import (
    ConfigOption,
    CorpusArgument,
    resolve_configuration,
    with_some_options,
)
from w2v_cli.terminal.streams import output_stream

if TYPE_CHECKING:
    from w2v_cli.corpus.phrases.joining import Phrase, TextAsIds

WORD_OPTIONS = (
    "lowercase",
    "normalize",
    "digits",
    "token_pattern",
    "longest_word",
    "long_words",
    "encoding",
    "encoding_errors",
    "field",
    "bad_records",
    "split_field",
    "split_value",
)
"""The fields of `Tokenizer` and `Records`, listed so that `--help` need not import them."""


@with_exit_codes
@with_some_options(*WORD_OPTIONS)
def phrases(
    corpus: CorpusArgument = None,
    *,
    output: Annotated[
        str,
        typer.Option(
            "-o",
            "--output",
            help="Output file, or - for stdout. A name that ends in .gz is compressed.",
            metavar="FILE",
        ),
    ],
    score: Annotated[
        Literal["word2phrase", "npmi"],
        typer.Option(
            "--score",
            help="Score of a pair of words: how much more often it occurs than by chance.",
        ),
    ] = "word2phrase",
    threshold: Annotated[
        float | None,
        typer.Option(
            "--threshold", help="Join pairs with a score above this. [default: 100, with npmi 0.5]"
        ),
    ] = None,
    min_count: Annotated[
        int,
        typer.Option("--min-count", help="Join only pairs that occur at least this often.", min=1),
    ] = 5,
    passes: Annotated[
        int,
        typer.Option(
            "--passes", help="Number of passes. 2 passes make phrases of up to 4 words.", min=1
        ),
    ] = 1,
    delimiter: Annotated[
        str, typer.Option("--delimiter", help="Text between the words of a phrase.")
    ] = "_",
    list_path: Annotated[
        str | None,
        typer.Option(
            "--list",
            help="Also write a table of the phrases with counts and scores.",
            metavar="FILE",
        ),
    ] = None,
    config: ConfigOption = None,
    **flags: Any,
) -> None:
    """Join words that often occur together: `new york` becomes `new_york`.

    The output has the same lines as the text, with one space between words.
    """
    settings = resolve_configuration(corpus, config, flags).config
    if not settings.run.corpus:
        raise ConfigError("no corpus: name the text files to read")
    if list_path == output:
        raise ConfigError("--list and -o name the same file; choose two different files")

    from w2v_cli.corpus.phrases.joining import PhraseRules, TextAsIds, join_phrases, words_by_line
    from w2v_cli.corpus.reading.files import find_files
    from w2v_cli.corpus.reading.tokenizer import Tokenizer
    from w2v_cli.corpus.records.reading import Records

    rules = PhraseRules(score=score, threshold=threshold, min_count=min_count, delimiter=delimiter)
    words = words_by_line(
        find_files(settings.run.corpus), Tokenizer.of(settings.text), Records.of(settings.text)
    )
    directory = _scratch_directory(output)
    found: list[list[Phrase]] = []
    with (
        output_stream(list_path) if list_path else nullcontext() as list_file,
        output_stream(output) as file,
        TextAsIds(words, directory) as text,
    ):
        _say(_describe_text(text))
        while len(found) < passes and (not found or found[-1]):
            found.append(join_phrases(text, rules, directory))
            n_joined = sum(phrase.n_joined for phrase in found[-1])
            _say(f"pass {len(found)}: {len(found[-1]):,} phrases, joined {n_joined:,} times")
        for piece in text.lines():
            file.write(piece.encode())
        if list_file:
            list_file.write(_table(found).encode())


def _scratch_directory(output: str) -> Path:
    """Return a directory for a temporary file of the size of the text: that of the output file."""
    path = Path(output)
    is_regular = output != "-" and (path.is_file() or not path.exists())
    return path.resolve().parent if is_regular else Path(gettempdir())


def _describe_text(text: "TextAsIds") -> str:
    line = f"{text.counts().sum():,} words, {len(text.ids) - 1:,} different"
    if text.n_long:
        line += f"; {text.n_long:,} too long, cut or skipped"
    if text.n_undecodable:
        line += f"; {text.n_undecodable:,} places not of the encoding"
    return line


def _table(found: "list[list[Phrase]]") -> str:
    rows = ["phrase\tpass\tjoined\tpairs\tscore\n"]
    for number, phrases in enumerate(found, start=1):
        rows += [
            f"{name}\t{number}\t{n_joined}\t{n_pairs}\t{score:.6g}\n"
            for name, n_joined, n_pairs, score in phrases
        ]
    return "".join(rows)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
