"""The section on the settings: the value of each, and where it comes from."""

from typing import Any

from w2v_cli.config.config import options
from w2v_cli.config.options import Option
from w2v_cli.reports.markup import Markup, joined, tag
from w2v_cli.reports.run_report.section import Section, code, paragraph, table


def settings_section(manifest: dict[str, Any], model_name: str) -> Section:
    """Return the section."""
    config, derived = manifest["config"], manifest["derived"]
    known = {key: found for key, found in options().items() if key in config}
    rows, defaults = [], []
    for key, found in known.items():
        origin = origin_of(found, config[key], derived)
        value = _shown(derived[key] if origin == "derived" else config[key])
        if origin == "default":
            defaults.append(joined(code(key), f" {value}"))
        else:
            described = joined(code(key), tag("div", found.help, class_="help"))
            rows.append([described, value, origin])
    rows.sort(key=lambda row: row[2] != "given")
    content = joined(
        paragraph(
            "Given settings differ from the default; a setting that was given its default cannot be"
            " told from one that was not given. Derived settings follow from others and from the"
            " text. ",
            code(f"w2v train --config {model_name}/config.yaml -o NEW"),
            " repeats the run.",
        ),
        table(["setting", "value", "origin"], rows, set()),
        tag("h3", "At their defaults"),
        tag("ul", *(tag("li", each) for each in defaults), class_="defaults"),
    )
    return Section("settings", "Settings", content)


def origin_of(found: Option, value: object, derived: dict[str, Any]) -> str:
    """Return where the value of a setting comes from, as far as `model.json` tells.

    Args:
        found: the setting.
        value: what `config` of `model.json` has for it.
        derived: values that follow from others.
    """
    if value is None and found.key in derived:
        return "derived"
    if found.key == "total_words" and isinstance(value, str) and ":" in value:
        return "decided by --time-budget"
    default = list(found.default) if isinstance(found.default, tuple) else found.default
    return "default" if value == default else "given"


def _shown(value: Any) -> Markup | str:
    if value is None:
        return "off"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:g}" if isinstance(value, float) else str(value)
