"""The recipe for items, on planted baskets and sessions: it finds more items than the defaults."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.planted_items import Kind, planted_lines
from w2v_cli.config.config import Config
from w2v_cli.config.sources import resolve
from w2v_cli.runs.train import train
from w2v_cli.vectors.next_item import SequenceScores
from w2v_cli.vectors.scores import evaluate

RECIPE = Path(__file__).parents[2] / "configs" / "items.yaml"

Score = Callable[..., SequenceScores]


@pytest.fixture(scope="module")
def score(tmp_path_factory: pytest.TempPathFactory) -> Score:
    """Return `score(kind, recipe=..., **settings)`, which trains, and scores other lines."""
    directory = tmp_path_factory.mktemp("items")
    for kind in ("baskets", "sessions"):
        for name, n, seed in ((kind, 10_000, 1), (f"{kind}-later", 1_000, 2)):
            lines = planted_lines(kind, n, seed)
            (directory / name).write_text("".join(f"{line}\n" for line in lines))

    def score(kind: Kind, recipe: Path | None = None, **settings: str) -> SequenceScores:
        flags = {
            "corpus": (str(directory / kind),),
            "output": str(directory / "model"),
            "dimension": "64",
            "threads": "1",
            **settings,
        }
        config: Config = resolve(flags, str(recipe) if recipe else None, environment={}).config
        vectors = train(config, overwrite=True)
        later = str(directory / f"{kind}-later")
        return evaluate(vectors, sequences=[later]).sequences[later]

    return score


def hit_rates(scores: SequenceScores) -> tuple[float, float, float]:
    assert scores.cosine
    assert scores.logit
    assert scores.popularity
    return scores.cosine.hit_rate, scores.logit.hit_rate, scores.popularity.hit_rate


@pytest.mark.long
def test_the_recipe_finds_more_items_of_baskets_than_the_defaults(score: Score) -> None:
    # Over three seeds: by cosine 37.2 against 31.5 %, by logit 41.8 against 37.2 %, sd below 1.
    cosine, logit, popularity = hit_rates(score("baskets", RECIPE))
    default_cosine, default_logit, _ = hit_rates(score("baskets"))
    assert cosine > default_cosine + 0.02
    assert logit > default_logit + 0.01
    assert min(cosine, logit) > 5 * popularity


@pytest.mark.long
def test_contexts_on_the_right_tell_what_comes_next_in_a_session(score: Score) -> None:
    # Over three seeds, by logit: 56.4 % with contexts on the right, 39.7 % with both sides.
    _, both_sides, popularity = hit_rates(score("sessions", RECIPE, window="5"))
    _, right, _ = hit_rates(score("sessions", RECIPE, window="5", window_left="0"))
    assert right > both_sides + 0.1
    assert both_sides > 5 * popularity
