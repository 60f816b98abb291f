"""Read tables whose first line has the names of the columns: CSV and TSV.

Between commas, semicolons and bars, a field in quotes can hold the separator and line ends, and ""
is a quote in it. Between tabs a quote is a character like others: what separates cannot be in a
field.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from w2v_cli.corpus.records.record import LONGEST_RECORD, Record, malformed, missing
from w2v_cli.errors import CorpusError

SEPARATORS = ("\t", ",", ";", "|")


def read_table(path: str, lines: Iterator[str], names: Sequence[str]) -> Iterator[Record]:
    """Yield the fields `names` of each row; blank lines are passed over.

    Args:
        path: the file, for messages.
        lines: not all blank.
        names: columns.

    Raises:
        CorpusError: the first line does not name a column.
    """
    n_before, first = next((n, line) for n, line in enumerate(lines, start=1) if line.strip())
    separator, header = _header(f"{path}:{n_before}", first, names)
    columns = [header.index(name) for name in names]
    # The module has one limit for all readers of a process; its default is 131,072.
    csv.field_size_limit(LONGEST_RECORD)
    reader = _reader((f"{line}\n" for line in lines), separator)
    while True:
        line = n_before + reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield malformed(line, f"is not a row of the table: {error}")
            continue
        if len(row) == len(header):
            yield Record(line, tuple(row[column] for column in columns))
        elif row:
            yield malformed(line, f"has {len(row):,} fields, and the first line {len(header):,}")


def _header(where: str, first: str, names: Sequence[str]) -> tuple[str, list[str]]:
    """Return what separates the columns, and their names."""
    readings = []
    for separator in SEPARATORS:
        try:
            row: list[str] = next(_reader([first], separator), [])
        except csv.Error:
            continue
        readings.append((separator, [cell.strip() for cell in row]))
    able = [reading for reading in readings if set(names) <= set(reading[1])]
    if able:
        return max(able, key=lambda reading: len(reading[1]))
    _, header = max(readings, key=lambda reading: len(reading[1]), default=("", [first]))
    lacking = next((name for name in names if name not in header), names[0])
    fault = missing(1, lacking, [cell[:40] for cell in header]).fault
    raise CorpusError(
        f"{where}: {fault}; the first line of a table names its columns, and other records are"
        " JSON objects, one on a line, or Parquet"
    )


def _reader(lines: Iterable[str], separator: str) -> Any:
    if separator == "\t":
        return csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE, strict=True)
    return csv.reader(lines, delimiter=separator, strict=True)
