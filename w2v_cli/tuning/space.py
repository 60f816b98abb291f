"""The settings that are tried: every combination of the values of some options.

A space is a YAML file with a list of values for each option:

    num_sampled: [16, 64, 256]
    learning_rate: [0.05, 0.1, 0.2]
"""

from dataclasses import dataclass
from itertools import product
from math import prod
from pathlib import Path
from typing import Any, Literal

import yaml

from w2v_cli.config.config import Config, options
from w2v_cli.config.options import Option
from w2v_cli.config.sources import read_mapping
from w2v_cli.errors import ConfigError

Measure = Literal["loss", "pairs", "analogies"]

MOST_SETTINGS = 1000
RATES = (0.5, 1.0, 2.0)
"""Learning rates of the space that is tried when none is given, as multiples of the default."""

FIXED_SECTIONS = frozenset({"run", "evaluation", "devices"})
FIXED = frozenset({"time_budget", "total_words", "checkpoint_minutes"})
"""Options that change nothing in the vectors, or that the tuning decides itself."""

OF_THE_PAIRS = frozenset({"text", "pairs"})
"""Sections whose options change the words or the held-out pairs."""

Settings = dict[str, Any]
"""Option -> value."""


@dataclass(frozen=True)
class Space:
    """The values that are tried.

    Attributes:
        values: option -> its values, without repeats.
    """

    values: dict[str, tuple[Any, ...]]

    @property
    def settings(self) -> list[Settings]:
        """Every combination; the values of the last option change fastest."""
        return [dict(zip(self.values, chosen, strict=True)) for chosen in product(*self._lists)]

    @property
    def _lists(self) -> list[tuple[Any, ...]]:
        return list(self.values.values())

    def check(self, measure: Measure, base: Config) -> None:
        """Refuse what cannot be compared.

        Args:
            measure: what the settings are compared by.
            base: all other options.

        Raises:
            ConfigError: an option cannot be tried, a combination does not fit together, or there
                are too many combinations.
        """
        if (n := prod(map(len, self._lists))) > MOST_SETTINGS:
            raise ConfigError(
                f"the space has {n:,} combinations; {MOST_SETTINGS:,} at most can be tried"
            )
        for key in self.values:
            option = options()[key]
            if option.section in FIXED_SECTIONS or key in FIXED:
                raise ConfigError(f"{key} cannot be tried; give it once, for all trials")
            if measure == "loss" and option.section in OF_THE_PAIRS:
                raise ConfigError(
                    f"held-out losses of several {key} cannot be compared: the pairs differ; give"
                    " --evaluate-pairs or --evaluate-analogies, and --by pairs or analogies"
                )
        for chosen in self.settings:
            Config.of(**{**base.values(), **chosen})


def default_space(base: Config) -> Space:
    """Return what is tried when no space is given: noise words and learning rates."""
    rate = base.optimizer.rates[0]
    rates = tuple(float(f"{rate * times:.3g}") for times in RATES)
    return Space({"num_sampled": (16, 64, 256), "learning_rate": rates})


def read_space(path: Path) -> Space:
    """Read a space from a YAML file.

    Raises:
        ConfigError: the file cannot be read, or has something else than lists of values.
    """
    values = {
        key: _read_values(options()[key], node, f"{path}:{line}")
        for key, (node, line) in read_mapping(path).items()
    }
    if not values:
        raise ConfigError(f"{path}: no options; expected lines such as 'num_sampled: [16, 64]'")
    return Space(values)


def _read_values(option: Option, node: yaml.Node, where: str) -> tuple[Any, ...]:
    items = node.value if isinstance(node, yaml.SequenceNode) else []
    if not items or not all(isinstance(item, yaml.ScalarNode) for item in items):
        raise ConfigError(f"{where}: {option.key} must be a list of values, such as [16, 64]")
    try:
        return tuple(dict.fromkeys(option.parse(item.value) for item in items))
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from None
