"""What readers of records give, whatever the form of the file."""

from collections.abc import Sequence
from typing import NamedTuple

LONGEST_RECORD = 1 << 26
"""Bytes of a line of JSON, or of a field of a table, after which it is malformed."""


class Record(NamedTuple):
    """Some fields of a record, or what is wrong with it.

    Attributes:
        line: the line that it begins on, of a Parquet file its row; from 1.
        values: of the fields that were asked for, in their order; none if it is malformed.
        fault: what is wrong with it; empty if nothing is.
    """

    line: int
    values: tuple[object, ...]
    fault: str = ""


def malformed(line: int, fault: str) -> Record:
    """Return a record that cannot be used."""
    return Record(line, (), fault)


def missing(line: int, name: str, names: Sequence[str]) -> Record:
    """Return a record that lacks a field, with the names of those that it has."""
    some = ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")
    return malformed(line, f"has no field {name!r}, only {some or 'none'}")
