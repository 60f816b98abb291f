"""The help of a command with many options: headings, and what is used most first."""

from typing import Any

from typer.core import TyperCommand

ARGUMENTS, OTHERS = "Arguments", "Options"


class GroupedCommand(TyperCommand):
    """A command whose help lists options under the headings that they were declared with.

    Typer itself has headings only where it loads Rich, which takes longer than everything else.
    """

    def format_options(self, ctx: Any, formatter: Any) -> None:
        groups: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            if (record := parameter.get_help_record(ctx)) is None:
                continue
            is_argument = parameter.param_type_name == "argument"
            heading = getattr(parameter, "rich_help_panel", None)
            groups.setdefault(ARGUMENTS if is_argument else heading or OTHERS, []).append(record)
        # What a command declares itself, such as --help, stands last.
        others = groups.pop(OTHERS, [])
        for heading, records in [*groups.items(), (OTHERS, others)]:
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records)
