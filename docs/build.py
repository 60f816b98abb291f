"""Fill in what the documents show of the program: the output of sessions and every option.

    python docs/build.py

The language of a block of code in README.md and docs/*.md says what happens to it:

    console  lines that begin with "$ " are run; the output of each one is written below it
    sh       every line is run; its output is not shown
    python   is not run here; tests/docs runs it, and it runs all commands too
    text     is only shown

All commands run in one new directory that has the repository's `data` and `configs`, first those of
README.md and then those of docs/ by name, so that later documents can use the model of README.md.
docs/cli.md is kept down to `GENERATED`; what follows is written from the commands themselves.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import typer

from w2v_cli.cli import app

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
CLI = ROOT / "docs" / "cli.md"
GENERATED = "<!-- Everything below is written by `make docs` from the help of the commands. -->\n"

PROMPT = "$ "
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
BRACKETED = re.compile(r"\s*\[([^\]]*)\]$")

Run = Callable[[str], str]


class Block(NamedTuple):
    """A fenced block of code.

    Attributes:
        language: what stands behind the fence.
        text: the lines between the fences.
        line: the number of the fence's line, from 1.
    """

    language: str
    text: str
    line: int


class Step(NamedTuple):
    """A command of a block and the output that stands below it."""

    command: str
    output: str


class Entry(NamedTuple):
    """An option or an argument.

    Attributes:
        name: as the help names it, such as `-k <int range>`.
        help: what it does.
        facts: what the help has in brackets, such as `default: 10`.
    """

    name: str
    help: str
    facts: list[str]


def documents() -> list[Path]:
    """Return the files whose sessions are run, in the order of running."""
    return [README, *sorted((ROOT / "docs").glob("*.md"))]


def blocks(document: str) -> list[Block]:
    """Return the blocks of code of a document."""
    return [
        Block(found[1], found[2], document.count("\n", 0, found.start()) + 1)
        for found in FENCE.finditer(document)
    ]


def steps(block: Block) -> list[Step]:
    r"""Return the commands of a block in order; none if its language is not run.

    >>> steps(Block("console", "$ echo 1\n1\n$ true\n", line=1))
    [Step(command='echo 1', output='1\n'), Step(command='true', output='')]
    """
    if block.language == "sh":
        return [Step(line, "") for line in block.text.splitlines() if line.strip()]
    if block.language != "console":
        return []
    before, *parts = re.split(rf"^{re.escape(PROMPT)}(.*)\n", block.text, flags=re.MULTILINE)
    if before:
        raise ValueError(f"line {block.line}: a console block must begin with {PROMPT!r}")
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return [Step(command, text.rstrip() and text.rstrip() + "\n") for command, text in pairs]


def with_output(document: str, run: Run) -> str:
    """Run the commands of a document and return it with what they print now."""

    def rewritten(found: re.Match[str]) -> str:
        block = Block(found[1], found[2], line=document.count("\n", 0, found.start()) + 1)
        printed = [(step.command, run(step.command)) for step in steps(block)]
        if block.language != "console":
            return found[0]
        # A blank line shows where the output ends.
        lines = [
            f"{PROMPT}{command}\n{output}{chr(10) if output else ''}" for command, output in printed
        ]
        return f"```{block.language}\n{''.join(lines).rstrip()}\n```"

    return FENCE.sub(rewritten, document)


@contextmanager
def sample_directory() -> Iterator[Path]:
    """Give a new directory with the repository's `data` and `configs`."""
    with tempfile.TemporaryDirectory(prefix="w2v-docs-") as name:
        for shared in ("data", "configs"):
            (Path(name) / shared).symlink_to(ROOT / shared)
        yield Path(name)


def shell_environment() -> dict[str, str]:
    """Return the environment of a session: this Python's `w2v`, and no setting of the caller."""
    inherited = {name: text for name, text in os.environ.items() if not name.startswith("W2V_")}
    programs = Path(sys.executable).parent
    return {
        **inherited,
        "PATH": f"{programs}{os.pathsep}{inherited.get('PATH', os.defpath)}",
        "PYTHONUNBUFFERED": "1",  # stdout and stderr come in the order of writing
    }


def shell(directory: Path) -> Run:
    """Return a function that runs a command in a directory and gives all that it prints.

    It raises RuntimeError if the command, or a part of a pipeline, fails.
    """

    def run(command: str) -> str:
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command],
            cwd=directory,
            env=shell_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{command}: ended with {done.returncode}\n{done.stdout}")
        return done.stdout

    return run


class Recorder:
    """Takes the sections that a command writes as its help, and does not lay them out."""

    width = 10_000  # no line is to be cut

    def __init__(self) -> None:
        self.sections: dict[str, list[Entry]] = {}
        self._open = ""

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        self._open = name
        self.sections.setdefault(name, [])
        yield

    def write_dl(self, rows: Sequence[tuple[str, str]], **_: Any) -> None:
        self.sections[self._open] += [entry(name, text) for name, text in rows]


def entry(name: str, text: str) -> Entry:
    """Return an option's help without the facts in brackets at its end, and these.

    >>> entry("-k INT", "How many words to show.  [default: 10; x>=1]")
    Entry(name='-k INT', help='How many words to show.', facts=['default: 10', 'x>=1'])
    """
    text = " ".join(text.split())
    facts: list[str] = []
    while found := BRACKETED.search(text):
        facts = found[1].split("; ") + facts
        text = text[: found.start()]
    return Entry(name, text, facts)


def command_reference() -> str:
    """Return the generated part of docs/cli.md: every command with its arguments and options."""
    program: Any = typer.main.get_command(app)
    context = program.make_context("w2v", [], resilient_parsing=True)
    parts = [f"## w2v\n\n{_described(program.help)}\n", _tables(program, context, {"Commands"})]
    for name, command in program.commands.items():
        inner = command.make_context(name, [], parent=context, resilient_parsing=True)
        usage = " ".join(["w2v", name, *command.collect_usage_pieces(inner)])
        parts.append(f"## w2v {name}\n\n```text\n{usage}\n```\n\n{_described(command.help)}\n")
        parts.append(_tables(command, inner, set()))
    return "\n".join(parts)


def _described(help_text: str) -> str:
    """Return the paragraphs of a command's description, one line each."""
    paragraphs = re.split(r"\n\s*\n", help_text.strip())
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _tables(command: Any, context: Any, left_out: set[str]) -> str:
    recorder = Recorder()
    command.format_options(context, recorder)
    groups = {
        name: shown
        for name, entries in recorder.sections.items()
        if (shown := [each for each in entries if not each.name.endswith("--help")])
        and name not in left_out
    }
    tables = [_arguments(groups.pop("Arguments"))] if "Arguments" in groups else []
    for name, entries in groups.items():
        # Options that are not in groups need no heading of their own.
        tables.append((f"**{name}**\n\n" if len(groups) > 1 else "") + _options(entries))
    return "\n".join(tables)


def _arguments(entries: list[Entry]) -> str:
    return _table(
        ["argument", "what it is"], [[f"`{e.name}`", _described_with(e)] for e in entries]
    )


def _options(entries: list[Entry]) -> str:
    rows = []
    for each in entries:
        defaults = [fact.removeprefix("default: ") for fact in each.facts if "default: " in fact]
        rows.append([f"`{each.name}`", _described_with(each), "; ".join(defaults)])
    return _table(["option", "what it does", "default"], rows)


def _described_with(each: Entry) -> str:
    """Return an entry's help with its facts, but for the default."""
    facts = "".join(f" ({fact})" for fact in each.facts if "default: " not in fact)
    return f"{each.help}{facts}".strip()


def _table(head: list[str], rows: list[list[str]]) -> str:
    return "".join(f"{_row(cells)}\n" for cells in [head, ["---"] * len(head), *rows])


def _row(cells: list[str]) -> str:
    escaped = [cell.replace("|", r"\|") for cell in cells]
    return f"| {' | '.join(escaped)} |"


def with_reference(cli: str) -> str:
    """Return docs/cli.md with its generated part as the commands are now."""
    return f"{cli.partition(GENERATED)[0]}{GENERATED}\n{command_reference()}"


def main() -> None:
    """Rewrite README.md and docs/*.md."""
    CLI.write_text(with_reference(CLI.read_text(encoding="utf-8")), encoding="utf-8")
    with sample_directory() as directory:
        for path in documents():
            print(path.relative_to(ROOT), file=sys.stderr)
            text = path.read_text(encoding="utf-8")
            path.write_text(with_output(text, shell(directory)), encoding="utf-8")


if __name__ == "__main__":
    main()
