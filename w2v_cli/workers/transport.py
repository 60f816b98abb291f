"""The connection between workers: TensorFlow's own distributed runtime.

`tf.distribute.MultiWorkerMirroredStrategy` is only the transport: no variable is made in its scope.
Its collectives add up tensors over all workers. Its coordination service waits until all workers
are there, keeps short texts under keys, and ends every worker when one is gone.

TensorFlow allows one strategy of this kind in a process, made before the first operation.
"""

import re
import signal
import socket
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import tensorflow as tf
from tensorflow.python.eager import context

from w2v_cli.errors import LostWorkersError, TrainingError
from w2v_cli.workers.cluster import Cluster
from w2v_cli.workers.listening import listen_only_at

HEARTBEAT_S = 10
"""A worker whose process is silent for this long is gone."""

JOB = "worker"
TASK = re.compile(rf"/job:{JOB}/(?:replica:0/)?task:(\d+)")
OWN_WORDS = re.compile(r"\[w2v\](.*?)\[/w2v\]", re.DOTALL)
"""An error that a worker reports to the others, inside an error of TensorFlow."""

REPORTED = 13
"""The status code of such an error: INTERNAL."""


class Transport:
    """The connection of this worker to the others.

    Attributes:
        cluster: the workers.
        is_ending: whether all workers know already that the run ends now.
    """

    def __init__(self, cluster: Cluster, join_s: float) -> None:
        """Name the workers.

        Args:
            cluster: the workers.
            join_s: seconds that `join` waits.
        """
        self.cluster, self.is_ending = cluster, False
        self._join_s = join_s

    def join(self) -> None:
        """Wait for all workers.

        Raises:
            LostWorkersError: a worker has not come in time.
            TrainingError: the port is taken.
        """
        cluster = self.cluster
        _check_port(cluster)
        _configure(cluster, self._join_s)
        resolver = tf.distribute.cluster_resolver.SimpleClusterResolver(
            tf.train.ClusterSpec({JOB: list(cluster.addresses)}),
            task_type=JOB,
            task_id=cluster.rank,
            rpc_layer="grpc",
        )
        kinds = tf.distribute.experimental.CommunicationImplementation
        has_gpu = bool(tf.config.list_physical_devices("GPU"))
        options = tf.distribute.experimental.CommunicationOptions(
            implementation=kinds.NCCL if has_gpu else kinds.RING
        )
        try:
            with listen_only_at(cluster):
                self._strategy = tf.distribute.MultiWorkerMirroredStrategy(
                    cluster_resolver=resolver, communication_options=options
                )
        except tf.errors.OpError as error:
            raise LostWorkersError(_absent(cluster, str(error), self._join_s)) from error
        _take_back_sigterm()

    def add_up(self, tensor: Any) -> tf.Tensor:
        """Return the sum of a tensor over all workers.

        All workers must call this with tensors of one shape and dtype.

        Raises:
            LostWorkersError: another worker has failed or is gone.
        """
        with self._name_failures():
            return self._strategy.reduce("SUM", tf.convert_to_tensor(tensor), axis=None)

    def publish(self, key: str, text: str) -> None:
        """Let the others read a text."""
        with self._name_failures():
            context.context().set_config_key_value(f"w2v/{key}", text)

    def read(self, key: str) -> str:
        """Return a text that another worker publishes, after waiting for it.

        Raises:
            LostWorkersError: another worker has failed or is gone.
        """
        with self._name_failures():
            text: str = context.context().get_config_key_value(f"w2v/{key}")
        return text

    @contextmanager
    def tell_failures(self) -> Iterator[None]:
        """Tell the other workers of an error in the block, so that they end too."""
        try:
            yield
        except BaseException as error:
            if not self.is_ending and not isinstance(error, LostWorkersError):
                what = str(error) or "it was stopped"
                self._report(f"{self.cluster.describe(self.cluster.rank)}: {what}")
            raise

    @contextmanager
    def _name_failures(self) -> Iterator[None]:
        try:
            yield
        except tf.errors.OpError as error:
            # TensorFlow does not close the pool of threads of a sum that fails. Kept by the frames
            # of the error until Python ends, the pool sometimes prints a traceback then.
            traceback.clear_frames(error.__traceback__)
            raise LostWorkersError(self._blame(str(error))) from error

    def _report(self, message: str) -> None:
        # If the others have gone already, nobody hears it.
        with suppress(tf.errors.OpError, RuntimeError):
            context.context().report_error_to_cluster(REPORTED, f"[w2v]{message}[/w2v]")

    def _blame(self, message: str) -> str:
        if own := OWN_WORDS.search(message):
            return own[1]
        others = {int(task) for task in TASK.findall(message)} - {self.cluster.rank}
        who = ", ".join(self.cluster.describe(rank) for rank in sorted(others)) or "a worker"
        return f"{who} has ended or does not answer"


def _take_back_sigterm() -> None:
    """Set the handler of SIGTERM again: TensorFlow puts a handler of its own in its place."""
    handler = signal.getsignal(signal.SIGTERM)
    if handler is not None and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, handler)


def _configure(cluster: Cluster, join_s: float) -> None:
    runtime = context.context()
    runtime.configure_coordination_service(
        service_type="standalone",
        service_leader=f"/job:{JOB}/replica:0/task:0",
        cluster_register_timeout_in_ms=int(join_s * 1000),
        heartbeat_timeout_in_ms=HEARTBEAT_S * 1000,
        shutdown_barrier_timeout_in_ms=0,
    )
    service = runtime.coordination_service
    # Without a barrier, a worker that never comes is waited for without end.
    service.cluster_register_with_barrier = True
    service.coordinated_job_list.add(name=JOB, num_tasks=cluster.n_workers)


def _check_port(cluster: Cluster) -> None:
    """Raise TrainingError if another program has the port; TensorFlow's error is hard to read."""
    address = cluster.addresses[cluster.rank]
    port = int(address.rpartition(":")[2])
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("", port))
        except OSError as error:
            raise TrainingError(
                f"port {port} of {cluster.describe(cluster.rank)}: {error.strerror}; choose"
                " another port for it, on all workers"
            ) from None


def _absent(cluster: Cluster, message: str, join_s: float) -> str:
    absent = [rank for rank in map(int, TASK.findall(message)) if rank != cluster.rank]
    if not cluster.is_chief and "Barrier" not in message:
        absent = [0]
    names = ", ".join(cluster.describe(rank) for rank in sorted(set(absent))) or "a worker"
    return (
        f"{names} did not come within {join_s:g} s; check that it was started, that its address is"
        " right, and that a firewall lets the workers through"
    )
