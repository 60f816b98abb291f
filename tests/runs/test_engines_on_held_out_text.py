"""Both engines learn the same: their losses on held-out text are alike."""

import gzip
from pathlib import Path

import pytest

from w2v_cli import train
from w2v_cli.config.config import Config

TEXT = Path(__file__).parents[3] / "shared" / "corpora" / "wiki-300k.txt.gz"


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
