"""Read counts of words that another program made, in place of those of the text."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from w2v_cli.corpus.counting.runs import Run
from w2v_cli.corpus.counting.word_table import WordTable
from w2v_cli.corpus.reading.tokenizer import Tokenizer
from w2v_cli.corpus.reading.transcoding import decode
from w2v_cli.errors import CorpusError
from w2v_cli.word_counts import SPACED, BadLineError, parse_word_counts

LINE_END_WORD = "</s>"
"""What word2vec puts at the end of each line, and first into its list of words."""

_NONE_OF_IT = re.compile(rb"\s*</s>[ \t]+0[ \t\r]*(\n|\Z)")


class GivenCounts(NamedTuple):
    """Words and counts that another program made.

    Attributes:
        runs: the words and counts.
        names_line_ends: whether a file begins with `LINE_END_WORD`, as those of word2vec do.
        n_undecodable: places where bytes were replaced or skipped.
    """

    runs: list[Run]
    names_line_ends: bool
    n_undecodable: int


def read_given_counts(name: str, tokenizer: Tokenizer, directory: Path, memory: int) -> GivenCounts:
    """Read `word count` lines, with a tab or spaces between, as runs.

    Args:
        name: a file, packed or not, or a directory of such files, as Spark and Beam write them;
            a word may stand in several lines, its counts are added.
        tokenizer: the encoding of the files is that of the text; words are taken as they are.
        directory: where the runs are written.
        memory: bytes that the words may take at a time.

    Raises:
        CorpusError: with the first line that is not a word and a count.
    """
    table, runs = WordTable(), list[Run]()
    names_line_ends, n_undecodable = False, 0
    for portion in _portions(_count_files(Path(name)), tokenizer):
        n_undecodable += portion.n_undecodable
        lines, first_line = portion.lines, portion.first_line
        if first_line == 1 and lines.split(None, 1)[:1] == [LINE_END_WORD.encode()]:
            names_line_ends = True
            if none := _NONE_OF_IT.match(lines):
                lines, first_line = lines[none.end() :], 2
        try:
            found = parse_word_counts(lines, SPACED)
        except BadLineError as error:
            expected = "a word and a count, such as 'paris 12'"
            line = first_line + error.number
            raise _bad_line(f"{portion.path}:{line}", error, expected) from None
        table.add([word.encode() for word in found.words], found.counts.tolist())
        if table.n_bytes > memory:
            runs.append(table.write(directory / f"given-{len(runs)}"))
    runs.append(table.write(directory / f"given-{len(runs)}"))
    if not any(run.n_words for run in runs):
        raise CorpusError(f"{name}: holds no words; check that it is the right file")
    return GivenCounts(runs, names_line_ends, n_undecodable)


def _bad_line(place: str, error: BadLineError, expected: str) -> CorpusError:
    problem = f"{place}: {error.in_words(expected)}"
    if error.is_utf8:
        return CorpusError(problem)
    return CorpusError(
        f"{problem}; name the encoding with --encoding, or pass --encoding-errors replace"
    )


def _count_files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    # Spark and Beam put `_SUCCESS` and `.part-00000.crc` beside their files.
    files = [file for file in sorted(path.iterdir()) if file.is_file() and file.name[0] not in "._"]
    if not files:
        raise CorpusError(f"{path}: holds no files of words and counts; name another directory")
    return files


class _Portion(NamedTuple):
    """Whole lines of a file, in UTF-8."""

    path: str
    first_line: int
    lines: bytes
    n_undecodable: int


def _portions(paths: Sequence[Path], tokenizer: Tokenizer) -> Iterator[_Portion]:
    first_line, rest = 1, b""
    for block in tokenizer.text_blocks(paths):
        lines, newline, rest = (rest + block.data).rpartition(b"\n")
        lines += newline
        if block.ends_file:
            lines, rest = lines + rest, b""
        n_lines, n_undecodable = lines.count(b"\n"), block.n_undecodable
        if tokenizer.encoding_errors != "strict":
            text, n_replaced = decode(lines, tokenizer.encoding_errors)
            lines, n_undecodable = text.encode(), n_undecodable + n_replaced
        yield _Portion(block.path, first_line, lines, n_undecodable)
        first_line = 1 if block.ends_file else first_line + n_lines
