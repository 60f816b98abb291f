"""The workers of a run, as the training loop sees them.

Training goes in rounds. In a round every worker trains some chunks of its own; then the workers
combine their tables, so that all of them go on with the same rows. A run without other workers is
the case of one.
"""

from typing import NamedTuple, Protocol

from w2v_cli.training.tables import Tables


class Trained(NamedTuple):
    """What was trained in a round.

    Attributes:
        loss: sum of the losses of its pairs, in nats.
        pairs: number of its pairs.
        weight: sum of their weights.
    """

    loss: float
    pairs: int
    weight: float


class Peers(Protocol):
    """All workers of a run, seen from one of them.

    Attributes:
        n_workers: number of workers, this one included.
        rank: number of this worker; 0 is the chief.
        is_whole: whether all workers have the same tables now. A state can be saved only then.
        stop_signal: number of the signal that stops the run, or None. It is the same for all
            workers, and set only when `is_whole`.
        facts: what `model.json` says about the combinations, by name.
    """

    n_workers: int
    rank: int
    is_whole: bool
    stop_signal: int | None

    @property
    def facts(self) -> dict[str, float]: ...

    def begin(self, tables: Tables) -> None:
        """Give the tables of the chief to every worker. Called once, before the first round."""

    def ask_to_stop(self, signal: int) -> None:
        """Ask all workers to stop soon."""

    def combine(self, trained: Trained, *, number: int, whole: bool, elapsed_s: float) -> Trained:
        """Combine the tables after a round; return what all workers have trained in it.

        Args:
            trained: what this worker has trained in the round.
            number: number of the round in the run, from 1.
            whole: combine all rows. Otherwise the number of the round decides which rows.
            elapsed_s: seconds of training so far.
        """


class Alone:
    """A run with one worker: there is nothing to combine."""

    n_workers, rank, is_whole = 1, 0, True

    def __init__(self) -> None:
        self.stop_signal: int | None = None
        self.facts: dict[str, float] = {}

    def begin(self, tables: Tables) -> None:
        pass

    def ask_to_stop(self, signal: int) -> None:
        self.stop_signal = signal

    def combine(self, trained: Trained, *, number: int, whole: bool, elapsed_s: float) -> Trained:
        return trained
