"""Say which device holds the tables, which computes the loss, and what must stay on the CPU."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

from w2v_cli.config.sections import DeviceConfig
from w2v_cli.errors import TrainingError

CPU_ONLY = frozenset(
    {
        "ComputeAccidentalHits",
        "FixedUnigramCandidateSampler",
        "LearnedUnigramCandidateSampler",
        "LogUniformCandidateSampler",
        "UniformCandidateSampler",
    }
)
"""Operations with no other kernel; the losses that remove hits use the first."""


@dataclass(frozen=True)
class Placement:
    """Device names, such as `/cpu:0`.

    Attributes:
        tables: vectors, biases and the optimizer's state.
        loss: logits, losses and their gradients.
        cpu: noise and every operation in `CPU_ONLY`.
    """

    tables: str = "/cpu:0"
    loss: str = "/cpu:0"
    cpu: str = "/cpu:0"

    def for_loss(self) -> AbstractContextManager[None]:
        """Return the scope in which a graph's loss is built."""
        return _scope(lambda op: self.cpu if op.type in CPU_ONLY else self.loss)


def _scope(device_of: Callable[[Any], str]) -> AbstractContextManager[None]:
    # tf.device takes no function; its predecessor does, while a tf.function is being traced.
    scope: AbstractContextManager[None] = tf.compat.v1.device(device_of)
    return scope


@contextmanager
def strict_placement() -> Iterator[None]:
    """Let an operation that its device cannot run fail, where TensorFlow would move it elsewhere.

    That is a switch of the whole process, so it is put back when the block ends.
    """
    before = tf.config.get_soft_device_placement()
    tf.config.set_soft_device_placement(False)
    try:
        yield
    finally:
        tf.config.set_soft_device_placement(before)


def prepare_devices(config: DeviceConfig, engine: str) -> Placement:
    """Set TensorFlow up for an engine, as `config` says; to be called before its first operation.

    Raises:
        TrainingError: a GPU is asked for and TensorFlow sees none.
    """
    # In a process that has computed already, TensorFlow keeps its threads: only speed suffers.
    with suppress(RuntimeError):
        tf.config.threading.set_inter_op_parallelism_threads(config.n_threads)
        # The parts of a step of `blocks` run side by side; cutting operations too only costs.
        by_operation = 1 if engine == "blocks" else config.n_threads
        tf.config.threading.set_intra_op_parallelism_threads(by_operation)
    if config.deterministic:
        tf.config.experimental.enable_op_determinism()
    n_gpus = len(tf.config.list_logical_devices("GPU"))  # starts the devices, with their messages
    if "gpu" in (config.device, config.loss_device) and not n_gpus:
        raise TrainingError(
            "TensorFlow sees no GPU; use --device cpu, or install tensorflow[and-cuda] and a driver"
        )
    devices = {"cpu": "/cpu:0", "gpu": "/gpu:0"}
    tables = devices.get(config.device, "/gpu:0" if n_gpus else "/cpu:0")
    return Placement(tables=tables, loss=devices.get(config.loss_device, tables))
