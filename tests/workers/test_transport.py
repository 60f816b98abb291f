"""What a worker does when a sum over all workers fails."""

import weakref
from multiprocessing.pool import ThreadPool
from typing import NoReturn

import pytest
import tensorflow as tf

from w2v_cli.errors import LostWorkersError
from w2v_cli.workers.cluster import Cluster
from w2v_cli.workers.transport import Transport


class FailingStrategy:
    """Fails as TensorFlow's strategy does when worker 1 is gone: its pool of threads stays open."""

    def __init__(self) -> None:
        self.left_open: list[weakref.ref[ThreadPool]] = []

    def reduce(self, *_: object, **__: object) -> NoReturn:
        pool = ThreadPool(1)
        self.left_open.append(weakref.ref(pool))
        raise tf.errors.UnavailableError(None, None, "from /job:worker/replica:0/task:1: closed")


@pytest.mark.filterwarnings("ignore:unclosed running multiprocessing pool:ResourceWarning")
def test_a_failed_sum_names_the_worker_and_keeps_no_pool_of_threads() -> None:
    """A pool that lives until Python ends may print a traceback after our own last line."""
    transport = Transport(Cluster(("here:1", "there:2"), 0), join_s=1)
    transport._strategy = strategy = FailingStrategy()
    with pytest.raises(LostWorkersError, match=r"there:2.* has ended or does not answer") as caught:
        transport.add_up(tf.ones(3))
    assert caught.value.__cause__ is not None
    assert [pool() for pool in strategy.left_open] == [None]
