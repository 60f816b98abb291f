"""`w2v walks` writes walks that `w2v train` reads, and the vectors know the planted communities."""

import gzip
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from w2v_cli.vectors.loading import load_vectors

Run = Callable[..., subprocess.CompletedProcess[str]]

EDGES = "a b\nb c\nc a\nc d\n"
RECIPE = Path(__file__).parents[2] / "configs" / "graph.yaml"


def test_walks_are_lines_of_the_names_of_neighbors(run_w2v: Run, tmp_path: Path) -> None:
    (tmp_path / "edges.txt").write_text(EDGES)
    done = run_w2v("walks", "edges.txt", "-o", "-", "--walks", "3", "--length", "5", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr == "4 nodes, 4 edges; 12 walks of up to 5 nodes\n"
    lines = [line.split(" ") for line in done.stdout.splitlines()]
    assert {len(line) for line in lines} == {5}
    assert Counter(line[0] for line in lines) == dict.fromkeys("abcd", 3)
    edges = {*EDGES.splitlines(), *(line[::-1] for line in EDGES.splitlines())}
    steps = {f"{a} {b}" for line in lines for a, b in pairwise(line)}
    assert steps <= edges


def test_options_and_files_are_those_of_the_help(run_w2v: Run, tmp_path: Path) -> None:
    (tmp_path / "edges.gz").write_bytes(gzip.compress(EDGES.encode()))
    asked = ["walks", "edges.gz", "-o", "walks.gz", "--walks", "2", "--directed"]
    assert run_w2v(*asked, "-p", "2", "-q", "0.5", cwd=tmp_path).returncode == 0
    first = (tmp_path / "walks.gz").read_bytes()
    assert run_w2v(*asked, "-p", "2", "-q", "0.5", cwd=tmp_path).returncode == 0
    assert (tmp_path / "walks.gz").read_bytes() == first
    assert "d\n" in gzip.decompress(first).decode()  # no edge leads on from d
    assert run_w2v(*asked, "--seed", "5", cwd=tmp_path).returncode == 0
    assert (tmp_path / "walks.gz").read_bytes() != first
    done = run_w2v("walks", "-", "-o", "-", "--length", "2", "--walks", "1", input="x y 3\n")
    assert sorted(done.stdout.splitlines()) == ["x y", "y x"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["absent.txt"], 1, "error: absent.txt: no such file; check the path\n"),
        (["bad.txt"], 1, "error: bad.txt:2: expected `node node` or `node node weight`, separated"),
        (["-"], 1, "error: stdin: has no edges; expected `node node` or `node node weight`"),
        (["edges.txt", "-p", "0"], 2, "error: p must be a number above 0, got 0.0\n"),
        (["edges.txt", "-q", "nan"], 2, "error: q must be a number above 0, got nan\n"),
    ],
)
def test_bad_input_is_one_error(
    run_w2v: Run, tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    (tmp_path / "edges.txt").write_text(EDGES)
    (tmp_path / "bad.txt").write_text("a b\nc\n")
    done = run_w2v("walks", *arguments, "-o", "walks.txt", input="", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith(message)
    assert not (tmp_path / "walks.txt").exists()


@pytest.mark.long
def test_communities_are_found_in_vectors_that_are_trained_on_walks(tmp_path: Path) -> None:
    # 300 nodes in 10 communities; 6 edges of a node stay in its community and 3 leave it.
    random = np.random.default_rng(0)
    communities = np.arange(300) % 10
    edges = []
    for _ in range(900):
        members = np.flatnonzero(communities == random.integers(10))
        edges.append(random.choice(members, 2, replace=False))
    edges += [random.integers(300, size=2) for _ in range(450)]
    lines = [f"c{communities[a]}_{a} c{communities[b]}_{b}\n" for a, b in edges]
    (tmp_path / "edges.txt").write_text("".join(lines))
    program = f"{sys.executable} -m w2v_cli"
    done = subprocess.run(
        f"{program} walks edges.txt -o - | {program} train - --config {RECIPE} --dimension 32",
        shell=True,
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    vectors = load_vectors(tmp_path / "w2v-model")
    words = list(vectors.vocabulary.words)
    same = [
        near.word.split("_")[0] == word.split("_")[0]
        for word, answer in zip(words, vectors.neighbors_of(words, 10), strict=True)
        for near in answer
    ]
    assert len(words) > 290
    assert np.mean(same) > 0.8  # 0.1 would be chance
