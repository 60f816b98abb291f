"""Run the commands of the documents one after the other in one directory."""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

from docs.build import blocks, shell, steps
from tests.in_process import run_in_process

SHELL = frozenset("|<>&;")
"""Characters that need a shell; the documents use none of them inside words."""


def commands_of(document: Path) -> list[str]:
    """Return the commands of a document in order."""
    text = document.read_text(encoding="utf-8")
    return [step.command for block in blocks(text) for step in steps(block)]


class Sessions:
    """A directory, and what was run in it.

    Attributes:
        directory: where commands run.
    """

    def __init__(self, directory: Path, environment_of_training: Mapping[str, str]) -> None:
        self.directory = directory
        self._environment_of_training = environment_of_training
        self._printed: dict[str, str] = {}

    def run(self, command: str) -> str:
        """Run a command that must succeed and return all that it prints.

        A command that was run before is not run again: what it writes is there already.
        """
        if command not in self._printed:
            self._printed[command] = self._run(command)
        return self._printed[command]

    def _run(self, command: str) -> str:
        if not command.startswith("w2v ") or SHELL & set(command):
            return shell(self.directory)(command)
        # Training too is run in this process: every run here has the same devices and threads.
        is_training = command.startswith("w2v train")
        return self._run_here(command, self._environment_of_training if is_training else {})

    def _run_here(self, command: str, added: Mapping[str, str]) -> str:
        inherited = {name: text for name, text in os.environ.items() if not name.startswith("W2V_")}
        arguments = shlex.split(command)[1:]
        done = run_in_process(arguments, self.directory, {**inherited, **added}, input=None)
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        return done.stderr + done.stdout
