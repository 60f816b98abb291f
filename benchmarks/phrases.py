"""Compare `w2v phrases` with gensim's Phrases on one plain text file.

    python benchmarks/phrases.py CORPUS --rounds 5

Both read the file, join by NPMI above 0.5 what occurs 5 times, and write the text; gensim's
phrases are frozen first, which makes its second part faster. Each is a process of its own, rounds
alternate them, and the two texts must be equal.
"""

import argparse
import filecmp
import sys
import tempfile
from pathlib import Path
from statistics import median

from processes import measured

W2V = [sys.executable, "-m", "w2v_cli", "phrases", "--score", "npmi"]
W2V += ["--threshold", "0.5", "--min-count", "5"]

GENSIM = [sys.executable, "-c"]
GENSIM += [
    """
import sys
from gensim.models.phrases import Phrases
from gensim.models.word2vec import LineSentence
text = LineSentence(sys.argv[1], max_sentence_length=1 << 60)
phrases = Phrases(text, min_count=5, threshold=0.5, scoring="npmi").freeze()
with open(sys.argv[2], "w", encoding="utf-8") as file:
    file.writelines(" ".join(phrases[line]) + chr(10) for line in text)
"""
]


def main() -> None:
    """Print seconds and memory of each round and the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        ours, theirs = Path(directory, "w2v"), Path(directory, "gensim")
        commands = {
            "w2v": [*W2V, arguments.corpus, "-o", str(ours)],
            "gensim": [*GENSIM, arguments.corpus, str(theirs)],
        }
        runs: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(arguments.rounds):
            for name, command in commands.items():
                done = measured(command)
                runs[name].append((done.seconds, done.peak_mb))
                print(name, *(f"{value:.2f}" for value in runs[name][-1]), flush=True)
        equal = filecmp.cmp(ours, theirs, shallow=False)
    seconds = {name: median(run[0] for run in runs[name]) for name in runs}
    for name, times in seconds.items():
        print(f"{name}: {times:.2f} s, {median(run[1] for run in runs[name]):.0f} MB")
    print(f"gensim / w2v: {seconds['gensim'] / seconds['w2v']:.2f}, the same text: {equal}")


if __name__ == "__main__":
    main()
