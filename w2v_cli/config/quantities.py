"""Read and write sizes and times: `8GB`, `20m`."""

import re

from w2v_cli.errors import ConfigError

BYTES = {
    "": 1, "b": 1,
    "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12,
    "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40,
    "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40,
}  # fmt: skip
"""Unit of a size -> bytes; a single letter is a power of 1,024, as for Docker and Slurm."""

SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}

PART = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]*)")


def read_bytes(text: str) -> int:
    """Return a size in bytes.

    Raises:
        ConfigError: the text is not a number with a unit.

    >>> read_bytes("8GB"), read_bytes("1.5 GiB"), read_bytes("512m")
    (8000000000, 1610612736, 536870912)
    """
    found = PART.fullmatch(text.strip().lower())
    if not found or found[2] not in BYTES or not float(found[1]):
        raise ConfigError(f"{text!r} is not a size; write a number and a unit, such as 8GB")
    return round(float(found[1]) * BYTES[found[2]])


def read_seconds(text: str) -> float:
    """Return a time in seconds.

    Raises:
        ConfigError: the text is not a time, or it is zero.

    >>> read_seconds("90"), read_seconds("20m"), read_seconds("1h30m")
    (90.0, 1200.0, 5400.0)
    """
    compact = re.sub(r"\s", "", text.lower())
    parts = PART.findall(compact)
    whole = "".join(number + unit for number, unit in parts) == compact
    if not whole or not all(unit in SECONDS for _, unit in parts):
        raise ConfigError(f"{text!r} is not a time; write it as 90s, 20m or 1h30m")
    seconds = sum(float(number) * SECONDS[unit] for number, unit in parts)
    if not seconds:
        raise ConfigError(f"{text!r} is no time at all; write it as 90s, 20m or 1h30m")
    return seconds


def bytes_in_words(n_bytes: float) -> str:
    """Return a size in kB, MB or GB.

    >>> bytes_in_words(81_234_567), bytes_in_words(2_640_000_000), bytes_in_words(32_400)
    ('81 MB', '2.64 GB', '32 kB')
    """
    if n_bytes >= 999.5e6:
        return f"{n_bytes / 1e9:,.2f} GB"
    if n_bytes < 0.95e6:
        return f"{n_bytes / 1e3:.0f} kB"
    return f"{n_bytes / 1e6:.0f} MB" if n_bytes >= 9.95e6 else f"{n_bytes / 1e6:.1f} MB"


def seconds_in_words(seconds: float) -> str:
    """Return a time in seconds, minutes or hours.

    >>> seconds_in_words(4.23), seconds_in_words(75), seconds_in_words(3_725)
    ('4.2 s', '1 min 15 s', '1 h 2 min')
    """
    if seconds < 59.5:
        return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60:,} h {minutes % 60} min"
