"""The recipes in `configs` load, give a reason for each line, and state nothing needlessly."""

import re
from pathlib import Path

import pytest

from w2v_cli.config.config import Config
from w2v_cli.config.sources import read_yaml, resolve

RECIPES = sorted((Path(__file__).parent.parent / "configs").glob("*.yaml"))


@pytest.fixture(params=RECIPES, ids=lambda path: path.stem)
def recipe(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_there_are_recipes() -> None:
    assert RECIPES


def test_a_recipe_loads_and_differs_from_the_defaults(recipe: Path) -> None:
    assert resolve({}, str(recipe), environment={}).config != Config()


def test_a_recipe_begins_by_saying_what_it_is_for(recipe: Path) -> None:
    assert re.match(r"# \S+ \S+", recipe.read_text(encoding="utf-8"))


def test_each_line_that_sets_an_option_gives_a_reason(recipe: Path) -> None:
    lines = recipe.read_text(encoding="utf-8").splitlines()
    for key, (_, number) in read_yaml(recipe).items():
        # `key: value  # reason`, the reason of two words or more.
        assert re.fullmatch(rf"{key}: \S+ +# \S+ \S.*", lines[number - 1]), lines[number - 1]


def test_a_recipe_states_only_what_differs_from_the_default(recipe: Path) -> None:
    # Without the line the configuration would be another one; this sees defaults that depend on
    # other options too, such as the learning rate.
    values = {key: value for key, (value, _) in read_yaml(recipe).items()}
    whole = Config.of(**values)
    needless = [
        key
        for key in values
        if Config.of(**{other: values[other] for other in values if other != key}) == whole
    ]
    assert needless == []
