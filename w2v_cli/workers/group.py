"""What a training loop asks of the other workers, over a `Transport`."""

import time

import numpy as np

from w2v_cli.training.peers import Trained
from w2v_cli.training.tables import Tables
from w2v_cli.workers.combining import Combiner, send_tables
from w2v_cli.workers.covered_rows import WHOLE_EVERY, rows_of_combination
from w2v_cli.workers.transport import Transport

PATIENCE_S = 10.0
"""A stop waits this long for the next planned combination of all rows. After an unplanned one, a
resumed run is valid but has other bytes than an unbroken run."""


class Group:
    """The workers of a run, see `Peers`.

    Attributes:
        waiting_s: seconds that this worker has waited for the others at the ends of rounds.
        combining_s: seconds that it has spent in combining tables.
        combinations: number of combinations since the start of this process.
    """

    def __init__(self, transport: Transport) -> None:
        cluster = transport.cluster
        self.n_workers, self.rank = cluster.n_workers, cluster.rank
        self.is_whole = True
        self.stop_signal: int | None = None
        self.waiting_s = self.combining_s = 0.0
        self.combinations = 0
        self._transport, self._asked = transport, 0

    @property
    def facts(self) -> dict[str, float]:
        return {
            "combinations": self.combinations,
            "waiting_seconds": round(self.waiting_s, 3),
            "combining_seconds": round(self.combining_s, 3),
        }

    def begin(self, tables: Tables) -> None:
        send_tables(tables, self._transport.add_up, is_chief=self.rank == 0)
        self._combiner = Combiner(tables, self.n_workers, self._transport.add_up)

    def ask_to_stop(self, signal: int) -> None:
        self._asked = signal

    def combine(self, trained: Trained, *, number: int, whole: bool, elapsed_s: float) -> Trained:
        started = time.perf_counter()
        own = np.zeros(4 + self.n_workers)
        own[:3] = trained
        if self.rank == 0:
            own[3] = elapsed_s
        own[4 + self.rank] = self._asked
        loss, pairs, weight, elapsed_s, *asked = self._transport.add_up(own).numpy().tolist()
        all_came = time.perf_counter()
        # Every worker decides from the same numbers.
        signal = next((int(signal) for signal in asked if signal), None)
        n_rows = self._combiner.n_rows
        rows = n_rows if whole else rows_of_combination(number, n_rows)
        if signal is not None and self._seconds_to_whole(number, elapsed_s) > PATIENCE_S:
            rows = n_rows
        self._combiner.combine(rows)
        self.is_whole = rows == n_rows
        self.stop_signal = signal if self.is_whole else None
        self._transport.is_ending = self.stop_signal is not None
        self.combinations += 1
        self.waiting_s += all_came - started
        self.combining_s += time.perf_counter() - all_came
        return Trained(loss, int(pairs), weight)

    def _seconds_to_whole(self, number: int, elapsed_s: float) -> float:
        """Return about how long it takes to the next planned combination of all rows."""
        to_come = range(number, number + WHOLE_EVERY)
        n_rows = self._combiner.n_rows
        planned = next(n for n in to_come if rows_of_combination(n, n_rows) == n_rows)
        return (planned - number) * elapsed_s / number
