"""Where a run stands: all that is needed beside the tables to go on with it."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Position:
    """A point between two chunks.

    Attributes:
        epoch: epochs that are finished.
        chunks: chunks of the next epoch that are finished.
        tokens: in-vocabulary tokens passed so far in all epochs, counted before subsampling.
        loss_sums: sum of the pairs' losses in each epoch so far, in nats.
        pairs: number of pairs in each epoch so far.
        elapsed_s: seconds of training so far.
    """

    epoch: int = 0
    chunks: int = 0
    tokens: int = 0
    loss_sums: tuple[float, ...] = ()
    pairs: tuple[int, ...] = ()
    elapsed_s: float = 0.0

    def after(
        self, *, tokens: int, loss: float, pairs: int, elapsed_s: float, ends_epoch: bool
    ) -> "Position":
        """Return the position one chunk on.

        Args:
            tokens: of the chunk.
            loss: sum of its pairs' losses.
            pairs: of the chunk.
            elapsed_s: seconds of training after it.
            ends_epoch: whether it is the last of its epoch.

        >>> Position().after(tokens=9, loss=2.5, pairs=4, elapsed_s=0.1, ends_epoch=True)
        Position(epoch=1, chunks=0, tokens=9, loss_sums=(2.5,), pairs=(4,), elapsed_s=0.1)
        """
        earlier = slice(0, self.epoch)
        return replace(
            self,
            epoch=self.epoch + ends_epoch,
            chunks=0 if ends_epoch else self.chunks + 1,
            tokens=self.tokens + tokens,
            loss_sums=(*self.loss_sums[earlier], sum(self.loss_sums[self.epoch :]) + loss),
            pairs=(*self.pairs[earlier], sum(self.pairs[self.epoch :]) + pairs),
            elapsed_s=elapsed_s,
        )

    @property
    def loss_by_epoch(self) -> list[float]:
        """Mean loss of a pair in each epoch so far, in nats."""
        return [loss / max(n, 1) for loss, n in zip(self.loss_sums, self.pairs, strict=True)]
