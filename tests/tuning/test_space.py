"""Which settings can be compared, and how they are written down."""

from pathlib import Path

import pytest

from w2v_cli.config.config import Config
from w2v_cli.errors import ConfigError
from w2v_cli.tuning.space import Measure, Space, default_space, read_space


def written(directory: Path, text: str) -> Path:
    path = directory / "space.yaml"
    path.write_text(text)
    return path


def test_every_combination_is_tried_and_values_are_read_as_on_the_command_line(
    tmp_path: Path,
) -> None:
    space = read_space(
        written(tmp_path, "num_sampled: [16, 64]\nlearning_rate: [1e-3, none, 1e-3]\n")
    )
    assert space.settings == [
        {"num_sampled": 16, "learning_rate": 0.001},
        {"num_sampled": 16, "learning_rate": None},
        {"num_sampled": 64, "learning_rate": 0.001},
        {"num_sampled": 64, "learning_rate": None},
    ]


def test_without_a_space_noise_words_and_rates_around_the_default_are_tried() -> None:
    space = default_space(Config.of(learning_rate=0.06))
    assert space.values["learning_rate"] == (0.03, 0.06, 0.12)
    assert len(space.settings) == 9
    space.check("loss", Config())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("num_sampled: 16\n", r"space.yaml:1: num_sampled must be a list of values"),
        ("num_sampled: []\n", r"space.yaml:1: num_sampled must be a list of values"),
        ("\nnum_sampled: [16, x]\n", r"space.yaml:2: num_sampled must be a whole number"),
        ("num_sampeld: [16]\n", r"space.yaml:1: unknown option num_sampeld.*num_sampled"),
        ("", r"space.yaml: no options; expected lines such as"),
    ],
)
def test_a_wrong_file_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read_space(written(tmp_path, text))


@pytest.mark.parametrize(
    ("values", "by", "message"),
    [
        ({"window": (2, 5)}, "loss", "held-out losses of several window cannot be compared"),
        ({"min_count": (2, 5)}, "loss", "held-out losses of several min_count cannot be compared"),
        ({"threads": (1, 2)}, "pairs", "threads cannot be tried"),
        ({"output": ("a", "b")}, "pairs", "output cannot be tried"),
        ({"time_budget": ("1m", "2m")}, "pairs", "time_budget cannot be tried"),
        ({"seed": tuple(range(1001))}, "loss", "the space has 1,001 combinations; 1,000 at most"),
        (
            {"engine": ("blocks",), "sampler": ("learned_unigram",)},
            "loss",
            "use it with engine pairs",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(
    values: dict[str, tuple[object, ...]], by: Measure, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        Space(values).check(by, Config())


def test_windows_can_be_compared_by_scores() -> None:
    Space({"window": (2, 5), "objective": ("nce", "negative_sampling")}).check("pairs", Config())
