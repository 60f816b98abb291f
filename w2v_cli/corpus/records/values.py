"""Make texts and weights of the values that records have in their fields."""

import re

from w2v_cli.corpus.line_weights import GREATEST

LINE_END = re.compile(r"[\r\n]+")
SPACES = re.compile(r"[\s\0]+")


def as_line(value: object) -> str | None:
    r"""Return a field as one line, or None if it holds no text.

    Line ends become spaces, so that a record is a line. A list has a word in each element: white
    space in it becomes _. Numbers are words, and no value is no word.

    >>> as_line("two\nlines"), as_line(["red wine", 7]), as_line(None), as_line({"a": 1})
    ('two lines', 'red_wine 7', '', None)
    """
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        words = [as_word(each) for each in value]
        return None if None in words else " ".join(filter(None, words))
    text = _as_text(value)
    return None if text is None else LINE_END.sub(" ", text)


def as_word(value: object) -> str | None:
    """Return a text or a number without white space, or None if it is neither."""
    text = _as_text(value)
    return None if text is None else SPACES.sub("_", text.strip())


def _as_text(value: object) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return None


def as_weight(value: object) -> float | None:
    """Return a field as a weight, or None if it is none.

    >>> as_weight("0.5"), as_weight(2), as_weight(-1), as_weight("nan"), as_weight(True)
    (0.5, 2.0, None, None, None)
    """
    text = _as_text(value)
    try:
        number = float(text) if text is not None else -1.0
    except ValueError:
        return None
    return number if 0 <= number <= GREATEST else None
