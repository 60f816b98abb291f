"""Counters and sums of a run stay exact, or nearly so, however long it is."""

import math

import numpy as np
import pytest

from w2v_cli.training.position import Position


@pytest.mark.parametrize("start", [2**31, 2**32, 2**53])
def test_counters_are_exact_beyond_every_width(start: int) -> None:
    position = Position(
        chunks=5, tokens=start - 1, loss_sums=(1.0,), pairs=(start - 2,), weights=(start - 2,)
    )
    for _ in range(4):
        position = position.after(
            chunks=1, tokens=1, loss=0.5, pairs=3, weight=3, elapsed_s=1, ends_epoch=False
        )
    assert (position.tokens, position.pairs, position.chunks) == (start + 3, (start + 10,), 9)
    assert position.loss_by_epoch == [3.0 / (start + 10)]


def test_sums_of_a_thousand_million_losses_are_those_of_exact_arithmetic() -> None:
    # 20,000 chunks of 50,000 pairs, as an epoch of 2,000 million words has.
    chunks, pairs = 20_000, 50_000
    losses = (np.random.default_rng(1).gamma(2, 1.7, chunks) * pairs).tolist()
    position = Position()
    for loss in losses:
        position = position.after(
            chunks=1,
            tokens=1,
            loss=loss,
            pairs=pairs,
            weight=pairs,
            elapsed_s=1,
            ends_epoch=False,
        )
    assert position.pairs == (10**9,)
    assert position.loss_by_epoch[0] == pytest.approx(math.fsum(losses) / 10**9, rel=1e-9)


def test_epochs_are_summed_apart() -> None:
    position = Position()
    for loss, ends_epoch in ((1.0, False), (2.0, True), (5.0, True)):
        position = position.after(
            chunks=1,
            tokens=10,
            loss=loss,
            pairs=2,
            weight=0.5,
            elapsed_s=1,
            ends_epoch=ends_epoch,
        )
    assert (position.epoch, position.chunks, position.tokens) == (2, 0, 30)
    assert (position.pairs, position.weights) == ((4, 2), (1.0, 0.5))
    assert position.loss_by_epoch == [3.0, 10.0]


def test_a_position_of_a_version_without_weights_has_the_weight_of_its_pairs() -> None:
    saved = {"epoch": 1, "chunks": 0, "tokens": 9, "loss_sums": [6.0], "pairs": [4]}
    assert Position.from_json(saved).loss_by_epoch == [1.5]
