"""Compare speed, memory and quality of w2v and its peers on one corpus, in one run.

    python benchmarks/compare.py CORPUS --pairs FILE --analogies FILE

Every program trains with the same threads, dimension, window, negatives, subsampling and epochs, in
a process of its own. "w2v similarity.yaml" has three fifths of the epochs, and the one with "4e-5"
also has that threshold of subsampling. The programs of a round take turns of seconds, so that drift
of a shared machine hits all alike; a program's time is that of its turns. Speed is raw
in-vocabulary tokens a second, counted once for everyone. gensim's evaluation functions score
everyone's vectors, and so does `kinds.txt`, words by kind. Writes
`comparison.json` and `comparison.md`.
"""

import argparse
import gzip
import json
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from statistics import mean, median
from typing import Any

import numpy as np
from programs import PROGRAMS
from turns import Command, in_turns


@dataclass(frozen=True)
class Settings:
    """What is the same for every program."""

    corpus: str
    dimension: int = 100
    window: int = 5
    negative: int = 5
    subsample: float = 1e-4
    min_count: int = 5
    epochs: int = 5
    threads: int = os.cpu_count() or 1


@dataclass
class Run:
    """One program in one round; scores are Spearman's rho or accuracy, times 100.

    Attributes:
        seconds: of training.
        whole_s: seconds of the whole process, with loading, counting and writing.
    """

    program: str
    round: int
    seconds: float
    whole_s: float
    tokens_per_s: float
    peak_mb: float
    scores: dict[str, float]


def train_in_turns(
    outputs: dict[str, str], number: int, settings: dict[str, Any], n_tokens: int
) -> list[Run]:
    """Train programs, each writing its vectors to its output; scores are still to come."""
    script = str(Path(__file__).with_name("programs.py"))
    commands = []
    for name, output in outputs.items():
        own = json.dumps(settings | {"output": output, "seed": number})
        commands.append(Command([sys.executable, script, name, own], PROGRAMS[name].turn_s))
    try:
        runners = in_turns(commands)
    except subprocess.CalledProcessError as error:
        sys.exit(f"this failed; run it yourself to see why:\n{shlex.join(error.cmd)}")
    runs = []
    for name, runner in zip(outputs, runners, strict=True):
        seconds = runner.ran_s(**json.loads(runner.output.splitlines()[-1]))
        whole_s = sum(end - begin for begin, end in runner.turns)
        speed = n_tokens * PROGRAMS[name].n_epochs(settings) / seconds
        runs.append(Run(name, number, seconds, whole_s, speed, runner.peak_mb, {}))
    return runs


def scores(
    vectors: str, pairs: list[str], analogies: str | None, kinds: Path | None
) -> dict[str, float]:
    """Return gensim's scores of vectors in word2vec's text format, and that of `by_kind`."""
    from gensim.models import KeyedVectors

    loaded = KeyedVectors.load_word2vec_format(vectors)
    found = {Path(path).stem: 100 * loaded.evaluate_word_pairs(path)[1].statistic for path in pairs}
    if analogies:
        accuracy, _ = loaded.evaluate_word_analogies(analogies)
        found["analogies"] = 100 * accuracy
    if kinds:
        found[kinds.stem] = 100 * by_kind(loaded, kinds)
    return found


def by_kind(vectors: Any, path: Path) -> float:
    """Return the share of a word's n nearest listed words that are of its kind (R-precision).

    Args:
        vectors: gensim's KeyedVectors.
        path: lines `kind: word word ...`; n is the number of other words of the word's kinds.
    """
    kinds: dict[str, set[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        kind, _, listed = line.partition(":")
        for word in listed.split():
            if word in vectors:
                kinds.setdefault(word, set()).add(kind)
    words = list(kinds)
    unit = np.stack([vectors.get_vector(word, norm=True) for word in words])
    alike = np.array([[bool(kinds[a] & kinds[b]) for b in words] for a in words])
    cosines = unit @ unit.T
    for square, itself in ((alike, False), (cosines, -np.inf)):
        np.fill_diagonal(square, itself)
    ranked = np.take_along_axis(alike, np.argsort(-cosines, axis=1), axis=1)
    numbers = alike.sum(axis=1)
    shares = [row[:n].mean() for row, n in zip(ranked, numbers, strict=True) if n]
    return float(np.mean(shares))


def plain_text(path: Path, directory: Path) -> Path:
    """Return the corpus unpacked, as gensim and fastText need it."""
    if path.suffix != ".gz":
        return path
    unpacked = directory / path.stem
    with gzip.open(path) as packed, unpacked.open("wb") as file:
        shutil.copyfileobj(packed, file)
    return unpacked


def count_tokens(path: Path, min_count: int) -> int:
    """Return the raw tokens of words that occur at least `min_count` times."""
    with path.open(encoding="utf-8") as file:
        counts = Counter(word for line in file for word in line.split())
    return sum(count for count in counts.values() if count >= min_count)


def table(runs: list[Run], settings: Settings, n_tokens: int) -> str:
    """Return the comparison as Markdown: medians of speed, ratio and memory, means of scores."""
    names = list(dict.fromkeys(run.program for run in runs))
    columns = list(runs[0].scores)
    of = {name: [run for run in runs if run.program == name] for name in names}
    peers = [run for run in runs if not run.program.startswith("w2v")]
    # By round; of several peers the last, and so the fastest, stays.
    by_speed = sorted(peers, key=lambda run: run.tokens_per_s)
    fastest_peer = {run.round: run.tokens_per_s for run in by_speed}
    lines = [
        f"{platform.machine()}, {settings.threads} threads, Python {platform.python_version()},"
        f" {date.today():%Y-%m-%d}. {Path(settings.corpus).name}: {n_tokens:,} tokens;"
        f" {', '.join(f'{k} {v}' for k, v in asdict(settings).items() if k != 'corpus')}."
        f" Medians of {len(of[names[0]])} rounds in turns; means of scores.",
        "",
        "| program | epochs | tokens/s | to the fastest peer | whole process, s | peak, MB | "
        + "".join(f"{column} | " for column in columns),
        "| --- " * (6 + len(columns)) + "|",
    ]
    for name in names:
        speed = median(run.tokens_per_s for run in of[name])
        ratios = [run.tokens_per_s / fastest_peer[run.round] for run in of[name] if fastest_peer]
        ratio = f"{median(ratios):.2f}" if ratios else "-"
        memory = median(run.peak_mb for run in of[name])
        whole_s = median(run.whole_s for run in of[name])
        n_epochs = PROGRAMS[name].n_epochs(asdict(settings))
        shown = [mean(run.scores[column] for run in of[name]) for column in columns]
        lines.append(
            f"| {name} | {n_epochs} | {speed:,.0f} | {ratio} | {whole_s:.1f} | {memory:,.0f} | "
            + "".join(f"{score:.1f} | " for score in shown)
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Parse, run every round, write the two files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--programs", default="w2v,w2v sampled_softmax,gensim")
    parser.add_argument("--rounds", type=int, default=2, help="each with a seed of its own")
    parser.add_argument("--pairs", action="append", default=[], help="word1, word2, score")
    parser.add_argument("--analogies", help="a questions-words file")
    parser.add_argument("--kinds", type=Path, help="words by kind, such as kinds.txt here")
    parser.add_argument("--word2vec", help="path of a word2vec.c binary")
    parser.add_argument("--output", type=Path, default=Path(), help="directory for the results")
    for field in fields(Settings)[1:]:
        parser.add_argument(
            "--" + field.name.replace("_", "-"), type=type(field.default), default=field.default
        )
    arguments = parser.parse_args()
    chosen = arguments.programs.split(",")
    if unknown := set(chosen) - set(PROGRAMS):
        parser.error(f"unknown program {', '.join(unknown)}; there are {', '.join(PROGRAMS)}")
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        given = {field.name: getattr(arguments, field.name) for field in fields(Settings)}
        corpus = plain_text(arguments.corpus, directory)
        settings = Settings(**{**given, "corpus": str(corpus)})
        n_tokens = count_tokens(corpus, settings.min_count)
        outputs = {name: str(directory / f"{name.replace(' ', '-')}.txt") for name in chosen}
        told = asdict(settings) | {"word2vec": arguments.word2vec}
        runs = []
        for number in range(1, arguments.rounds + 1):
            for run in train_in_turns(outputs, number, told, n_tokens):
                run.scores = scores(
                    outputs[run.program], arguments.pairs, arguments.analogies, arguments.kinds
                )
                runs.append(run)
                print(json.dumps(asdict(run)), flush=True)
    result = {"settings": asdict(settings), "tokens": n_tokens, "runs": [asdict(r) for r in runs]}
    arguments.output.mkdir(parents=True, exist_ok=True)
    (arguments.output / "comparison.json").write_text(json.dumps(result, indent=2) + "\n")
    (arguments.output / "comparison.md").write_text(table(runs, settings, n_tokens))
    print(table(runs, settings, n_tokens))


if __name__ == "__main__":
    main()
