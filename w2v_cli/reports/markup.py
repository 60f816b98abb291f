"""HTML and SVG made from Python values. Text is escaped, unless it is `Markup` already."""

import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from html import escape


class Markup(str):
    """Text that stands on a page as it is: it was made by `tag`, or is a file of this program."""

    __slots__ = ()


def tag(name: str, *children: str, **attributes: str | float) -> Markup:
    """Return an element. Children and attributes are text, unless a child is `Markup`.

    Args:
        name: of the element.
        children: what stands in it.
        attributes: names have `_` for `-`, and a `_` at the end of a Python keyword.

    >>> tag("p", "1 < 2", tag("br"), class_="sum")
    '<p class="sum">1 &lt; 2<br></p>'
    """
    shown = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_number(value))}"'
        for key, value in attributes.items()
    )
    if name in ("br", "meta"):
        return Markup(f"<{name}{shown}>")
    return Markup(f"<{name}{shown}>{joined(*children)}</{name}>")


def joined(*parts: str) -> Markup:
    """Return parts one after the other; those that are not `Markup` are escaped."""
    return Markup(
        "".join(part if isinstance(part, Markup) else escape(visible(part)) for part in parts)
    )


def visible(text: str) -> str:
    """Return a text with U+FFFD for characters that have no shape, or that UTF-8 does not have."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def hash_of(text: str) -> str:
    """Return the hash of a script or style sheet, as a content security policy names it."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def filled(template: str, content: Mapping[str, str]) -> str:
    """Return a template with `content[name]` for each `{{name}}`; what is filled in stays as is."""
    return re.sub(r"\{\{(\w+)\}\}", lambda found: content[found[1]], template)


def _number(value: str | float) -> str:
    return visible(value) if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")
