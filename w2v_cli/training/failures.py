"""Turn errors of TensorFlow into errors of w2v."""

from collections.abc import Iterator
from contextlib import contextmanager

import tensorflow as tf

from w2v_cli.errors import TrainingError

SHOWN_CHARACTERS = 300


@contextmanager
def name_tensorflow_failures() -> Iterator[None]:
    """Turn an error of TensorFlow in the block into a TrainingError with a clear message.

    Raises:
        TrainingError: TensorFlow has run out of memory or has failed.
    """
    try:
        yield
    except tf.errors.ResourceExhaustedError as error:
        raise TrainingError(
            "TensorFlow has run out of memory; use a smaller --dimension or --max-vocab:"
            f" {_first_line(error)}"
        ) from error
    except tf.errors.OpError as error:
        raise TrainingError(f"TensorFlow has failed: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:SHOWN_CHARACTERS]
