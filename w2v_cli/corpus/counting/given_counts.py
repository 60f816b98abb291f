"""Read counts of words that another program made, in place of those of the text."""

from collections.abc import Iterator
from pathlib import Path

from w2v_cli.corpus.counting.runs import Run
from w2v_cli.corpus.counting.word_table import WordTable
from w2v_cli.corpus.reading.readers import read_blocks
from w2v_cli.errors import CorpusError
from w2v_cli.word_counts import SPACED, BadLineError, parse_word_counts


def read_given_counts(name: str, directory: Path, memory: int) -> list[Run]:
    """Read `word count` lines, with a tab or spaces between, as runs.

    Args:
        name: a file, packed or not, or a directory of such files, as Spark and Beam write them;
            a word may stand in several lines, its counts are added.
        directory: where the runs are written.
        memory: bytes that the words may take at a time.

    Raises:
        CorpusError: with the first line that is not a word and a count.
    """
    table, runs = WordTable(), list[Run]()
    for path in _count_files(Path(name)):
        for first_line, lines in _portions(path):
            try:
                found = parse_word_counts(lines, SPACED)
            except BadLineError as error:
                expected = "a word and a count, such as 'paris 12', in UTF-8"
                line = first_line + error.number
                raise CorpusError(f"{path}:{line}: {error.in_words(expected)}") from None
            table.add([word.encode() for word in found.words], found.counts.tolist())
            if table.n_bytes > memory:
                runs.append(table.write(directory / f"given-{len(runs)}"))
    runs.append(table.write(directory / f"given-{len(runs)}"))
    if not any(run.n_words for run in runs):
        raise CorpusError(f"{name}: holds no words; check that it is the right file")
    return runs


def _count_files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    # Spark and Beam put `_SUCCESS` and `.part-00000.crc` beside their files.
    files = [file for file in sorted(path.iterdir()) if file.is_file() and file.name[0] not in "._"]
    if not files:
        raise CorpusError(f"{path}: holds no files of words and counts; name another directory")
    return files


def _portions(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield a file's lines in portions, with the number of the first one."""
    first_line, rest = 1, b""
    for block in read_blocks(path):
        lines, newline, rest = (rest + block).rpartition(b"\n")
        yield first_line, lines + newline
        first_line += lines.count(b"\n") + len(newline)
    yield first_line, rest
