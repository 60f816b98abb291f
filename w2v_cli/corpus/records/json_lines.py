"""Read JSON Lines: an object on each line."""

import json
from collections.abc import Iterable, Iterator, Sequence

from w2v_cli.corpus.records.record import Record, malformed, missing


def read_json_lines(lines: Iterable[str], names: Sequence[str]) -> Iterator[Record]:
    """Yield the fields `names` of each object; blank lines are passed over."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _record(number, line, names)


def _record(number: int, line: str, names: Sequence[str]) -> Record:
    try:
        fields = json.loads(line)
    except json.JSONDecodeError as error:
        return malformed(number, f"is not a JSON object: {error.msg} at character {error.pos + 1}")
    except (ValueError, RecursionError) as error:  # of numbers and of nesting
        return malformed(number, f"is not a JSON object: {error}")
    if not isinstance(fields, dict):
        return malformed(number, "is JSON, but not an object of fields")
    for name in names:
        if name not in fields:
            return missing(number, name, list(fields))
    return Record(number, tuple(fields[name] for name in names))
