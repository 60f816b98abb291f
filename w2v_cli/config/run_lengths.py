"""Read and write how long a run is: `50000000` words, or `3000000:50000000 30000000:48000000`."""

import re
from collections.abc import Iterable

from w2v_cli.errors import ConfigError

Decision = tuple[int, int]
"""From a number of trained words on, the run has so many words in all."""

ENTRY = re.compile(r"(?:(\d+):)?(\d+)")


def read_decisions(text: str) -> tuple[Decision, ...]:
    """Return the decisions that a text holds, one after the other: `FROM:TOTAL`, or `TOTAL`.

    Raises:
        ConfigError: the text is not of that form, or a decision comes after the end of the run.

    >>> read_decisions("3000:50000 30000:48000"), read_decisions("50000")
    (((3000, 50000), (30000, 48000)), ((0, 50000),))
    """
    entries = [ENTRY.fullmatch(entry) for entry in text.split()]
    decisions = tuple((int(found[1] or 0), int(found[2])) for found in entries if found)
    if not decisions or not all(entries):
        raise ConfigError(
            f"total_words must be a number of words, such as 50000000, or FROM:TOTAL for each"
            f" change, got {text!r}"
        )
    ends = [end for _, end in decisions]
    starts = [start for start, _ in decisions]
    if starts != sorted(set(starts)) or any(
        start > end or not end for start, end in zip(starts, [ends[0], *ends], strict=False)
    ):
        raise ConfigError(
            f"total_words {text!r}: the first numbers must rise, and none may lie beyond the end"
            " of the run by then"
        )
    return decisions


def write_decisions(decisions: Iterable[Decision]) -> str:
    """Return decisions as a text that `read_decisions` reads.

    >>> write_decisions([(3000, 50000), (30000, 48000)])
    '3000:50000 30000:48000'
    """
    return " ".join(f"{start}:{total}" for start, total in decisions)
