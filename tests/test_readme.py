"""The README's commands and code run as they stand there."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from w2v_cli.config.sections import options

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
Run = Callable[..., CompletedProcess[str]]


def fenced(section: str) -> list[tuple[str, str]]:
    """Return the language and the text of each block of code in a section."""
    text = README.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return re.findall(r"^```(\w*)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


PYTHON = fenced("From Python")


@pytest.fixture(scope="module")
def readme_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where examples run, with the sample corpus."""
    directory = tmp_path_factory.mktemp("readme")
    (directory / "data").symlink_to(ROOT / "data")
    return directory


@pytest.fixture(scope="module")
def names(readme_directory: Path, run_w2v: Run) -> Iterator[dict[str, object]]:
    """Run the first example and the commands of the section; yield what the example defines."""
    defined: dict[str, object] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(readme_directory)
        exec(PYTHON[0][1], defined)
        for language, text in PYTHON:
            if not language:
                finished = run_w2v(*text.split()[1:], cwd=readme_directory)
                assert finished.returncode == 0, finished.stderr
        yield defined


def test_the_first_python_example_trains(names: dict[str, object]) -> None:
    assert names["vectors"]["paris"].shape == (32,)  # type: ignore[index]


@pytest.mark.usefixtures("names")  # trains the model
@pytest.mark.parametrize("line", fenced("Asking")[0][1].splitlines())
def test_the_questions_of_the_readme_have_answers(
    run_w2v: Run, readme_directory: Path, line: str
) -> None:
    command, _, from_file = line.partition(" < ")
    words = "paris\nmonday\n" if from_file else None
    variables = {"W2V_MODEL": "model"}
    arguments = command.split()[1:]
    finished = run_w2v(*arguments, cwd=readme_directory, env=variables, input=words)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout


@pytest.mark.readers
@pytest.mark.filterwarnings("ignore")  # of other programs' libraries
@pytest.mark.parametrize(
    "example",
    [text for language, text in PYTHON[1:] if language],
    ids=lambda text: str(re.findall(r"^(?:import|from) (\w+)", text, re.MULTILINE)[-1]),
)
def test_examples_of_other_libraries_run(names: dict[str, object], example: str) -> None:
    for library in re.findall(r"^(?:import|from) (\w+)", example, re.MULTILINE):
        pytest.importorskip(library, reason=f"{library} is not installed; see make test-readers")
    exec(example, names)


def test_every_flag_in_the_readme_exists(run_w2v: Run) -> None:
    commands = re.findall(r"^  ([a-z][\w-]*)  ", run_w2v("--help").stdout, re.MULTILINE)
    helps = "".join(run_w2v(command, "--help").stdout for command in commands)
    helps += run_w2v("--help").stdout
    flags = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README))
    assert {flag for flag in flags if flag not in helps} == set()


def test_every_command_is_in_the_readme(run_w2v: Run) -> None:
    commands = re.findall(r"^  ([a-z][\w-]*)  ", run_w2v("--help").stdout, re.MULTILINE)
    assert "train" in commands
    assert [command for command in commands if f"`w2v {command}" not in README] == []


def test_the_table_of_names_states_the_defaults() -> None:
    stated = re.findall(r"^\| `(--[a-z-]+) ([\d.e-]+)`", README, re.MULTILINE)
    assert len(stated) > 8
    known = options().values()
    actual = {option.flag: option.default for option in known}
    assert {flag: float(value) for flag, value in stated} == {
        flag: actual[flag] for flag, _ in stated
    }


def test_the_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"make (\w+)", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
