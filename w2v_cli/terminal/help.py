"""The help of a command with many options: the most used first, the others under headings."""

from typing import Any

from typer.core import TyperCommand

ARGUMENTS, OTHERS = "Arguments", "Options"


class GroupedCommand(TyperCommand):
    """A command whose help lists options under their declared headings.

    Typer itself shows headings only with Rich, whose import takes longer than all others together.
    """

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        arguments = [each for each in self.get_params(ctx) if each.param_type_name == "argument"]
        names = [
            f"{{{_name(each)}}}" if each.required else f"[{_name(each).strip('[]')}]"
            for each in arguments
        ]
        return ["[OPTIONS]", *names]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        groups: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            if (record := parameter.get_help_record(ctx)) is None:
                continue
            if is_argument := parameter.param_type_name == "argument":
                record = (_name(parameter), record[1])
            heading = getattr(parameter, "rich_help_panel", None)
            groups.setdefault(ARGUMENTS if is_argument else heading or OTHERS, []).append(record)
        # Options of the command itself, such as --help, come last.
        others = groups.pop(OTHERS, [])
        for heading, records in [*groups.items(), (OTHERS, others)]:
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records)


def _name(argument: Any) -> str:
    # Versions of Typer differ in what they add to it: dots where it can be repeated, a Python type.
    return str(argument.metavar or argument.name)
