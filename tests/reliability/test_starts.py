"""Starts of training, one after the other: a race in the first step ends some of them.

Two threads that ran one function compiled by XLA for the first time crashed TensorFlow 2.21 in 1 of
28 to 107 starts. So every part of a step has a function of its own.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from w2v_cli.config.sections import Config
from w2v_cli.training.devices import Placement
from w2v_cli.training.engines.block_engine import BlockEngine
from w2v_cli.training.tables import Tables

N_STARTS = 1000


def compiled_functions(engine: BlockEngine) -> list[str]:
    """Return the names of the functions that XLA compiles in the graph of a step, call by call."""
    graph = engine.chunk_function.graph.as_graph_def()
    library = {function.signature.name: function for function in graph.library.function}
    compiled = {
        name
        for name, function in library.items()
        if "_XlaMustCompile" in function.attr and function.attr["_XlaMustCompile"].b
    }
    nodes = [node for function in library.values() for node in function.node_def]
    called = [node.attr["f"].func.name for node in nodes if "f" in node.attr]
    return [name for name in called if name in compiled]


@pytest.mark.parametrize(("threads", "n_parts"), [(1, 1), (2, 2), (4, 4)])
def test_no_two_parts_of_a_step_run_the_same_compiled_function(threads: int, n_parts: int) -> None:
    config = Config.of(threads=threads)
    counts = np.arange(100, 0, -1)
    engine = BlockEngine(Tables(counts, config, Placement()), counts, config, Placement())
    called = compiled_functions(engine)
    assert len(called) == n_parts
    assert len(set(called)) == n_parts


@pytest.mark.parametrize("objective", ["sampled_softmax", "negative_sampling"])
@pytest.mark.parametrize("weighted", [False, True])
def test_a_step_calls_what_was_compiled_ahead(objective: str, weighted: bool) -> None:
    config = Config.of(threads=2, objective=objective)
    counts = np.arange(100, 0, -1)
    tables = Tables(counts, config, Placement())
    engine = BlockEngine(tables, counts, config, Placement(), weighted)
    called = compiled_functions(engine)
    parts = engine.part_functions
    # A call with other shapes would have been traced, and then compiled, once more.
    assert [part.experimental_get_tracing_count() for part in parts] == [1, 1]
    assert len(called) == len(parts)


@pytest.mark.torture
def test_a_thousand_starts_end_well(tmp_path: Path) -> None:
    text = tmp_path / "corpus.txt"
    words = [f"w{number % 97 * number % 89}" for number in range(20_000)]
    text.write_text("".join(" ".join(words[i : i + 20]) + "\n" for i in range(0, len(words), 20)))
    command = [sys.executable, "-m", "w2v_cli", "train", str(text), "--threads", "2"]
    command += ["--epochs", "1", "--overwrite", "--output", str(tmp_path / "model")]
    for number in range(1, N_STARTS + 1):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"start {number}: {done.stderr}"
