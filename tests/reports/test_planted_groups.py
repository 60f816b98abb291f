"""The groups that are planted in the sample corpus lie apart on the map of its words."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from w2v_cli.reports.layout.nearness import nearest_on_map
from w2v_cli.reports.word_map import draw_map
from w2v_cli.vectors.loading import load_vectors

Run = Callable[..., subprocess.CompletedProcess[str]]

ROOT = Path(__file__).parents[2]
TABLES = (
    "animal", "colour", "country", "day", "food", "instrument", "material", "month", "number",
    "profession", "sport", "vehicle",
)  # fmt: skip


def planted_groups() -> dict[str, str]:
    """Return the first words of the facts and their tables, without words of two tables."""
    found: dict[str, list[str]] = {}
    for table in TABLES:
        lines = (ROOT / "data" / "facts" / f"{table}.tsv").read_text().splitlines()[1:]
        for line in lines:
            found.setdefault(line.split("\t")[0].split("|")[0], []).append(table)
    return {word: tables[0] for word, tables in found.items() if len(tables) == 1}


@pytest.mark.long
def test_planted_groups_of_the_sample_lie_apart(run_w2v: Run, tmp_path: Path) -> None:
    small = ROOT / "configs" / "small.yaml"
    sample = ROOT / "data" / "sample.txt"
    done = run_w2v("train", sample, "--config", small, "-o", tmp_path / "model")
    assert done.returncode == 0, done.stderr
    vectors = load_vectors(tmp_path / "model")
    drawn = draw_map(vectors, range(len(vectors)))
    groups = planted_groups()
    planted = [id for id, word in enumerate(drawn.words) if word in groups]
    of = np.array([groups[drawn.words[id]] for id in planted])
    assert len(planted) > 250

    # Of the 5 planted words that are nearest on the map to a planted word, how many are of its
    # group? By chance it is the chance that two words are of one group.
    near = nearest_on_map(drawn.places[planted], 5)
    same = float((of[near] == of[:, np.newaxis]).mean())
    by_chance = float((of[:, np.newaxis] == of).mean())
    print(f"same group: {same:.3f}, by chance: {by_chance:.3f}")
    assert same > 0.8
    assert by_chance < 0.15
