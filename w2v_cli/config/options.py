"""How an option is declared, and how its value is read and checked.

Each option is written once, as a field of a section; see `sections`. The name of the field is the
YAML key (`min_count`). The flag (`--min-count`) and the environment variable (`W2V_MIN_COUNT`) are
made from it.
"""

import math
import os
import reprlib
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from w2v_cli.errors import ConfigError

LARGEST_INT = (1 << 31) - 1
"""Greatest value of an integer option: most integers become int32. A larger one sets `maximum`."""


def option(
    default: object,
    *,
    help: str,
    minimum: float = -math.inf,
    above: float = -math.inf,
    maximum: float = math.inf,
    heading: str | None = None,
    is_share: bool = False,
) -> Any:
    """Declare a field that users can set.

    Args:
        default: the value if nobody sets the option. None means that the value is derived from
            other options, or that the option is off.
        help: the text for `--help`.
        minimum, maximum: the smallest and the greatest allowed value.
        above: values must be greater than this.
        heading: the heading above the option in `--help`. Without it, the name of the section.
        is_share: a float option that also accepts a percentage, such as `5%` for 0.05.
    """
    bounds = {"minimum": minimum, "above": above, "maximum": maximum}
    rest = {"declared_heading": heading, "is_share": is_share}
    return field(default=default, metadata={"help": help, **bounds, **rest})


@dataclass(frozen=True)
class Option:
    """One setting: its name in each source, its type, its default and its bounds."""

    key: str
    section: str
    kind: Any
    default: object
    help: str
    minimum: float
    above: float
    maximum: float
    declared_heading: str | None
    is_share: bool

    @property
    def heading(self) -> str:
        """The heading above the option in `--help`."""
        return (self.declared_heading or self.section).capitalize()

    @property
    def flag(self) -> str:
        if self.type is tuple:
            return "CORPUS"  # an argument has no flag
        return "--" + self.key.replace("_", "-")

    @property
    def variable(self) -> str:
        return "W2V_" + self.key.upper()

    @property
    def choices(self) -> tuple[str, ...]:
        """The texts that a value may be; where `type` is a number, they may be in its place."""
        return tuple(
            text for kind in self._kinds if get_origin(kind) is Literal for text in get_args(kind)
        )

    @property
    def optional(self) -> bool:
        return NoneType in self._kinds

    @property
    def type(self) -> Any:
        """The type of a value that is not None: int, float, bool, str or tuple."""
        kind = next(kind for kind in self._kinds if kind is not NoneType)
        return str if get_origin(kind) is Literal else get_origin(kind) or kind

    @property
    def _kinds(self) -> tuple[Any, ...]:
        is_union = get_origin(self.kind) in (Union, UnionType)
        return get_args(self.kind) if is_union else (self.kind,)

    @property
    def expects(self) -> str:
        """What a value must be, in words."""
        if self.choices and self.type is str:
            return "one of " + ", ".join(self.choices) + (", or none" if self.optional else "")
        words = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}
        expected = words.get(self.type, "a list of texts")
        if self.is_share:
            expected = "a share, such as 5% or 0.05"
        if self.minimum > -math.inf:
            expected += f", at least {self.minimum:g}"
        if self.above > -math.inf:
            expected += f", above {self.above:g}"
        if self.maximum < math.inf:
            expected += f", at most {self.maximum:,}"
        if self.choices:
            expected += f", or {' or '.join(self.choices)}"
        return expected + (", or none" if self.optional else "")

    def parse(self, text: str) -> object:
        """Read a value from a flag, an environment variable or a YAML scalar.

        YAML's own types are not used: YAML reads `1e-3` as a string and `no` as False.
        """
        if self._means_none(text):
            return None
        if text in self.choices:
            return text
        readers: dict[Any, Any] = {int: int, float: float, bool: _read_bool, str: str}
        if self.is_share:
            return self.check(text)
        try:
            return self.check(readers.get(self.type, str)(text))
        except ValueError:
            raise self._refusal(text) from None

    def check(self, value: object) -> object:
        """Return `value` with its declared type, or raise ConfigError."""
        if self._means_none(value):
            return None
        if isinstance(value, str) and value in self.choices:
            return value
        if self.is_share and isinstance(value, str):
            value = _read_share(value)
        if self.type is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value) if abs(value) < 1e300 else math.inf
        if self.type is tuple:
            value = _as_texts(value)
        elif isinstance(value, os.PathLike):
            value = os.fspath(value)
        if type(value) is not self.type or (self.choices and self.type is str):
            raise self._refusal(value)
        if isinstance(value, tuple) and not all(type(item) is str for item in value):
            raise self._refusal(value)
        if isinstance(value, (int, float)) and not self._in_bounds(value):
            raise self._refusal(value)
        return value

    def _means_none(self, value: object) -> bool:
        # The rule is the same in Python as on the command line: no file is called "none" or "".
        spelled = isinstance(value, str) and value.lower() in ("none", "null", "~", "")
        return self.optional and (value is None or spelled)

    def _in_bounds(self, value: float) -> bool:
        # Compare first: `math.isfinite` fails on an int that is too large for a float.
        if not self.minimum <= value <= self._greatest:
            return False
        return math.isfinite(value) and value > self.above

    @property
    def _greatest(self) -> float:
        return min(self.maximum, LARGEST_INT if self.type is int else math.inf)

    def _refusal(self, value: object) -> ConfigError:
        expects = self.expects
        if isinstance(value, int) and self.maximum == math.inf and value > self._greatest:
            expects += f", at most {self._greatest:,}"
        return ConfigError(f"{self.key} must be {expects}, got {_shorten(value)}")


def _as_texts(value: object) -> object:
    """Return one text or path, or a list of them, as a tuple of texts."""
    if isinstance(value, (str, os.PathLike)):
        value = [value]
    if isinstance(value, (list, tuple)):
        return tuple(os.fspath(item) if isinstance(item, os.PathLike) else item for item in value)
    return value


def _shorten(value: object) -> str:
    short = reprlib.Repr()
    short.maxstring = short.maxlong = short.maxother = 80
    return short.repr(value)


def _read_share(text: str) -> float | str:
    """Return a share, or the text if it is none.

    >>> _read_share("0.5%"), _read_share("0.005"), _read_share("half")
    (0.005, 0.005, 'half')
    """
    try:
        if text.endswith("%"):
            # Decimal, because 0.7 / 100 is not the float that 0.007 is.
            return float(Decimal(text[:-1].strip()).scaleb(-2))
        return float(text)
    except (ValueError, InvalidOperation):
        return text


def _read_bool(text: str) -> bool:
    known = {"true": True, "yes": True, "on": True, "1": True}
    known |= {"false": False, "no": False, "off": False, "0": False}
    if text.lower() not in known:
        raise ValueError(text)
    return known[text.lower()]
