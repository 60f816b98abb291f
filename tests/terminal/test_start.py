"""The program loads TensorFlow without Keras, which stays usable, and with oneDNN."""

import os
import platform
import subprocess
import sys

import pytest

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


ONE_DNN_PROGRAM = """
from w2v_cli.runs.tensorflow import prepare_tensorflow
prepare_tensorflow()
from tensorflow.python.util import _pywrap_util_port
print(_pywrap_util_port.IsMklEnabled())
"""


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="oneDNN is for x86 here")
@pytest.mark.parametrize(
    ("given", "used"), [({}, "True"), ({"TF_ENABLE_ONEDNN_OPTS": "0"}, "False")]
)
def test_one_dnn_is_used_on_every_processor_unless_the_user_says_otherwise(
    given: dict[str, str], used: str
) -> None:
    inherited = {name: text for name, text in os.environ.items() if name != "TF_ENABLE_ONEDNN_OPTS"}
    done = subprocess.run(
        [sys.executable, "-c", ONE_DNN_PROGRAM],
        env={**inherited, **given},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == f"{used}\n", done.stderr
