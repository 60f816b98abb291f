"""Show that the cost of a pair does not grow with the vocabulary.

    python benchmarks/vocabulary.py

Trains on generated texts that follow Zipf's law, with 70,000 and 1,000,000 words, alternating, and
prints pairs a second of each: the texts differ in how many words subsampling keeps.
"""

import argparse
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

from w2v_cli.config.config import Config
from w2v_cli.corpus.encoding import IDS, STARTS, open_encoded
from w2v_cli.training.devices import prepare_devices
from w2v_cli.training.loop import Trainer
from w2v_cli.vocabulary import Vocabulary

SENTENCE = 20


def generate(n_words: int, n_tokens: int, directory: Path) -> Vocabulary:
    """Write an encoded text in which the word of rank r has a share of about 1 / (r + 2)."""
    random = np.random.default_rng(0)
    drawn = np.exp(random.random(n_tokens) * np.log(n_words + 1)).astype(np.int64) - 1
    # Every word occurs, and ids are ranks.
    counts = np.bincount(np.append(drawn, np.arange(n_words)), minlength=n_words)
    ranks = np.empty(n_words, dtype=np.int64)
    ranks[np.argsort(-counts, kind="stable")] = np.arange(n_words)
    ranks[drawn].astype("<i4").tofile(directory / IDS)
    np.arange(0, n_tokens + 1, SENTENCE).astype("<i8").tofile(directory / STARTS)
    return Vocabulary([str(rank) for rank in range(n_words)], np.sort(counts)[::-1].copy())


def pairs_per_s(n_words: int, n_tokens: int, n_chunks: int) -> float:
    """Train a few chunks and return pairs a second; the first two are not timed."""
    config = Config.of()
    with tempfile.TemporaryDirectory() as name:
        vocabulary = generate(n_words, n_tokens, Path(name))
        corpus = open_encoded(Path(name), sha256="")
        placement = prepare_devices(config.devices, config.engine)
        reports = Trainer(corpus, vocabulary, config, placement).run()
        next(reports), next(reports)
        started = time.perf_counter()
        pairs = sum(next(reports).pairs for _ in range(n_chunks))
        return pairs / (time.perf_counter() - started)


def main() -> None:
    """Run the two sizes in turn."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--words", type=int, nargs="+", default=[70_000, 1_000_000])
    parser.add_argument("--tokens", type=int, default=20_000_000)
    parser.add_argument("--chunks", type=int, default=40, help="of some 100,000 words each")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    found: dict[int, list[float]] = {n_words: [] for n_words in given.words}
    for _ in range(given.rounds):
        for n_words, speeds in found.items():
            speeds.append(pairs_per_s(n_words, given.tokens, given.chunks))
            print(f"{n_words:>9,} words: {speeds[-1]:>11,.0f} pairs/s", flush=True)
    first, *others = (median(speeds) for speeds in found.values())
    for n_words, speed in zip(given.words[1:], others, strict=True):
        print(f"{n_words:,} words: {speed / first:.2f} x the speed of {given.words[0]:,}")


if __name__ == "__main__":
    main()
