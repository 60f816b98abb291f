"""Processes that train beside trial steps."""

import os
from pathlib import Path

import pytest

from w2v_cli.config.config import Config
from w2v_cli.corpus.preparation import prepare
from w2v_cli.errors import TrainingError
from w2v_cli.planning.companions import companions

SAMPLE = Path(__file__).parents[2] / "data" / "sample.txt"


def children() -> set[int]:
    """Return the process ids of the children of this process that live."""
    own = os.getpid()
    found = Path(f"/proc/{own}/task/{own}/children").read_text().split()
    return {int(child) for child in found}


@pytest.mark.long
def test_they_train_and_end_with_the_block(tmp_path: Path) -> None:
    config = Config.of(corpus=str(SAMPLE), epochs=1000, dimension=8, threads=1)
    prepare(config, tmp_path, lambda line: None)
    before = children()
    with companions(2, config, tmp_path, chunk_tokens=50_000) as started:
        started.wait()
        assert len(children() - before) == 2
    assert children() <= before


@pytest.mark.long
def test_one_that_cannot_train_is_an_error(tmp_path: Path) -> None:
    config = Config.of(corpus=str(SAMPLE))
    with (
        companions(1, config, tmp_path / "no text", chunk_tokens=1) as started,
        pytest.raises(TrainingError, match=r"process \d+\) has ended; plan with --seconds 0"),
    ):
        started.wait()


def test_none_are_waited_for_where_there_are_none(tmp_path: Path) -> None:
    before = children()
    with companions(0, Config(), tmp_path, chunk_tokens=1) as started:
        started.wait()
        assert children() == before
