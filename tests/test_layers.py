"""Which room may import which: corpus -> training -> vectors -> runs -> reports -> commands."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import w2v_cli

PACKAGE = Path(w2v_cli.__file__).parent

BASE = {
    "errors", "tar", "archives", "byte_order_mark", "storage", "word_counts", "vocabulary",
    "noise",
    "control_groups", "memory", "cores", "blas", "__version__",
}  # fmt: skip
"""Single files that several rooms use; each may import those that stand before it."""

ROOMS = {
    "errors": set[str](),
    "tar": set[str](),
    "archives": {"tar"},
    "byte_order_mark": set[str](),
    "blas": set[str](),
    "platforms": set[str](),
    "control_groups": set[str](),
    "process_age": set[str](),
    "cores": {"control_groups"},
    "memory": {"control_groups"},
    "storage": {"errors"},
    "word_counts": set[str](),
    "vocabulary": {"errors", "word_counts"},
    "noise": {"errors"},
    "config": {"errors", "cores", "config"},
    "corpus": {*BASE, "config", "corpus"} - {"blas"},
    "training": {*BASE, "config", "corpus", "training"} - {"blas"},
    # Answers come from a model's files: neither a text nor TensorFlow is needed for them.
    "vectors": {*BASE, "config", "vectors"},
    # The connection and the rule of several workers; the loop of training knows only a protocol.
    "workers": {"errors", "cores", "config", "training", "workers"},
    "planning": {*BASE, "config", "corpus", "training", "workers", "planning"} - {"blas"},
    "runs": {*BASE, "config", "corpus", "training", "vectors", "workers", "planning", "runs"}
    - {"blas"},
    # Pictures of what a run left in its directory, and of the noise that its settings mean.
    "reports": {*BASE, "config", "corpus", "vectors", "runs", "reports"} - {"blas"},
    "tuning": {*BASE, "config", "corpus", "training", "vectors", "workers", "planning", "runs"}
    - {"blas"}
    | {"tuning"},
    "terminal": {*BASE, "config", "training", "vectors", "runs", "terminal"} - {"blas"},
    "cli": {"blas", "commands", "terminal", "__version__"},
    "__main__": {"platforms", "cli"},
    # Only for type checkers: at run time the names are looked up when they are used.
    "__init__": {"platforms", "config", "errors", "vectors", "runs"},
}
"""Part of the package -> the parts it may import; commands may import all but cli."""

BASE_WITHOUT_LIBRARIES = (
    "errors", "blas", "platforms", "control_groups", "process_age", "cores", "memory", "storage",
)  # fmt: skip

LIBRARIES = {
    **{key: set[str]() for key in BASE_WITHOUT_LIBRARIES},
    "__init__": set[str](),
    "tar": set[str](),
    "archives": {"zstandard"},
    "byte_order_mark": set[str](),
    "word_counts": {"numpy"},
    "vocabulary": {"numpy"},
    "noise": {"numpy"},
    "config": {"yaml"},
    "corpus": {"numpy", "pyarrow", "fsspec"},  # the last two only where a file needs them
    "training": {"numpy", "tensorflow"},
    "vectors": {"numpy", "pyarrow", "safetensors"},  # the last two only where a file needs them
    "workers": {"numpy", "tensorflow"},
    "planning": {"numpy"},
    "tuning": {"numpy", "yaml"},
    "runs": {"numpy"},
    "reports": {"numpy", "matplotlib", "sklearn", "umap"},  # the last three only where asked for
    "terminal": {"tqdm", "typer"},
    "commands": {"typer"},
    "cli": {"typer"},
}


def imported(source: str) -> Iterator[str]:
    """Yield the dotted name of everything a module imports, wherever in it.

    >>> list(imported("import a.b, c; from d import e"))
    ['a.b', 'c', 'd.e']
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name the whole path"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
            ("import_module", "__import__")
        ):
            yield "importlib.import_module()"


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def modules(*rooms: str) -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if not rooms or room(path) in rooms]


def imports_of(path: Path) -> list[str]:
    return list(imported(path.read_text(encoding="utf-8")))


def rooms_of(names: list[str]) -> set[str]:
    own = [name.split(".") for name in names if name.split(".")[0] == "w2v_cli"]
    return {parts[1] if len(parts) > 1 else "w2v_cli" for parts in own}


def named(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


@pytest.mark.parametrize(
    "source",
    [
        "import w2v_cli.commands.train",
        "import w2v_cli.commands as programs",
        "from w2v_cli import commands",
        "from w2v_cli.commands import train",
        "from w2v_cli.commands.train import train",
        "def late():\n    from w2v_cli.commands import train",
        "try:\n    import w2v_cli.commands\nexcept ImportError:\n    pass",
        "if TYPE_CHECKING:\n    from w2v_cli.commands.train import train",
    ],
)
def test_an_import_is_seen_in_every_spelling(source: str) -> None:
    assert rooms_of(list(imported(source))) == {"commands"}


def test_every_part_of_the_package_is_known_here() -> None:
    assert {room(path) for path in modules()} == {*ROOMS, "commands"}


@pytest.mark.parametrize("path", modules(*ROOMS), ids=named)
def test_a_module_imports_only_what_its_part_may_see(path: Path) -> None:
    assert rooms_of(imports_of(path)) <= ROOMS[room(path)]


@pytest.mark.parametrize("path", modules(*LIBRARIES), ids=named)
def test_a_module_needs_only_the_libraries_of_its_part(path: Path) -> None:
    libraries = {name.split(".")[0] for name in imports_of(path)}
    assert libraries - sys.stdlib_module_names - {"w2v_cli"} <= LIBRARIES[room(path)]


def test_every_file_of_commands_is_one_command() -> None:
    from w2v_cli.cli import COMMANDS

    names = {command.__name__ for command in COMMANDS}
    assert {path.stem for path in modules("commands")} - {"__init__"} == names


def test_a_run_knows_no_terminal() -> None:
    written = [
        path
        for path in modules(
            "runs", "planning", "corpus", "training", "vectors", "reports", "tuning"
        )
        if says(path)
    ]
    assert written == []


def says(path: Path) -> bool:
    """Return whether a module prints, or reads what was typed."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    names = {ast.unparse(call.func) for call in calls}
    return bool(names & {"print", "input", "sys.stdout.write", "sys.stderr.write"})


def test_only_the_program_imports_commands() -> None:
    others = [path for path in modules() if room(path) not in ("commands", "cli", "__init__")]
    assert len(others) > 15
    assert [path for path in others if "commands" in rooms_of(imports_of(path))] == []
    assert "commands" in rooms_of(imports_of(PACKAGE / "cli.py"))


def test_commands_do_not_import_the_program() -> None:
    assert [p for p in modules("commands") if "cli" in rooms_of(imports_of(p))] == []


def test_the_package_itself_imports_its_parts_only_for_type_checkers() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    tree.body = [node for node in tree.body if not isinstance(node, ast.If)]
    assert rooms_of(list(imported(ast.unparse(tree)))) == {"platforms"}


def test_modules_are_imported_by_name_only_in_the_package_itself() -> None:
    by_name = [path for path in modules() if "importlib.import_module()" in imports_of(path)]
    assert by_name == [PACKAGE / "__init__.py"]
