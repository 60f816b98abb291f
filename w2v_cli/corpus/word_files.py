"""Read lists of words, and counts of words that other programs made."""

from collections.abc import Iterator
from pathlib import Path

from w2v_cli.config import TextConfig
from w2v_cli.corpus.readers import read_blocks
from w2v_cli.corpus.runs import Run
from w2v_cli.corpus.selection import Rules
from w2v_cli.corpus.tokenizer import Tokenizer
from w2v_cli.corpus.vocabulary import COUNT, count_words
from w2v_cli.corpus.word_table import WordTable
from w2v_cli.errors import ConfigError, CorpusError


def read_rules(config: TextConfig) -> Rules:
    """Return the rules of a configuration, with the words of its lists.

    The lists are read as text is: with the same encoding, lower case and so on.

    Raises:
        ConfigError: a word is to be kept and to be left out.
        CorpusError: a list cannot be read.
    """
    tokenizer = Tokenizer.of(config)
    keep, stop = (_words(path, tokenizer) for path in (config.keep_words, config.stop_words))
    if both := keep & stop:
        raise ConfigError(f"{min(both)!r} is in --keep-words and in --stop-words; choose one")
    return Rules(min_count=config.min_count, max_vocab=config.max_vocab, keep=keep, stop=stop)


def _words(path: str | None, tokenizer: Tokenizer) -> frozenset[str]:
    if path is None:
        return frozenset()
    blocks = tokenizer.text_blocks([path])
    return frozenset(count_words(tokenizer.words(block).words for block in blocks))


def read_counts(name: str, directory: Path, memory: int) -> list[Run]:
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
        for first_line, lines in _lines(path):
            table.add(*_parsed(path, first_line, lines))
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


def _lines(path: Path) -> Iterator[tuple[int, list[bytes]]]:
    """Yield a file's lines in portions, with the number of the first one."""
    first_line, rest = 1, b""
    for block in read_blocks(path):
        *lines, rest = (rest + block).split(b"\n")
        yield first_line, lines
        first_line += len(lines)
    yield first_line, [rest]


def _parsed(path: Path, first_line: int, lines: list[bytes]) -> tuple[list[bytes], list[int]]:
    """Return words, UTF-8, and counts; empty lines are passed over."""
    words, counts = [], []
    for number, line in enumerate(lines, start=first_line):
        if not line.strip():
            continue
        try:
            word, count = line.decode().split()
        except ValueError:  # bad UTF-8 is one as well
            word = count = ""
        if not COUNT.fullmatch(count) or "\0" in word:
            raise CorpusError(
                f"{path}:{number}: expected a word and a count, such as 'paris 12', in UTF-8:"
                f" {line[:80].decode(errors='replace')!r}"
            )
        words.append(word.encode())
        counts.append(int(count))
    return words, counts
