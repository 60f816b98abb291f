"""Choose the device of the tables and of the loss, and keep CPU-only operations on the CPU."""

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
"""Operations that have only a CPU kernel. Losses that remove accidental hits use the first one."""


@dataclass(frozen=True)
class Placement:
    """The devices of a run, by name, such as `/cpu:0`.

    Attributes:
        tables: device of the vectors, the biases and the optimizer's state.
        loss: device of the logits, losses and gradients.
        cpu: device of the noise and of every operation in `CPU_ONLY`.
    """

    tables: str = "/cpu:0"
    loss: str = "/cpu:0"
    cpu: str = "/cpu:0"

    def for_loss(self) -> AbstractContextManager[None]:
        """Return the device scope in which the graph of the loss is built."""
        return _scope(lambda op: self.cpu if op.type in CPU_ONLY else self.loss)


def _scope(device_of: Callable[[Any], str]) -> AbstractContextManager[None]:
    # tf.device accepts no function. tf.compat.v1.device does, while a tf.function is traced.
    scope: AbstractContextManager[None] = tf.compat.v1.device(device_of)
    return scope


@contextmanager
def strict_placement() -> Iterator[None]:
    """Turn soft placement off during the block.

    Then an operation that its device cannot run fails; else TensorFlow would move it to another
    device. The setting is global, so it is restored when the block ends.
    """
    before = tf.config.get_soft_device_placement()
    tf.config.set_soft_device_placement(False)
    try:
        yield
    finally:
        tf.config.set_soft_device_placement(before)


def prepare_devices(
    config: DeviceConfig, engine: str, join: Callable[[], None] | None = None
) -> Placement:
    """Set threads, determinism and devices of TensorFlow. Call this before its first operation.

    Args:
        config: the devices and threads of the run.
        engine: the engine of the run.
        join: joins other workers. TensorFlow allows that only between the settings and its start.

    Raises:
        TrainingError: a GPU is asked for and TensorFlow sees none.
    """
    # If TensorFlow has started already, it keeps its threads. This changes only the speed.
    with suppress(RuntimeError):
        tf.config.threading.set_inter_op_parallelism_threads(config.n_threads)
        # Engine blocks runs the parts of a step in parallel. Dividing operations too costs time.
        by_operation = 1 if engine == "blocks" else config.n_threads
        tf.config.threading.set_intra_op_parallelism_threads(by_operation)
    if config.deterministic:
        tf.config.experimental.enable_op_determinism()
    if join is not None:
        join()
    # This starts the devices, which prints messages. Those of other workers are not to be used.
    tf.config.list_logical_devices()
    n_gpus = len(tf.config.list_physical_devices("GPU"))
    if "gpu" in (config.device, config.loss_device) and not n_gpus:
        raise TrainingError(
            "TensorFlow sees no GPU; use --device cpu, or install tensorflow[and-cuda] and a driver"
        )
    devices = {"cpu": "/cpu:0", "gpu": "/gpu:0"}
    tables = devices.get(config.device, "/gpu:0" if n_gpus else "/cpu:0")
    return Placement(tables=tables, loss=devices.get(config.loss_device, tables))
