"""The program loads TensorFlow without Keras, which stays usable."""

import subprocess
import sys

PROGRAM = """
import gc, sys
from w2v_cli.terminal.start import start_tensorflow
with start_tensorflow():
    import tensorflow as tf
    assert not gc.isenabled()
assert gc.isenabled()
assert not [name for name in sys.modules if name.startswith("keras")]
assert int(tf.add(1, 2)) == 3
import keras
print(keras.ops.add(1, 2).numpy())
"""


def test_tensorflow_is_loaded_without_keras_which_can_be_loaded_later() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False
    )
    assert done.stdout == "3\n", done.stderr
