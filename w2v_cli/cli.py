"""The `w2v` program with all its commands."""

import os
from typing import Annotated

import typer

from w2v_cli import blas
from w2v_cli.commands.align import align
from w2v_cli.commands.analogy import analogy
from w2v_cli.commands.config import config
from w2v_cli.commands.convert import convert
from w2v_cli.commands.diagnose import diagnose
from w2v_cli.commands.diff import diff
from w2v_cli.commands.evaluate import evaluate
from w2v_cli.commands.explain import explain
from w2v_cli.commands.export import export
from w2v_cli.commands.info import info
from w2v_cli.commands.neighbors import neighbors
from w2v_cli.commands.odd_one_out import odd_one_out
from w2v_cli.commands.phrases import phrases
from w2v_cli.commands.plan import plan
from w2v_cli.commands.plot import plot
from w2v_cli.commands.similarity import similarity
from w2v_cli.commands.stability import stability
from w2v_cli.commands.train import train
from w2v_cli.commands.tune import tune
from w2v_cli.commands.verify import verify
from w2v_cli.commands.vocab import vocab
from w2v_cli.commands.walks import walks
from w2v_cli.terminal.exit_codes import DEBUG, report_errors
from w2v_cli.terminal.help import GroupedCommand
from w2v_cli.terminal.streams import open_standard_streams

app = typer.Typer(
    help="Train word2vec skip-gram vectors on your own text, and use them.",
    no_args_is_help=True,
    # Importing Rich would take longer than all other imports here together.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
COMMANDS = (
    train, plan, tune, vocab, phrases, walks, neighbors, analogy, similarity, odd_one_out,
    explain, evaluate, diagnose, stability, diff, align, plot, export, convert, info, verify,
    config,
)  # fmt: skip
for command in COMMANDS:
    app.command(cls=GroupedCommand)(command)


@app.callback(invoke_without_command=True)
def options(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show a traceback when something fails.")
    ] = False,
) -> None:
    """Handle the options that are given before the command."""
    if version:
        from w2v_cli import __version__

        print(f"w2v {__version__}")
        raise typer.Exit
    if debug:
        os.environ[DEBUG] = "1"


def main() -> None:
    """Run the program."""
    open_standard_streams()
    blas.keep_to_one_thread()
    # Also reports errors outside a command, such as those while the help is printed.
    with report_errors():
        app(prog_name="w2v")
