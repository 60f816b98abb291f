"""Compare training on a file of pairs with training on the text that has these pairs.

    python benchmarks/pair_files.py TEXT --pairs SCORED_PAIRS --analogies ANALOGIES

Both use engine `pairs`, windows of fixed width and all occurrences of a word. Rounds alternate the
two. The speed is pairs a second of training; the seconds are those of the whole call.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from w2v_cli import Config, evaluate, train

WINDOW = 5
MIN_COUNT = 20
"""For pairs. A word is in up to ten of them, so 20 is about what 5 is for text."""


def write_pairs(text: Path, target: Path) -> None:
    """Write all pairs of a text in random order, so that no two neighbors share a center."""
    lines = []
    for line in text.read_text(encoding="utf-8").splitlines():
        words = line.split()
        for place, center in enumerate(words):
            around = words[max(place - WINDOW, 0) : place] + words[place + 1 : place + WINDOW + 1]
            lines += [f"{center}\t{context}\n" for context in around]
    np.random.default_rng(0).shuffle(lines)
    target.write_text("".join(lines), encoding="utf-8")


def measure(name: str, output: Path, questions: argparse.Namespace, **settings: Any) -> None:
    """Train once, and print the speed and the scores."""
    started = time.perf_counter()
    train(
        Config.of(output=output, engine="pairs", dimension=64, epochs=3, **settings), overwrite=True
    )
    seconds = time.perf_counter() - started
    training = json.loads((output / "model.json").read_text())["training"]
    scores = evaluate(output, pairs=[questions.pairs], analogies=[questions.analogies])
    (pairs,), (analogies,) = scores.pairs.values(), scores.analogies.values()
    print(
        f"{name}: {training['pairs'] / training['seconds']:,.0f} pairs/s, {seconds:.1f} s,"
        f" pairs {pairs.spearman:.3f}, analogies {analogies.total.accuracy:.3f}",
        flush=True,
    )


def main() -> None:
    """Measure both in turn."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", type=Path)
    parser.add_argument("--pairs", type=Path, required=True, help="pairs with scores, to evaluate")
    parser.add_argument("--analogies", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        write_pairs(arguments.text, directory / "pairs.tsv")
        for seed in range(1, arguments.rounds + 1):
            text = {"corpus": arguments.text, "windows": "fixed", "window": WINDOW}
            measure("text ", directory / "text", arguments, subsample=0.0, seed=seed, **text)
            pairs = {"corpus": directory / "pairs.tsv", "pairs": True, "min_count": MIN_COUNT}
            measure("pairs", directory / "of-pairs", arguments, seed=seed, **pairs)


if __name__ == "__main__":
    main()
