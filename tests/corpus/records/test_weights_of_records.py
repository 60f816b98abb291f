"""A text of records with weights is the same as a text of lines with a file of weights."""

import json
from pathlib import Path

import numpy as np
import pytest

from w2v_cli.config.config import Config
from w2v_cli.corpus.preparation import prepare
from w2v_cli.corpus.prepared_text import PreparedText
from w2v_cli.errors import ConfigError


def prepared(directory: Path, **options: object) -> PreparedText:
    directory.mkdir()
    return prepare(Config.of(min_count=1, **options), directory, lambda _: None)


@pytest.mark.parametrize("n_lines", [60, 6_000])
def test_weights_lie_beside_the_sentences_of_their_records(tmp_path: Path, n_lines: int) -> None:
    random = np.random.default_rng(0)
    lines = [" ".join(random.choice(list("abcdef"), size=n % 7)) for n in range(n_lines)]
    weights = random.integers(0, 8, size=n_lines) / 4
    (tmp_path / "text").write_text("".join(f"{line}\n" for line in lines))
    (tmp_path / "weights").write_text("".join(f"{weight}\n" for weight in weights))
    rows = [{"t": t, "w": w} for t, w in zip(lines, weights.tolist(), strict=True)]
    (tmp_path / "rows").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    corpus = {"corpus": str(tmp_path / "text"), "weights": str(tmp_path / "weights")}
    plain = prepared(tmp_path / "plain", **corpus)
    records = {"corpus": str(tmp_path / "rows"), "field": "t", "weight_field": "w"}
    of_records = prepared(tmp_path / "records", **records)
    assert of_records.files == plain.files
    assert of_records.lines == plain.lines
    assert of_records.lines.weight == pytest.approx(weights.sum())


def test_a_weight_field_needs_records_and_no_other_weights() -> None:
    with pytest.raises(ConfigError, match="weight_field needs field"):
        Config.of(weight_field="w")
    with pytest.raises(ConfigError, match="give one of them"):
        Config.of(field="t", weight_field="w", weights="weights.txt")
