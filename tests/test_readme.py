"""The README's commands and code run as they stand there."""

import re
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from w2v_cli.config import options

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
Run = Callable[..., CompletedProcess[str]]


def test_the_python_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").symlink_to(ROOT / "data")
    monkeypatch.chdir(tmp_path)
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names: dict[str, object] = {}
    exec(example, names)
    vectors = names["vectors"]
    assert vectors["paris"].shape == (32,)  # type: ignore[index]


def test_every_flag_in_the_readme_exists(run_w2v: Run) -> None:
    commands = re.findall(r"^  (\w+)  ", run_w2v("--help").stdout, re.MULTILINE)
    helps = "".join(run_w2v(command, "--help").stdout for command in commands)
    helps += run_w2v("--help").stdout
    flags = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README))
    assert {flag for flag in flags if flag not in helps} == set()


def test_every_command_is_in_the_readme(run_w2v: Run) -> None:
    commands = re.findall(r"^  (\w+)  ", run_w2v("--help").stdout, re.MULTILINE)
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
