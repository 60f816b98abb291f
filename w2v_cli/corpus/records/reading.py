"""Read a field of records as text: a line for each record.

In: files, whose content shows what they are. Out: blocks of text, as those of plain files.

    JSON Lines  the first character that is no white space is {
    Parquet     the first bytes are PAR1
    a table     everything else; its first line names the columns
"""

import codecs
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import NamedTuple, TextIO

from w2v_cli.config.sections import TextConfig
from w2v_cli.corpus.line_weights import GREATEST
from w2v_cli.corpus.reading.beginnings import check_beginning
from w2v_cli.corpus.reading.kinds import PARQUET
from w2v_cli.corpus.reading.readers import Text, read_texts
from w2v_cli.corpus.reading.text_blocks import TextBlock
from w2v_cli.corpus.reading.tokenizer import Tokenizer
from w2v_cli.corpus.records.json_lines import read_json_lines
from w2v_cli.corpus.records.lines import Lines
from w2v_cli.corpus.records.parquet import MAGIC, read_parquet
from w2v_cli.corpus.records.record import Record
from w2v_cli.corpus.records.tables import read_table
from w2v_cli.corpus.records.values import as_line, as_weight, as_word
from w2v_cli.errors import ConfigError, CorpusError

log = logging.getLogger(__name__)

BLOCK_BYTES = 1 << 18


@dataclass(frozen=True, kw_only=True)
class Records:
    """Which records are read, and what of them.

    Attributes:
        field: name of the field that is the text.
        bad_records: refuse or skip; what becomes of malformed records.
        split_field: name of the field that says which records are read; all are if it is None.
        split_value: those whose field has this value.
        weight_field: name of the field that is the weight of the text.
        encoding, encoding_errors: of files that are text, as for a `Tokenizer`.
    """

    field: str
    bad_records: str
    split_field: str | None
    split_value: str | None
    weight_field: str | None
    encoding: str
    encoding_errors: str

    @classmethod
    def of(cls, config: TextConfig, weight_field: str | None = None) -> "Records | None":
        """Return what a configuration asks for; None if its files are plain text."""
        if config.field is None:
            return None
        return cls(
            field=config.field,
            bad_records=config.bad_records,
            split_field=config.split_field,
            split_value=config.split_value,
            weight_field=weight_field,
            encoding=config.encoding,
            encoding_errors=config.encoding_errors,
        )

    @property
    def names(self) -> list[str]:
        """The fields that are read: the text, then what it is split by and its weight, if any."""
        others = (self.split_field, self.weight_field)
        return [self.field, *(name for name in others if name is not None)]

    def text_blocks(
        self, paths: Iterable[Path | str], weights: TextIO | None = None
    ) -> Iterator[TextBlock]:
        """Yield the texts of the records in blocks, a line for each record.

        Args:
            paths: the files.
            weights: where the weight of each record is written, a number on a line.

        Raises:
            ConfigError: the records are split, and no value is named.
            CorpusError: a file cannot be read or has no such field, or a record is malformed, with
                file and line.
        """
        if self.split_field is not None and self.split_value is None:
            raise ConfigError(
                "split_field makes a text of each value; name one with split_value, or let"
                f" `w2v train` take all, with {{{self.split_field}}} in output"
            )
        for path in paths:
            for text in read_texts(path, takes=(PARQUET,)):
                yield from self._blocks(text, weights)

    def values(self, paths: Iterable[Path | str]) -> set[str]:
        """Return the different values of `split_field`, in one pass over the files.

        Raises:
            CorpusError: as `text_blocks` does.
        """
        return {
            line.value
            for path in paths
            for text in read_texts(path, takes=(PARQUET,))
            for line in _TextLines(self, text)
            if line.value is not None
        }

    def _blocks(self, text: Text, weights: TextIO | None) -> Iterator[TextBlock]:
        source = _TextLines(self, text)
        held: list[_TextLine] = []
        size = n_undecodable = 0
        for line in source:
            if line.value == self.split_value:
                held.append(line)
                if weights is not None:
                    weights.write(f"{line.weight!r}\n")
                size += len(line.data)
            if size >= BLOCK_BYTES:
                yield _block(text.name, held, source.n_undecodable - n_undecodable)
                held, size, n_undecodable = [], 0, source.n_undecodable
        yield _block(text.name, held, source.n_undecodable - n_undecodable, ends_file=True)


def corpus_blocks(
    paths: Iterable[Path | str],
    tokenizer: Tokenizer,
    records: Records | None,
    weights: TextIO | None = None,
) -> Iterator[TextBlock]:
    """Yield a corpus in blocks: the texts of records, or else of the files as they are.

    Args:
        paths: the files.
        tokenizer: cuts plain text.
        records: says which field is the text; None for plain text.
        weights: where the weight of each record is written, a number on a line.
    """
    if records is not None:
        return records.text_blocks(paths, weights)
    return tokenizer.text_blocks(paths)


class _TextLine(NamedTuple):
    """The text of a record.

    Attributes:
        number: the line or row of the record, from 1.
        data: UTF-8, with an LF at its end and nowhere else.
        value: of the field that records are split by, None if they are not.
        weight: of the record, 1 if its weight is not read.
    """

    number: int
    data: bytes
    value: str | None
    weight: float


class _TextLines:
    """The texts of the records of one file; malformed records are an error, or left out."""

    def __init__(self, records: Records, text: Text) -> None:
        self._records, self._text = records, text
        is_utf8 = codecs.lookup(records.encoding).name in ("utf-8", "utf-8-sig")
        encoding = None if is_utf8 else records.encoding
        self._lines = Lines(text.name, text.blocks, encoding, records.encoding_errors)

    @property
    def n_undecodable(self) -> int:
        """Places so far where bytes of another encoding were replaced or skipped."""
        return self._lines.n_undecodable

    def __iter__(self) -> Iterator[_TextLine]:
        bad: list[tuple[int, str]] = []
        for record in self._read():
            found = self._text_line(record)
            if isinstance(found, _TextLine):
                yield found
            elif self._records.bad_records == "refuse":
                raise CorpusError(
                    f"{self._text.name}:{record.line}: {found}; --bad-records skip leaves such"
                    " records out"
                )
            else:
                bad.append((record.line, found))
        if bad:
            line, fault = bad[0]
            are = (
                "1 malformed record is" if len(bad) == 1 else f"{len(bad):,} malformed records are"
            )
            log.warning(
                "%s: %s left out, the first on line %d: %s", self._text.name, are, line, fault
            )

    def _read(self) -> Iterator[Record]:
        name, start = self._text.name, self._text.start
        names = self._records.names
        if start.startswith(MAGIC):
            yield from read_parquet(name, self._text.file, names)
            return
        check_beginning(name, start, self._records.encoding)
        lines = iter(self._lines)
        n_blank = 0
        for first in lines:
            if first.strip():
                break
            n_blank += 1
        else:
            return
        rest = chain([""] * n_blank, [first], lines)
        if first.lstrip().startswith("{"):
            yield from read_json_lines(rest, names)
        elif first.lstrip().startswith("[") and self._records.field not in first:
            raise CorpusError(
                f"{name}: is a JSON list; write an object on each line, such as by `jq -c '.[]'`"
            )
        else:
            yield from read_table(name, rest, names)

    def _text_line(self, record: Record) -> _TextLine | str:
        """Return the text of a record, or what is wrong with it."""
        if record.fault:
            return record.fault
        line = as_line(record.values[0])
        if line is None:
            return (
                f"has {_shown(record.values[0])} in field {self._records.field!r}, which is no text"
            )
        others = iter(record.values[1:])
        value, weight = None, 1.0
        if self._records.split_field is not None and not (value := as_word(next(others))):
            return f"has no value in field {self._records.split_field!r}"
        if self._records.weight_field is not None:
            given = next(others)
            if (found := as_weight(given)) is None:
                shown = f"{str(given)[:40]!r} in field {self._records.weight_field!r}"
                return f"has {shown}, which is no weight, a number from 0 to {GREATEST:.2g}"
            weight = found
        try:
            return _TextLine(record.line, f"{line}\n".encode(), value, weight)
        except UnicodeEncodeError:
            return "has half of a surrogate pair in it"


def _block(
    path: str, held: list[_TextLine], n_undecodable: int, *, ends_file: bool = False
) -> TextBlock:
    numbers = [line.number for line in held]
    first = numbers[0] if numbers else 1
    are_consecutive = numbers == list(range(first, first + len(numbers)))
    return TextBlock(
        path,
        first,
        b"".join(line.data for line in held),
        ends_file,
        n_undecodable=n_undecodable,
        ends_line=False,
        lines=None if are_consecutive else tuple(numbers),
    )


def _shown(value: object) -> str:
    return {bool: "true or false", dict: "an object", list: "a list of others"}.get(
        type(value), f"a value of type {type(value).__name__}"
    )
