"""Leave out the byte order mark that some programs write before UTF-8 text.

It says that the text is UTF-8 and is no part of it. Left in, it becomes a part of the first word.
"""

from collections.abc import Iterable, Iterator
from typing import AnyStr

MARK = b"\xef\xbb\xbf"


def without_mark(start: AnyStr) -> AnyStr:
    r"""Return the beginning of a text, as bytes of UTF-8 or decoded, without the mark.

    >>> without_mark(b"\xef\xbb\xbfthe"), without_mark("\ufeffthe")
    (b'the', 'the')
    """
    return start.removeprefix(MARK if isinstance(start, bytes) else MARK.decode())


def blocks_without_mark(blocks: Iterable[bytes]) -> Iterator[bytes]:
    r"""Yield a whole text without the mark, wherever its bytes are cut.

    >>> list(blocks_without_mark([b"\xef", b"\xbb\xbfthe", b" cat"]))
    [b'the', b' cat']
    """
    blocks = iter(blocks)
    start = b""
    for block in blocks:
        start += block
        if len(start) >= len(MARK):
            break
    if start := without_mark(start):
        yield start
    yield from blocks
