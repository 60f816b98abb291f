"""Losses on held-out text: both engines learn the same, and objectives can be compared."""

import gzip
from pathlib import Path

import pytest

from w2v_cli import train
from w2v_cli.config.config import Config

TEXT = Path(__file__).parents[3] / "shared" / "corpora" / "wiki-300k.txt.gz"
SAMPLE = Path(__file__).parents[2] / "data" / "sample.txt"


@pytest.mark.long
@pytest.mark.skipif(not TEXT.is_file(), reason=f"needs the text {TEXT.name} beside the project")
@pytest.mark.parametrize("settings", [{"learning_rate": 0.03}, {"optimizer": "sgd"}], ids=str)
def test_both_engines_have_the_same_loss_within_a_percent(
    tmp_path: Path, settings: dict[str, object]
) -> None:
    text = tmp_path / "text.txt"
    text.write_bytes(gzip.decompress(TEXT.read_bytes()))
    losses = []
    for engine in ("pairs", "blocks"):
        model = tmp_path / engine
        config = Config.of(
            corpus=str(text), output=str(model), engine=engine, holdout=0.05, **settings
        )
        found = train(config).model
        assert found is not None
        softmax = found.manifest["evaluation"]["held_out"]["softmax"]
        # A model of 300 thousand words is hardly better than the frequencies of the words.
        assert softmax["cross_entropy"] < 1.01 * softmax["unigram"] < softmax["uniform"]
        losses.append(softmax["cross_entropy"])
    assert losses[0] == pytest.approx(losses[1], rel=0.01)


@pytest.mark.long
def test_losses_on_held_out_text_can_be_compared_between_objectives(tmp_path: Path) -> None:
    losses = {}
    for objective in ("negative_sampling", "sampled_softmax", "nce", "sampled_logistic"):
        config = Config.of(
            corpus=SAMPLE, output=tmp_path / objective, objective=objective, holdout=0.05
        )
        found = train(config).model
        assert found is not None
        softmax = found.manifest["evaluation"]["held_out"]["softmax"]
        losses[objective] = softmax["cross_entropy"]
        assert losses[objective] < 0.8 * softmax["unigram"], losses
    assert max(losses.values()) < 1.1 * min(losses.values()), losses
