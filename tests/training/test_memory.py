"""Memory that is given back before training."""

import subprocess
import sys
from pathlib import Path

import pytest

SAVE = """
from pathlib import Path
import tensorflow as tf
from w2v_cli.training.memory import save_memory

def resident_mb():
    return int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0]) // 1024

before = resident_mb()
save_memory()
after = resident_mb()
print(before, after, int(tf.reduce_sum(tf.matmul(tf.ones([9, 9]), tf.ones([9, 9])))))
"""


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="the system has no smaps")
def test_pages_of_the_libraries_are_given_back_and_come_again() -> None:
    run = subprocess.run([sys.executable, "-c", SAVE], capture_output=True, text=True, check=True)
    before, after, product = map(int, run.stdout.split())
    assert after < before - 100
    assert product == 9**3
