"""A state says which version and which chunks it is of, and no run goes on from another."""

from pathlib import Path

import numpy as np
import pytest

from tests.corpus.text import count_words, encode
from w2v_cli.config.config import Config
from w2v_cli.corpus.reading.tokenizer import LINE_END
from w2v_cli.errors import TrainingError
from w2v_cli.runs import checkpoints
from w2v_cli.runs.checkpoints import STATE, Checkpoints
from w2v_cli.storage import read_sealed, write_sealed
from w2v_cli.training.devices import Placement
from w2v_cli.training.loop import Trainer
from w2v_cli.training.position import Position
from w2v_cli.training.tables import Tables
from w2v_cli.vocabulary import build_vocabulary

CHUNK_TOKENS = 100


def tables() -> Tables:
    return Tables(np.array([3, 2, 1]), Config.of(dimension=4), Placement())


def saved(directory: Path, **changes: object) -> Path:
    """Save a state, and change what it says of itself."""
    Checkpoints(directory, CHUNK_TOKENS).save(tables(), Position(tokens=7, chunks=1, pairs=(1,)))
    (path,) = directory.iterdir()
    write_sealed(path / STATE, {**read_sealed(path / STATE), **changes})
    return directory


def test_a_state_of_our_own_is_taken(tmp_path: Path) -> None:
    position = Checkpoints(saved(tmp_path), CHUNK_TOKENS).restore(tables())
    assert (position.tokens, position.chunks) == (7, 1)


def test_a_state_of_other_chunks_is_refused_with_both_versions(tmp_path: Path) -> None:
    saved(tmp_path, w2v="0.0.9", chunk_tokens=50)
    with pytest.raises(TrainingError) as caught:
        Checkpoints(tmp_path, CHUNK_TOKENS).restore(tables())
    assert "a state of w2v 0.0.9, of format 2 with 50 words in a chunk" in str(caught.value)
    assert "this is w2v 0.1.0, of format 2 with 100" in str(caught.value)


def test_a_state_of_another_format_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(tmp_path)
    monkeypatch.setattr(checkpoints, "FORMAT", checkpoints.FORMAT + 1)
    with pytest.raises(TrainingError, match="go on with that version"):
        Checkpoints(tmp_path, CHUNK_TOKENS).restore(tables())


@pytest.mark.parametrize(
    "position",
    [
        Position(epoch=0, chunks=0, tokens=5),
        Position(epoch=1, chunks=0, tokens=11),
        Position(epoch=0, chunks=9, tokens=12),
    ],
    ids=["words without a chunk", "another text", "chunks that are not there"],
)
def test_a_position_that_no_run_on_this_text_comes_by_is_refused(
    tmp_path: Path, position: Position
) -> None:
    words = [["a", "b", "a", "c", LINE_END]] * 3  # 12 words
    vocabulary = build_vocabulary(count_words(words))
    corpus = encode(words, vocabulary, tmp_path, 1000)
    trainer = Trainer(corpus, vocabulary, Config.of(dimension=4), Placement())
    trainer.go_on_from(Position(epoch=1, tokens=12))
    with pytest.raises(TrainingError, match="the state of the run is after"):
        trainer.go_on_from(position)
