"""Measure what combining tables costs, and predict it for more workers and other networks.

    python benchmarks/scaling.py turns CORPUS       workers of one core against threads, in turns
    python benchmarks/scaling.py network CORPUS     two network namespaces, at several bandwidths
    python benchmarks/scaling.py predict            the table of docs/scaling.md

`network` needs root, `ip` and `tc` (Debian's iproute2): each worker is in a namespace of its own,
and the cable between them has the bandwidth given.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from w2v_cli.training.chunks import ROUND_TOKENS
from w2v_cli.workers.cost import (
    ON_A_MACHINE,
    PROCESSOR,
    Network,
    Processor,
    combination_seconds,
    mean_rows,
    row_bytes,
    rows_of_a_run,
    share_of_training,
)

HOSTS = ("10.99.0.1", "10.99.0.2")
PORT = 4000
GBIT = 1e9 / 8
LATENCY_S = ON_A_MACHINE.latency_s


def train(corpus: str, output: Path, *flags: str, before: tuple[str, ...] = ()) -> list[str]:
    """Return the command that trains; `before` stands before it, such as `taskset -c 0`."""
    command = [sys.executable, "-m", "w2v_cli", "train", corpus, "-o", str(output), "--overwrite"]
    return [*before, *command, *flags]


def run(command: list[str]) -> None:
    """Run a command that must succeed."""
    subprocess.run(command, check=True, capture_output=True)


def described(model: Path) -> dict[str, Any]:
    """Return what `model.json` says about the training."""
    found: dict[str, Any] = json.loads((model / "model.json").read_text())["training"]
    return found


def turns(corpus: str, epochs: int, rounds: int) -> None:
    """Run one core, two workers of one core each, and one process of two threads, in turns."""
    with tempfile.TemporaryDirectory() as name:
        common = ("--epochs", str(epochs), "--cache", f"{name}/cache")
        ways = {
            "1 worker, 1 core": (("taskset", "-c", "0"), ("--threads", "1")),
            "2 workers, 1 core each": (("taskset", "-c", "0,1"), ("--workers", "2")),
            "1 worker, 2 threads": (("taskset", "-c", "0,1"), ("--threads", "2")),
        }
        speeds: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(rounds):
            for way, (before, flags) in ways.items():
                model = Path(name, "model")
                run(train(corpus, model, *common, *flags, before=before))
                found = described(model)
                speeds[way].append(found["tokens_per_s"])
                line = f"{way}: {found['tokens_per_s']:,} words/s"
                if found["workers"] > 1:
                    combining, waiting, seconds = (
                        found[key] for key in ("combining_seconds", "waiting_seconds", "seconds")
                    )
                    line += (
                        f", {combining / seconds:.1%} of the time in combining and"
                        f" {waiting / seconds:.1%} in waiting"
                    )
                print(line, flush=True)
        base = speeds["1 worker, 1 core"]
        for way, found_speeds in speeds.items():
            ratios = [a / b for a, b in zip(found_speeds, base, strict=True)]
            print(f"{way}: {median(ratios):.2f} of one core")


@contextmanager
def two_hosts(gbit: float | None) -> Iterator[list[tuple[str, ...]]]:
    """Yield how commands begin that run in each of two namespaces with a cable between them."""
    names, cables = ("w2v-a", "w2v-b"), ("w2v-va", "w2v-vb")
    try:
        for space in names:
            run(["ip", "netns", "add", space])
        run(["ip", "link", "add", cables[0], "type", "veth", "peer", "name", cables[1]])
        for space, cable, host in zip(names, cables, HOSTS, strict=True):
            run(["ip", "link", "set", cable, "netns", space])
            inside = ["ip", "netns", "exec", space]
            run([*inside, "ip", "addr", "add", f"{host}/24", "dev", cable])
            for device in (cable, "lo"):
                run([*inside, "ip", "link", "set", device, "up"])
            if gbit is not None:
                limit = ["rate", f"{gbit}gbit", "burst", "256kb", "latency", "50ms"]
                run([*inside, "tc", "qdisc", "add", "dev", cable, "root", "tbf", *limit])
        yield [("ip", "netns", "exec", space) for space in names]
    finally:
        for space in names:
            subprocess.run(["ip", "netns", "del", space], check=False, capture_output=True)


def network(corpus: str, epochs: int, gbits: list[float | None], processor: Processor) -> None:
    """Train with two workers in two namespaces at each bandwidth; compare with the model."""
    for gbit in gbits:
        with two_hosts(gbit) as hosts, tempfile.TemporaryDirectory() as name:
            addresses = ",".join(f"{host}:{PORT}" for host in HOSTS)
            processes = []
            for rank, host in enumerate(hosts):
                flags = ("--cluster", addresses, "--rank", str(rank), "--threads", "1")
                command = train(corpus, Path(name, str(rank)), *flags, "--epochs", str(epochs),
                                "--combine-tokens", "300000",
                                before=(*host, "taskset", "-c", str(rank)))  # fmt: skip
                processes.append(subprocess.Popen(command, stderr=subprocess.DEVNULL))
            for process in processes:
                assert process.wait() == 0
            found = described(Path(name, "0"))
            manifest = json.loads(Path(name, "0", "model.json").read_text())
        n_words, n_combinations = manifest["n_words"], found["combinations"]
        measured = found["combining_seconds"] / n_combinations
        sent = rows_of_a_run(n_combinations, n_words) / n_combinations * row_bytes(100)
        connection = Network(gbit * GBIT if gbit else float("inf"), LATENCY_S)
        expected = combination_seconds(2, sent, connection, processor)
        print(
            f"{gbit or 'no limit'} Gbit/s: {1000 * measured:.1f} ms a combination of"
            f" {sent / 1e6:.1f} MB on average, the model says {1000 * expected:.1f} ms"
            f" ({expected / measured - 1:+.0%}), {n_combinations} combinations",
            flush=True,
        )


def predict(processor: Processor, words_per_s: float) -> None:
    """Print how many times one machine's speed several machines have, by the model."""
    print("| words | D | Gbit/s | 2 | 4 | 8 | 16 | 32 | 64 |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for n_words in (100_000, 1_000_000, 10_000_000):
        for dimension in (100, 300):
            for gbit in (1, 10, 25):
                connection = Network(gbit * GBIT, LATENCY_S)
                # Cost of a step is proportional to the dimension, roughly.
                round_s = max(ROUND_TOKENS, 2 * n_words) / (words_per_s * 100 / dimension)
                cells = []
                for n in (2, 4, 8, 16, 32, 64):
                    sent = mean_rows(n_words) * row_bytes(dimension)
                    cost = combination_seconds(n, sent, connection, processor)
                    cells.append(f"{n * share_of_training(round_s / n, cost):.1f}")
                print(f"| {n_words:,} | {dimension} | {gbit} | {' | '.join(cells)} |")


def main() -> None:
    """Run the part that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("part", choices=["turns", "network", "predict"])
    parser.add_argument("corpus", nargs="?")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--gbit", type=float, nargs="+", default=[1.0, 0.3])
    parser.add_argument(
        "--work", type=float, default=PROCESSOR.work_s_per_byte, help="seconds for each byte"
    )
    parser.add_argument(
        "--send", type=float, default=PROCESSOR.send_s_per_byte, help="seconds for each byte"
    )
    parser.add_argument("--words-per-s", type=float, default=2e6, help="of one machine")
    given = parser.parse_args()
    processor = Processor(given.work, given.send)
    if given.part == "turns":
        turns(given.corpus, given.epochs, given.rounds)
    elif given.part == "network":
        network(given.corpus, given.epochs, [None, *given.gbit], processor)
    else:
        predict(processor, given.words_per_s)


if __name__ == "__main__":
    main()
