"""Compare counting and encoding with gensim's counting, on one corpus, in alternating rounds.

    python benchmarks/counting.py CORPUS [ROUNDS]

Ours reads CORPUS as it is, packed or not, counts and encodes it; gensim's `build_vocab` reads plain
text, which is unpacked beforehand, and counts. Each runs in a process of its own; the time is that
of the call, without imports. Prints the time on the clock, the processor time of all processes,
and the medians.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from compare import plain_text

OURS = """
from pathlib import Path
from w2v_cli import Config
from w2v_cli.corpus.preparation import prepare
config = Config.of(corpus=sys.argv[1])
def call():
    prepare(config, Path(sys.argv[2]), lambda _: None)
"""

GENSIM = """
from gensim.models import Word2Vec
model = Word2Vec(min_count=5)
def call():
    model.build_vocab(corpus_file=sys.argv[1])
"""

TIMED = """
import json, os, sys, time
{program}
started, before = time.perf_counter(), os.times()
call()
used = sum(after - start for after, start in zip(os.times()[:4], before[:4]))
print(json.dumps([time.perf_counter() - started, used]))
"""


def timed(program: str, *arguments: str) -> tuple[float, float]:
    """Return seconds on the clock and of processor time of a call in a new process."""
    command = [sys.executable, "-c", TIMED.format(program=program), *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    clock, used = json.loads(done.stdout)
    return clock, used


def main() -> None:
    """Run the rounds and print the table."""
    corpus, rounds = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5
    times: dict[str, list[tuple[float, float]]] = {"w2v": [], "gensim": []}
    with tempfile.TemporaryDirectory() as directory:
        plain = plain_text(corpus, Path(directory))
        for number in range(rounds):
            encoded = Path(directory) / f"encoded-{number}"
            encoded.mkdir()
            times["w2v"].append(timed(OURS, str(corpus), str(encoded)))
            times["gensim"].append(timed(GENSIM, str(plain)))
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {corpus.name}, {rounds} rounds")
    for name, found in times.items():
        clock, used = (median(column) for column in zip(*found, strict=True))
        rows = " ".join(f"{seconds:.2f}" for seconds, _ in found)
        print(f"{name:6}  {clock:6.2f} s on the clock, {used:6.2f} s of processor time  ({rows})")
    ratios = [theirs[0] / ours[0] for ours, theirs in zip(*times.values(), strict=True)]
    print(f"gensim / w2v on the clock: median {median(ratios):.2f}")


if __name__ == "__main__":
    main()
