"""Compare the speed of queries and of evaluation with gensim's, and measure start-up and memory.

    python benchmarks/queries.py MODEL --analogies FILE

Both hold the same vectors in memory, each in a process of its own, as they are used: NumPy's BLAS
has all threads for gensim, and one for ours, as `w2v` sets it. Rounds alternate the two, so that
drift of a shared machine hits both. Start-up is that of `w2v neighbors` as a program, beside a
Python that only imports NumPy. Memory is that of one query on 1,000,000 random vectors of 300
numbers (--big makes them in a temporary directory): what is resident without the mapped file. It
reads /proc, so it needs Linux.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
from gensim.models import KeyedVectors

from w2v_cli import blas
from w2v_cli.config.config import Config
from w2v_cli.config.sources import to_yaml
from w2v_cli.vectors import store
from w2v_cli.vectors.evaluation import Evaluator
from w2v_cli.vectors.loading import load_vectors
from w2v_cli.vectors.queries import Vectors
from w2v_cli.vectors.questions import read_analogies
from w2v_cli.vocabulary import Vocabulary, write_vocabulary

BIG = (1_000_000, 300)


def seconds(work: Callable[[], object]) -> float:
    """Return how long a call takes."""
    started_at = time.perf_counter()
    work()
    return time.perf_counter() - started_at


def alternate(name: str, rounds: int, **programs: Callable[[], float]) -> None:
    """Call each program once a round and print the seconds that all return."""
    measured: dict[str, list[float]] = {program: [] for program in programs}
    for _ in range(rounds):
        for program, work in programs.items():
            measured[program].append(work())
    print(f"{name}:")
    for program, times in measured.items():
        each = ", ".join(f"{time:.3f}" for time in times)
        print(f"  {program:<8} median {median(times):8.3f} s of {each}", flush=True)


def timed(program: str, model: Path, task: str, what: str) -> Callable[[], float]:
    """Return a call that runs a task of `TASKS` in a process of its own and returns its seconds."""

    def work() -> float:
        environment = {**os.environ, **({blas.VARIABLE: "1"} if program == "w2v" else {})}
        command = [sys.executable, __file__, str(model), "--task", program, task, what]
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
        return float(done.stdout)

    return work


def w2v_neighbors(vectors: Vectors, number: str) -> Callable[[], object]:
    """Return a batch of queries for the first words."""
    words = list(vectors.vocabulary.words[: int(number)])
    return lambda: vectors.neighbors_of(words)


def w2v_analogies(vectors: Vectors, path: str) -> Callable[[], object]:
    """Return the scoring of a file."""
    return lambda: Evaluator(vectors, ignore_case=True).analogies(read_analogies(Path(path)))


def gensim_neighbors(vectors: Vectors, number: str) -> Callable[[], object]:
    """Return a loop of queries for the first words."""
    peer = as_gensim(vectors)
    words = list(vectors.vocabulary.words[: int(number)])
    return lambda: [peer.most_similar(word) for word in words]


def gensim_analogies(vectors: Vectors, path: str) -> Callable[[], object]:
    """Return the scoring of a file."""
    peer = as_gensim(vectors)
    return lambda: peer.evaluate_word_analogies(path)


TASKS = {
    ("w2v", "neighbors"): w2v_neighbors,
    ("w2v", "analogies"): w2v_analogies,
    ("gensim", "neighbors"): gensim_neighbors,
    ("gensim", "analogies"): gensim_analogies,
}


def as_gensim(vectors: Vectors) -> KeyedVectors:
    """Return the same vectors as gensim holds them, with its lengths known."""
    peer = KeyedVectors(vectors.table.shape[1])
    peer.add_vectors(list(vectors.vocabulary.words), np.array(vectors.table))
    peer.most_similar(vectors.vocabulary.words[0])
    return peer


def started(*arguments: str) -> Callable[[], float]:
    """Return a call that runs Python in a process of its own and returns its seconds."""
    command = [sys.executable, *arguments]
    return lambda: seconds(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))


def write_big_model(target: Path) -> None:
    """Write random vectors as a model directory, a part at a time."""
    n_words, dimension = BIG
    config = Config.of(corpus="none", dimension=dimension)
    random = np.random.default_rng(1)
    with store.new_directory(target) as directory:
        words = [f"word{id}" for id in range(n_words)]
        counts = np.arange(n_words + 5, 5, -1)
        write_vocabulary(Vocabulary(words, counts), directory / "vocab.tsv")
        (directory / "config.yaml").write_text(to_yaml(config), encoding="utf-8")
        for name in ("rare.tsv", "metrics.jsonl"):
            (directory / name).touch()
        np.save(directory / store.TABLES["biases"], np.zeros(n_words, dtype=np.float32))
        for name in ("center", "context"):
            path = directory / store.TABLES[name]
            table = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=BIG)
            for start in range(0, n_words, 50_000):
                table[start : start + 50_000] = random.standard_normal((50_000, dimension))
            del table
        description = {"n_words": n_words, "dimension": dimension, "config": config.values()}
        store.write_manifest(directory, description)


def peak_own_bytes(*arguments: str) -> int:
    """Return the most memory that a program had resident, without the files it mapped."""
    peak = 0
    with subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL) as process:
        status = Path(f"/proc/{process.pid}/status")
        while process.poll() is None:
            for line in status.read_text().splitlines():
                if line.startswith("RssAnon:"):
                    peak = max(peak, 1024 * int(line.split()[1]))
            time.sleep(0.002)
    return peak


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("model", type=Path)
    parser.add_argument("--analogies", type=Path, help="a questions-words file")
    parser.add_argument("--queries", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--big", action="store_true", help="measure memory; takes 2.5 GB of disk")
    parser.add_argument("--task", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()

    vectors = load_vectors(arguments.model)
    if arguments.task:
        program, task, what = arguments.task
        vectors.neighbors(vectors.vocabulary.words[0])  # reads the file
        print(seconds(TASKS[program, task](vectors, what)))
        return
    print(f"{len(vectors):,} x {vectors.table.shape[1]} vectors")

    def compare(name: str, task: str, what: str) -> None:
        programs = {
            program: timed(program, arguments.model, task, what) for program in ("w2v", "gensim")
        }
        alternate(name, arguments.rounds, **programs)

    number = str(min(arguments.queries, len(vectors)))
    compare(f"10 neighbors of {number} words", "neighbors", number)
    if arguments.analogies:
        path = arguments.analogies
        compare(f"analogies of {path.name}", "analogies", str(path))
    word = vectors.vocabulary.words[len(vectors) // 20]
    alternate(
        "start-up",
        15,
        numpy=started("-c", "import numpy"),
        w2v=started("-m", "w2v_cli", "neighbors", word, "-m", str(arguments.model)),
    )
    if arguments.big:
        with tempfile.TemporaryDirectory() as name:
            model = Path(name) / "model"
            write_big_model(model)
            query = ("-m", "w2v_cli", "neighbors", "word7", "-m", str(model))
            print(f"{BIG[0]:,} x {BIG[1]}: one query in {started(*query)():.2f} s", end=", ")
            print(f"{peak_own_bytes(*query) / 1e6:,.0f} MB resident beside the mapped file")


if __name__ == "__main__":
    main()
