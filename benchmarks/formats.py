"""Compare reading and writing vectors with gensim, in alternating rounds of one process.

    python benchmarks/formats.py

The vectors are 70,000 x 100 random ones, 0.2 wide. Prints the medians as a Markdown table.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
from gensim.models import KeyedVectors

from w2v_cli import load_vectors
from w2v_cli.vectors.formats import npy, word2vec_binary, word2vec_text
from w2v_cli.vectors.formats.contents import Contents
from w2v_cli.vocabulary import Vocabulary, write_vocabulary


def main() -> None:
    """Parse, run the rounds, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--words", type=int, default=70_000)
    parser.add_argument("--dimension", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--model", help="also load this model directory, of as many words")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        tasks = prepared(Path(name), arguments.words, arguments.dimension, arguments.model)
        seconds: dict[str, list[float]] = {task: [] for task in tasks}
        for _ in range(arguments.rounds):
            for task, run in tasks.items():
                started = time.perf_counter()
                run()
                seconds[task].append(time.perf_counter() - started)
    print("| task | median, s | lowest to highest |\n| --- | --- | --- |")
    for task, times in seconds.items():
        print(f"| {task} | {median(times):.4f} | {min(times):.4f} to {max(times):.4f} |")


def prepared(
    directory: Path, n_words: int, dimension: int, model: str | None
) -> dict[str, Callable[[], object]]:
    """Write the files that are read, and return what is timed, by name."""
    words = [f"word{id}" for id in range(n_words)]
    random = np.random.default_rng(1)
    table = random.normal(scale=0.2, size=(n_words, dimension)).astype(np.float32)
    contents = Contents(words, table, np.arange(n_words, 0, -1))
    text, binary, arrays = directory / "text", directory / "binary", directory / "npy"
    with text.open("wb") as file:
        word2vec_text.write(file, contents)
    with binary.open("wb") as file:
        word2vec_binary.write(file, contents)
    arrays.mkdir()
    npy.write(arrays, contents)
    assert contents.counts is not None
    write_vocabulary(Vocabulary(words, contents.counts), arrays / npy.VOCABULARY)
    theirs = KeyedVectors(dimension)
    theirs.add_vectors(words, table)
    output = directory / "output"

    def write_text() -> None:
        with output.open("wb") as file:
            word2vec_text.write(file, contents)

    tasks: dict[str, Callable[[], object]] = {
        "gensim writes text": lambda: theirs.save_word2vec_format(str(output)),
        "w2v writes text": write_text,
        "gensim reads text": lambda: KeyedVectors.load_word2vec_format(str(text)),
        "w2v reads text": lambda: load_vectors(text),
        "gensim reads binary": lambda: KeyedVectors.load_word2vec_format(str(binary), binary=True),
        "w2v reads binary": lambda: load_vectors(binary),
        "w2v reads npy": lambda: load_vectors(arrays),
    }
    if model:
        tasks["w2v opens its model directory"] = lambda: load_vectors(model)
    return tasks


if __name__ == "__main__":
    main()
