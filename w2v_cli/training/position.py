"""The position of a run: with the tables, all that is needed to resume the run."""

from dataclasses import dataclass, replace
from typing import Any

from w2v_cli.config.run_lengths import Decision


@dataclass(frozen=True)
class Position:
    """A point between two rounds, or between two chunks where a run has one worker.

    Attributes:
        epoch: number of finished epochs.
        chunks: number of finished chunks of the current epoch.
        tokens: in-vocabulary tokens passed so far in all epochs, counted before subsampling.
        loss_sums: sum of the pairs' losses in each epoch so far, in nats.
        pairs: number of pairs in each epoch so far.
        weights: sum of the pairs' weights in each epoch so far.
        elapsed_s: seconds of training so far.
        rounds: number of finished rounds, see `peers`.
        decisions: how long the run is, as decided so far during the run; see `run_length`.
    """

    epoch: int = 0
    chunks: int = 0
    tokens: int = 0
    loss_sums: tuple[float, ...] = ()
    pairs: tuple[int, ...] = ()
    weights: tuple[float, ...] = ()
    elapsed_s: float = 0.0
    rounds: int = 0
    decisions: tuple[Decision, ...] = ()

    def after(
        self,
        *,
        chunks: int,
        tokens: int,
        loss: float,
        pairs: int,
        weight: float,
        elapsed_s: float,
        ends_epoch: bool,
    ) -> "Position":
        """Return the position after the next round.

        Args:
            chunks: number of chunks of the round.
            tokens: number of tokens of these chunks, counted before subsampling.
            loss: sum of the losses of their pairs, in nats.
            pairs: number of their pairs.
            weight: sum of the weights of their pairs.
            elapsed_s: seconds of training from the start of the run to the end of the round.
            ends_epoch: whether the round is the last one of its epoch.

        >>> done = Position().after(
        ...     chunks=1, tokens=9, loss=2.5, pairs=4, weight=4, elapsed_s=0.1, ends_epoch=True
        ... )
        >>> done.epoch, done.chunks, done.tokens, done.loss_sums, done.pairs, done.rounds
        (1, 0, 9, (2.5,), (4,), 1)
        """
        earlier = slice(0, self.epoch)
        return replace(
            self,
            epoch=self.epoch + ends_epoch,
            chunks=0 if ends_epoch else self.chunks + chunks,
            tokens=self.tokens + tokens,
            loss_sums=(*self.loss_sums[earlier], sum(self.loss_sums[self.epoch :]) + loss),
            pairs=(*self.pairs[earlier], sum(self.pairs[self.epoch :]) + pairs),
            weights=(*self.weights[earlier], sum(self.weights[self.epoch :]) + weight),
            elapsed_s=elapsed_s,
            rounds=self.rounds + 1,
        )

    @classmethod
    def from_json(cls, saved: dict[str, Any]) -> "Position":
        """Return the position whose `dataclasses.asdict` was written as JSON and read again."""
        # States of versions without weights have none.
        saved = {"weights": saved["pairs"], **saved}
        lists = {name: tuple(saved[name]) for name in ("loss_sums", "pairs", "weights")}
        decisions = tuple((start, total) for start, total in saved.get("decisions", ()))
        return cls(**{**saved, **lists, "decisions": decisions})

    @property
    def loss_by_epoch(self) -> list[float]:
        """Mean loss per pair in each epoch so far, in nats; each pair counts by its weight."""
        return [mean_loss(*each) for each in zip(self.loss_sums, self.weights, strict=True)]


def mean_loss(loss: float, weight: float) -> float:
    """Return the mean of losses whose sum and whose weights' sum are given; 0 of nothing."""
    return loss / weight if weight else 0.0
