"""Choose the data type of the matrix products of engine `blocks`.

They take half the time of a step in float32. Numbers of bfloat16 have 8 significant bits instead of
24 and half the size, so products and the copies of rows around them are faster. Tables, losses,
sums of gradients and steps are float32 in any case.
"""

import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from w2v_cli.config.config import Config
from w2v_cli.config.sections import Precision

if TYPE_CHECKING:  # so that this module can be imported before TensorFlow
    from w2v_cli.training.devices import Placement

ONE_DNN = "TF_ENABLE_ONEDNN_OPTS"
"""Environment variable with 0 or 1. TensorFlow reads it once, while it is imported."""

CPU_INFO = Path("/proc/cpuinfo")

ISA_LIMITS = ("ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA")
"""Environment variables that keep oneDNN from instructions of the processor."""


def with_precision(config: Config, placement: "Placement") -> Config:
    """Return `config` with a precision; the processor decides where none is given.

    Args:
        config: every setting of the run.
        placement: the devices.
    """
    if config.devices.precision is not None:
        return config
    is_native = placement.loss.startswith("/cpu") and config.engine == "blocks" and has_bfloat16()
    precision: Precision = "bfloat16" if is_native else "float32"
    return replace(config, devices=replace(config.devices, precision=precision))


def has_bfloat16(cpu_info: Path = CPU_INFO) -> bool:
    """Return whether this processor multiplies bfloat16 by an instruction that oneDNN uses.

    Without it oneDNN converts all factors to float32, and a step takes 1.6 times as long as with
    float32 throughout.

    Args:
        cpu_info: a file like Linux's `/proc/cpuinfo`. False is returned if there is none.
    """
    if os.environ.get(ONE_DNN) == "0" or any(map(os.environ.get, ISA_LIMITS)):
        return False
    # All cores have the same flags, and the file is long where there are many cores.
    with suppress(OSError), cpu_info.open(encoding="utf-8") as lines:
        flags = next((line for line in lines if line.startswith("flags")), "")
        return "avx512_bf16" in flags.split()
    return False
