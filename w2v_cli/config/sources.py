"""Combine the sources of settings. Order of precedence: flag, environment, YAML file, default."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from w2v_cli.config.config import Config, options
from w2v_cli.config.options import Option
from w2v_cli.errors import ConfigError, nearest

NULL = "tag:yaml.org,2002:null"

UNPRINTABLE = re.compile(
    "[^ -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""Characters that YAML forbids or reads as line ends. File names can contain them."""


@dataclass(frozen=True)
class Resolved:
    """A configuration, and the source of each option's value."""

    config: Config
    origins: dict[str, str]

    def to_yaml(self) -> str:
        """Return a valid config file with the source of each value in a comment.

        The value of a derived option is `null`, so that it follows the other options in the next
        run too. The comment has the value that it has in this run.
        """
        values, derived = self.config.values(), self.config.derived
        width = max(len(_yaml_line(key, value)) for key, value in values.items())
        origins = {
            key: f"{origin}: {_shown(derived[key])}" if key in derived else origin
            for key, origin in self.origins.items()
        }
        return "".join(
            f"{_yaml_line(key, value):<{width}}  # {origins[key]}\n"
            for key, value in values.items()
        )


def resolve(
    flags: Mapping[str, Any],
    config_path: str | None = None,
    environment: Mapping[str, str] = os.environ,
    resumed: Mapping[str, object] | None = None,
) -> Resolved:
    """Return the effective configuration.

    Args:
        flags: values from the command line. Text is parsed. None means that the flag is not given.
        config_path: a YAML file, or None.
        environment: variables such as `W2V_WINDOW`.
        resumed: the options of the run that is resumed. They replace the defaults.

    Raises:
        ConfigError: a value is wrong. The message names its flag, variable, or file and line.
    """
    values = dict(resumed or {})
    origins = {key: "resumed run" if key in values else "default" for key in options()}
    if config_path is not None:
        for key, (value, line) in read_yaml(Path(config_path)).items():
            values[key], origins[key] = value, f"{config_path}:{line}"
    for key, option in options().items():
        if text := environment.get(option.variable):
            values[key] = _parse(option, text, option.variable)
            origins[key] = option.variable
        if (given := flags.get(key)) is not None and given != ():
            values[key] = _parse(option, given, option.flag) if type(given) is str else given
            origins[key] = option.flag
    return Resolved(Config.of(**values), origins)


def to_yaml(config: Config) -> str:
    """Return `config` as a config file that repeats the run."""
    return "".join(_yaml_line(key, value) + "\n" for key, value in config.values().items())


def read_yaml(path: Path) -> dict[str, tuple[object, int]]:
    """Return the options of a YAML file: key -> (value, line number).

    Raises:
        ConfigError: the file cannot be read, is not valid YAML, or has a wrong key or value.
    """
    return {
        key: (_read_node(options()[key], node, f"{path}:{line}"), line)
        for key, (node, line) in read_mapping(path).items()
    }


def read_mapping(path: Path) -> dict[str, tuple[yaml.Node, int]]:
    """Return the options that a YAML file names: key -> (node of its value, line number).

    This reads YAML's nodes, so that the option's type decides how a value is parsed, and each error
    has a line number. A key that is given twice is an error; PyYAML would ignore the first value.

    Raises:
        ConfigError: the file cannot be read, is not valid YAML, or has a wrong key.
    """
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from None
    except RecursionError:
        raise ConfigError(
            f"{path}: lists are nested too deep; expected lines such as 'window: 5'"
        ) from None
    if root is None or root.tag == NULL:
        return {}
    if not isinstance(root, yaml.MappingNode):
        raise ConfigError(f"{path}:{root.start_mark.line + 1}: expected lines such as 'window: 5'")
    found: dict[str, tuple[yaml.Node, int]] = {}
    for key_node, value_node in root.value:
        key, line = str(key_node.value), key_node.start_mark.line + 1
        where = f"{path}:{line}"
        if key not in options():
            raise ConfigError(f"{where}: unknown option {key}{nearest(key, options())}")
        if key in found:
            raise ConfigError(f"{where}: {key} is already set on line {found[key][1]}")
        found[key] = value_node, line
    return found


def _read_node(option: Option, node: yaml.Node, where: str) -> object:
    if isinstance(node, yaml.ScalarNode) and (node.tag != NULL or option.optional):
        return _parse(option, node.value, where)
    if option.type is tuple and isinstance(node, yaml.SequenceNode):
        texts = [i for i in node.value if isinstance(i, yaml.ScalarNode) and i.tag != NULL]
        if len(texts) == len(node.value):
            return tuple(text.value for text in texts)
    raise ConfigError(f"{where}: {option.key} must be {option.expects}")


def _parse(option: Option, text: str, where: str) -> object:
    try:
        return option.parse(text)
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from None


def _shown(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _yaml_line(key: str, value: object) -> str:
    # YAML accepts JSON's notation of numbers, texts, lists, true and null.
    text = json.dumps(value, ensure_ascii=False)
    return f"{key}: " + UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
