"""Parameters of tests whose further cases `make test` leaves to `make test-all`."""

from collections.abc import Iterable
from typing import Any

import pytest


def long_after(n_quick: int, values: Iterable[Any]) -> list[Any]:
    """Return parameters of which all but the first are marked `long`."""
    return [
        value if number < n_quick else pytest.param(value, marks=pytest.mark.long)
        for number, value in enumerate(values)
    ]
