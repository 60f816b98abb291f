"""What it costs to combine the tables of several workers: a model that plans can use.

A combination of R rows sends R (2 D + 7) float32 numbers: the changes of a center and a context
vector, a bias, their three squared lengths and three accumulators. A ring of n workers moves each
number 2 (n - 1) / n times through the network card of a worker, in 2 (n - 1) messages. Packing,
sending and unpacking take processor time as well:

    seconds = 2 (n - 1) latency + bytes (work + 2 (n - 1) / n max(send, 1 / bandwidth))

`work` and `send` are seconds of a processor for each byte.
"""

import math
from dataclasses import dataclass

from w2v_cli.workers.covered_rows import WHOLE_EVERY, rows_of_combination

BYTES_OF_A_NUMBER = 4


@dataclass(frozen=True)
class Network:
    """The connection between workers.

    Attributes:
        bytes_per_s: bandwidth of the network card of a worker, in each direction.
        latency_s: seconds of a message without content.
    """

    bytes_per_s: float
    latency_s: float


@dataclass(frozen=True)
class Processor:
    """How fast a worker handles the numbers of a combination.

    Attributes:
        work_s_per_byte: seconds to compute the changes and to apply the sums.
        send_s_per_byte: seconds to send and receive through a ring, without a limit of bandwidth.
    """

    work_s_per_byte: float
    send_s_per_byte: float


ON_A_MACHINE = Network(bytes_per_s=math.inf, latency_s=0.0015)
"""The connection between workers of one machine, as measured; see `docs/scaling.md`."""

BETWEEN_MACHINES = Network(bytes_per_s=1.25e9, latency_s=0.0015)
"""What plans assume between machines: 10 Gbit/s."""

PROCESSOR = Processor(work_s_per_byte=1.4e-9, send_s_per_byte=2.0e-9)
"""As measured; see `docs/scaling.md`."""


def row_bytes(dimension: int) -> int:
    """Return how many bytes a combination sends for a word.

    >>> row_bytes(100)
    828
    """
    return BYTES_OF_A_NUMBER * (2 * dimension + 7)


def mean_rows(n_words: int) -> float:
    """Return how many rows a combination covers on average.

    >>> mean_rows(1000)
    1000.0
    """
    return sum(rows_of_combination(n + 1, n_words) for n in range(WHOLE_EVERY)) / WHOLE_EVERY


def rows_of_a_run(n_combinations: int, n_words: int) -> int:
    """Return how many rows all combinations of a run cover; the last one covers all words.

    >>> rows_of_a_run(4, 20_000)  # 4,096 + 8,192 + 4,096 + 20,000
    36384
    """
    numbers = range(1, n_combinations)
    whole = n_words if n_combinations else 0
    return whole + sum(rows_of_combination(number, n_words) for number in numbers)


def combination_seconds(
    n_workers: int, n_bytes: float, network: Network, processor: Processor
) -> float:
    """Return the seconds of a combination of `n_bytes`, such as `mean_rows` times `row_bytes`."""
    if n_workers == 1:
        return 0.0
    times_sent = 2 * (n_workers - 1) / n_workers
    each_byte = max(processor.send_s_per_byte, 1 / network.bytes_per_s)
    messages = 2 * (n_workers - 1) * network.latency_s
    return messages + n_bytes * (processor.work_s_per_byte + times_sent * each_byte)


def share_of_training(round_seconds: float, seconds: float) -> float:
    """Return which share of its time a worker trains, if it combines after `round_seconds`.

    >>> share_of_training(3.0, 1.0)
    0.75
    """
    return round_seconds / (round_seconds + seconds)
