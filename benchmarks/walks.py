"""Compare `w2v walks` with the package pecanpy: seconds and memory of whole processes.

    python -m venv pecan && pecan/bin/pip install pecanpy==2.0.9
    python benchmarks/walks.py --pecanpy pecan/bin/python

Both walk a generated graph once from each node, 20 nodes long, with p = 0.5 and q = 2, with one
thread, and write text. pecanpy is compiled at its first start, so it walks a tiny graph beforehand
in the same process; its clock starts then. Rounds alternate the two. It needs Linux.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from processes import measured

LENGTH, P, Q = 20, 0.5, 2

PECANPY = f"""
import sys, time
from pecanpy.pecanpy import SparseOTF

def walk(edges, target):
    graph = SparseOTF(p={P}, q={Q}, workers=1, verbose=False)
    graph.read_edg(edges, weighted=False, directed=False)
    with open(target, "w") as file:
        for walk in graph.simulate_walks(num_walks=1, walk_length={LENGTH - 1}):
            file.write(" ".join(walk) + "\\n")

edges, tiny, target = sys.argv[1:]
walk(tiny, target)
started = time.perf_counter()
walk(edges, target)
print(time.perf_counter() - started)
"""


def write_graph(path: Path, n_nodes: int, n_edges: int) -> None:
    """Write edges between nodes that are drawn evenly."""
    edges = np.random.default_rng(0).integers(0, n_nodes, (n_edges, 2))
    np.savetxt(path, edges, fmt="%d", delimiter="\t")


def run(name: str, n_nodes: int, command: Sequence[str]) -> None:
    """Run a program and print its seconds, or those that it prints, and its peak of memory."""
    done = measured(command)
    seconds = float(done.output or done.seconds)
    print(
        f"{name}: {seconds:.1f} s, {n_nodes * LENGTH / seconds:,.0f} nodes/s,"
        f" {done.processor_s:.1f} processor s in all, {done.peak_mb:,.0f} MB at most",
        flush=True,
    )


def main() -> None:
    """Measure both in turn."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pecanpy", required=True, help="a Python that has pecanpy")
    parser.add_argument("--nodes", type=int, default=1_000_000)
    parser.add_argument("--edges", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        edges, tiny, target = (directory / file for file in ("edges", "tiny", "walks"))
        write_graph(edges, arguments.nodes, arguments.edges)
        write_graph(tiny, 10, 50)
        ours = [sys.executable, "-m", "w2v_cli", "walks", edges, "-o", target, "--walks", "1"]
        ours += ["--length", LENGTH, "-p", P, "-q", Q]
        theirs = [arguments.pecanpy, "-c", PECANPY, edges, tiny, target]
        for _ in range(arguments.rounds):
            run("w2v", arguments.nodes, [str(part) for part in ours])
            run("pecanpy", arguments.nodes, [str(part) for part in theirs])


if __name__ == "__main__":
    main()
