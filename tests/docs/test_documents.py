"""What the documents name exists, and what they state is so."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from docs.build import CLI, README, ROOT, blocks, documents, with_reference
from tests.in_process import run_in_process
from w2v_cli.cli import app

PACKAGE = ROOT / "w2v_cli"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
LINKED = [
    *documents(),
    *(ROOT / name for name in ("CONTRIBUTING.md", "CHANGELOG.md", "benchmarks/README.md")),
    ROOT / "data" / "README.md",
]
LANGUAGES = {"console", "sh", "python", "text"}


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def commands() -> dict[str, Any]:
    program: Any = typer.main.get_command(app)
    found: dict[str, Any] = program.commands
    return found


def flags() -> set[str]:
    program: Any = typer.main.get_command(app)
    parameters = [*program.params, *(p for each in commands().values() for p in each.params)]
    return {flag for each in parameters for flag in (*each.opts, *each.secondary_opts)} | {"--help"}


def anchors(document: str) -> set[str]:
    r"""Return what GitHub names the headings of a document.

    >>> sorted(anchors("# Two words\n## `w2v` and: more"))
    ['two-words', 'w2v-and-more']
    """
    headings = re.findall(r"^#+ (.+)$", document, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(document: str) -> Iterator[str]:
    """Yield the targets of links to other files and to headings."""
    for target in re.findall(r"\]\(([^)\s]+)\)", document):
        if "://" not in target:
            yield target


@pytest.mark.parametrize("path", LINKED, ids=named)
def test_links_lead_somewhere(path: Path) -> None:
    for target in links(read(path)):
        name, _, heading = target.partition("#")
        linked = (path.parent / name).resolve() if name else path
        assert linked.exists(), target
        assert not heading or heading in anchors(read(linked)), target


@pytest.mark.parametrize("path", [*documents(), CONTRIBUTING], ids=named)
def test_every_module_that_is_named_exists(path: Path) -> None:
    modules = re.findall(r"`([\w/]+\.py)`", read(path))
    found = [name for name in modules if (ROOT / name).exists() or (PACKAGE / name).exists()]
    assert modules == found


@pytest.mark.parametrize("path", [*documents(), CONTRIBUTING], ids=named)
def test_the_language_of_each_block_says_what_happens_to_it(path: Path) -> None:
    unknown = [block for block in blocks(read(path)) if block.language not in LANGUAGES]
    assert unknown == []
    assert read(path).count("\n```") == 2 * len(blocks(read(path)))


@pytest.mark.parametrize("path", documents(), ids=named)
def test_every_flag_that_is_named_exists(path: Path) -> None:
    own = re.sub(r"^tensorboard .*$", "", read(path), flags=re.MULTILINE)
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", own)) <= flags()


def test_every_command_is_in_the_readme() -> None:
    assert "train" in commands()
    assert [name for name in commands() if f"| `w2v {name}` |" not in read(README)] == []


def test_the_page_of_commands_is_what_the_commands_say() -> None:
    assert read(CLI) == with_reference(read(CLI)), "run `make docs`"


def test_every_page_is_listed_in_the_readme() -> None:
    pages = {named(path) for path in documents() if path != README}
    assert pages <= set(links(read(README)))


def test_the_table_of_names_states_the_defaults() -> None:
    table = read(ROOT / "docs" / "coming-from-gensim.md")
    stated = re.findall(r"^\| `--([a-z-]+) ([\d.e-]+)`", table, re.MULTILINE)
    assert len(stated) > 8
    printed = run_in_process(["config"], None, {}, None).stdout
    # A default that is derived stands in the comment.
    defaults = yaml.safe_load(re.sub(r"null +# default: ", "", printed))
    actual = {flag: defaults[flag.replace("-", "_")] for flag, _ in stated}
    assert {flag: float(value) for flag, value in stated} == actual


@pytest.mark.parametrize("path", [*documents(), CONTRIBUTING], ids=named)
def test_the_make_targets_that_are_named_exist(path: Path) -> None:
    makefile = read(ROOT / "Makefile")
    for words in re.findall(r"`?make ((?:[a-z-]+ ?)+)(?:`|    #)", read(path)):
        for target in words.split():
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
