"""Event files, which TensorBoard reads: numbers and histograms by name and step.

An event file is a TFRecord file of `Event` messages. `tf.summary.scalar` and `tf.summary.histogram`
write such files too. But they need the package tensorboard, and they cannot mark the step from
which a resumed run goes on.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from w2v_cli.errors import OutputError

Event, Summary = tf.compat.v1.Event, tf.compat.v1.Summary
SessionLog, SummaryMetadata = tf.compat.v1.SessionLog, tf.compat.v1.SummaryMetadata

VERSION = "brain.Event:2"
"""The first message of a file. TensorBoard ignores a `SessionLog` in files of older versions."""

TENSOR = 2
"""The number of `DATA_CLASS_TENSOR`, which TensorFlow does not export."""

BUCKETS = 30


class EventFile:
    """A new event file in a directory. Every write is on its way to the disk when it returns."""

    def __init__(self, directory: Path, first_step: int) -> None:
        """Make the directory and the file.

        Args:
            directory: where the file is made; it may have other event files.
            first_step: what older files of the directory have at this step and later is not shown.

        Raises:
            OutputError: the file cannot be written.
        """
        directory.mkdir(parents=True, exist_ok=True)
        seconds, nanoseconds = divmod(time.time_ns(), 10**9)
        # TensorBoard reads the files of a directory in the order of their names.
        self._path = directory / f"events.out.tfevents.{seconds:010d}.{nanoseconds:09d}.w2v"
        with self._name_failures():
            self._file = tf.io.TFRecordWriter(str(self._path))
        start = SessionLog(status=SessionLog.START)
        self._write(file_version=VERSION)
        self._write(step=first_step, session_log=start)

    def write_numbers(self, step: int, numbers: Mapping[str, float]) -> None:
        """Write a point of each curve, by name."""
        values = [Summary.Value(tag=tag, simple_value=x) for tag, x in numbers.items()]
        self._write(step=step, summary=Summary(value=values))

    def write_histograms(self, step: int, samples: Mapping[str, NDArray[np.floating]]) -> None:
        """Write how the numbers of each array are distributed, by name; infinite ones are left out.

        Args:
            step: where on the axis of steps.
            samples: name -> [n] numbers.
        """
        values = [_histogram(tag, array) for tag, array in samples.items()]
        self._write(step=step, summary=Summary(value=values))

    def close(self) -> None:
        """Close the file."""
        with self._name_failures():
            self._file.close()

    def _write(self, **content: Any) -> None:
        event = Event(wall_time=time.time(), **content)
        with self._name_failures():
            self._file.write(event.SerializeToString())
            self._file.flush()

    @contextmanager
    def _name_failures(self) -> Iterator[None]:
        try:
            yield
        except tf.errors.OpError as error:
            raise OutputError(f"{self._path} cannot be written: {error.message}") from error


def _histogram(tag: str, numbers: NDArray[np.floating]) -> Any:
    counts, edges = np.histogram(numbers[np.isfinite(numbers)].astype(np.float64), bins=BUCKETS)
    buckets = np.stack([edges[:-1], edges[1:], counts], axis=1)
    plugin = SummaryMetadata.PluginData(plugin_name="histograms")
    metadata = SummaryMetadata(plugin_data=plugin, data_class=TENSOR)
    return Summary.Value(tag=tag, tensor=tf.make_tensor_proto(buckets), metadata=metadata)
