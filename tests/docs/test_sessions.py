"""Every command and every Python snippet of the documents runs as it stands there."""

import re
import shlex
from pathlib import Path

import pytest

from docs.build import ROOT, blocks, documents, steps
from tests.docs.sessions import Sessions, commands_of

WITH_COMMANDS = [path for path in documents() if commands_of(path)]
PYTHON = ROOT / "docs" / "python.md"
SNIPPETS = [b.text for b in blocks(PYTHON.read_text(encoding="utf-8")) if b.language == "python"]
OF_TEXT_ALONE = ("w2v vocab", "w2v phrases", "w2v config")
"""Commands whose output does not depend on a trained model, and so is the same here and there."""


def named(path: Path) -> str:
    return path.stem


def libraries_of(snippet: str) -> list[str]:
    imported: list[str] = re.findall(r"^(?:import|from) (\w+)", snippet, re.MULTILINE)
    return imported


@pytest.mark.parametrize("document", WITH_COMMANDS, ids=named)
def test_the_commands_of_a_document_run_and_print_about_a_text_what_it_shows(
    sessions: Sessions, document: Path
) -> None:
    for block in blocks(document.read_text(encoding="utf-8")):
        for command, output in steps(block):
            printed = sessions.run(command)
            if block.language == "console" and command.startswith(OF_TEXT_ALONE):
                assert printed == output, f"{command}: run `make docs`"


def test_only_the_page_on_python_has_snippets() -> None:
    others = [path for path in documents() if path != PYTHON]
    assert [p for p in others if "```python" in p.read_text(encoding="utf-8")] == []


@pytest.fixture(scope="module")
def names(sessions: Sessions) -> dict[str, object]:
    """Return what the first snippet of the page defines, after the commands of the page."""
    defined: dict[str, object] = {}
    for command in commands_of(PYTHON):
        sessions.run(command)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(sessions.directory)
        exec(SNIPPETS[0], defined)
    return defined


def test_the_first_snippet_trains(names: dict[str, object]) -> None:
    assert names["vectors"]["paris"].shape == (32,)  # type: ignore[index]


@pytest.mark.parametrize("snippet", [s for s in SNIPPETS[1:] if libraries_of(s) == ["w2v_cli"]])
@pytest.mark.usefixtures("in_sessions")
def test_snippets_of_w2v_run(names: dict[str, object], snippet: str) -> None:
    exec(snippet, names)


@pytest.mark.readers
@pytest.mark.filterwarnings("ignore")  # of other programs' libraries
@pytest.mark.parametrize(
    "snippet",
    [s for s in SNIPPETS if "w2v_cli" not in libraries_of(s)],
    ids=lambda snippet: libraries_of(snippet)[-1],
)
@pytest.mark.usefixtures("in_sessions")
def test_snippets_of_other_libraries_run(names: dict[str, object], snippet: str) -> None:
    for library in libraries_of(snippet):
        pytest.importorskip(library, reason=f"{library} is not installed; see make test-readers")
    exec(snippet, names)


def test_the_commands_of_make_demo_are_those_of_the_session() -> None:
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\ndemo:")[2]
    demo = [
        shlex.split(line)[1] for line in recipe.split("\n\n")[0].splitlines() if "/w2v " in line
    ]
    session = [shlex.split(command)[1] for command in commands_of(documents()[0])]
    assert demo == session
