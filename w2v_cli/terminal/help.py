"""The help of a command with many options: the most used first, the others under headings."""

from typing import Any

from typer.core import TyperCommand

ARGUMENTS, OTHERS = "Arguments", "Options"


class GroupedCommand(TyperCommand):
    """A command whose help lists options under their declared headings.

    Typer itself shows headings only with Rich, whose import takes longer than all others together.
    """

    def format_options(self, ctx: Any, formatter: Any) -> None:
        groups: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            if (record := parameter.get_help_record(ctx)) is None:
                continue
            is_argument = parameter.param_type_name == "argument"
            heading = getattr(parameter, "rich_help_panel", None)
            groups.setdefault(ARGUMENTS if is_argument else heading or OTHERS, []).append(record)
        # Options of the command itself, such as --help, come last.
        others = groups.pop(OTHERS, [])
        for heading, records in [*groups.items(), (OTHERS, others)]:
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records)
