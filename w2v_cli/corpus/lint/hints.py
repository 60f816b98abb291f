"""Say at once that a text which is read as plain text looks like records."""

import logging
from collections.abc import Iterable, Iterator

from w2v_cli.corpus.lint.layout import Layouts
from w2v_cli.corpus.reading.text_blocks import TextBlock
from w2v_cli.corpus.reading.tokenizer import Words

log = logging.getLogger(__name__)

START_BYTES = 1 << 14
"""Bytes of a text whose lines are looked at."""


def with_hint(blocks: Iterable[TextBlock]) -> Iterator[TextBlock]:
    """Yield the same blocks; a warning names the first text whose first lines look like records.

    A warning and no error: a sentence may begin with a brace, and words may stand between tabs.
    """
    path, has_warned = "", False
    for block in blocks:
        if block.path != path and not has_warned:
            has_warned = _warn(block)
        path = block.path
        yield block


def _warn(block: TextBlock) -> bool:
    """Warn if the lines that a text begins with look like records; return whether they do."""
    start = block.data[:START_BYTES]
    if len(start) < len(block.data):
        start = start[: start.rfind(b"\n") + 1]
    layouts = Layouts()
    layouts.add(block._replace(data=start, ends_file=True), Words([], 0, 0))
    for found in layouts.findings():
        if "--field" in found.remedy:
            log.warning(
                "%s: looks like %s, read as plain text; %s", block.path, found.what, found.remedy
            )
            return True
    return False
