"""Make words fit into forms that put spaces between fields."""

import logging
import re
from dataclasses import replace
from typing import Literal, get_args

from w2v_cli.errors import ConfigError
from w2v_cli.vectors.formats.word_rules import SHOWN_ROWS, shown
from w2v_cli.vectors.queries import Vectors
from w2v_cli.vocabulary import Vocabulary

log = logging.getLogger(__name__)

Spaces = Literal["refuse", "skip", "replace"]

SPACE = re.compile(r"[\s\0]")
"""What readers split at, some of them at all 29 spaces of Unicode, and the NUL that ends words."""


def without_spaces(vectors: Vectors, spaces: Spaces) -> Vectors:
    """Return vectors whose words have no white space; a warning says what became of which words.

    Args:
        vectors: any; they stay as they are.
        spaces: `skip` leaves words out; `replace` writes _ for each space, and leaves out what
            would become equal to another word.
    """
    if spaces not in get_args(Spaces):
        raise ConfigError(f"spaces must be one of {', '.join(get_args(Spaces))}, got {spaces!r}")
    given, words = vectors.vocabulary.words, list(vectors.vocabulary.words)
    left_out = spaced = [row for row, word in enumerate(given) if SPACE.search(word)]
    if spaces == "replace":
        left_out = _replace(words, spaced)
        replaced = [given[row] for row in spaced if row not in set(left_out)]
        _say("wrote _ for the spaces of %s: %s", replaced)
        _say("left out %s that would be other words with _: %s", [given[row] for row in left_out])
    else:
        _say("left out %s with spaces: %s", [given[row] for row in left_out])
    gone = set(left_out)
    rows = [row for row in range(len(words)) if row not in gone]
    kept = Vocabulary([words[row] for row in rows], vectors.vocabulary.counts[rows])
    table = vectors.table[rows] if gone else vectors.table
    return replace(vectors, vocabulary=kept, table=table)


def _replace(words: list[str], spaced: list[int]) -> list[int]:
    """Write _ for spaces in `words`; return the rows of words that others are already."""
    taken = {word for word in words if not SPACE.search(word)}
    left_out = []
    for row in spaced:
        words[row] = SPACE.sub("_", words[row])
        if words[row] in taken:
            left_out.append(row)
        taken.add(words[row])
    return left_out


def _say(message: str, words: list[str]) -> None:
    if words:
        some = ", ".join(map(shown, words[:SHOWN_ROWS]))
        more = ", …" if len(words) > SHOWN_ROWS else ""
        log.warning(message, f"{len(words):,} word{'s' * (len(words) > 1)}", some + more)
