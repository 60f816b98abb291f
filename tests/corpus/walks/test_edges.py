"""Lists of edges are read as they stand, and a line that is no edge is named."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from w2v_cli.corpus.walks import edges
from w2v_cli.corpus.walks.edges import Edges, read_edges
from w2v_cli.errors import CorpusError


def as_text(found: Edges) -> list[str]:
    return [
        f"{found.names[source]}-{found.names[target]}"
        for source, target in zip(found.sources, found.targets, strict=True)
    ]


@pytest.mark.parametrize("size", [7, 1 << 22])
def test_lines_are_edges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(edges, "READ_SIZE", size)
    path = tmp_path / "edges.txt"
    path.write_text(
        "# from to\n#tag b\na\tb\n\n % a comment? no, three words\n".replace(" %", "%")
        + "b  café\r\n#\ncafé a\n",
        encoding="utf-8",
    )
    found = read_edges(path)
    assert as_text(found) == ["#tag-b", "a-b", "b-café", "café-a"]
    assert found.names == ["#tag", "b", "a", "café"]
    assert found.weights is None


def test_a_third_column_is_the_weight(tmp_path: Path) -> None:
    path = tmp_path / "edges.gz"
    path.write_bytes(gzip.compress(b"\xef\xbb\xbfx y 1.5\ny z 2e-3"))
    found = read_edges(path)
    assert as_text(found) == ["x-y", "y-z"]
    assert found.weights is not None
    assert found.weights.tolist() == [1.5, 0.002]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a b\n\nc\n", "edges.txt:3: expected `node node` or `node node weight`"),
        (b"a b\na b 2\n", "edges.txt:2: expected"),
        (b"# x\na b 1 2009\n", "edges.txt:2: expected"),
        (b"a,b\n", "edges.txt:1: expected .*: 'a,b'"),
        (b"a b 1\nb c -1\n", "edges.txt:2: a weight must be a number above 0: 'b c -1'"),
        (b"a b 1\n\nb c 0\n", "edges.txt:3: a weight must be"),
        (b"a b 1\nb c nan\n", "edges.txt:2: a weight must be"),
        (b"a b heavy\n", "edges.txt:1: a weight must be"),
        (b"a b\nc caf\xe9\n", "edges.txt:2: not valid UTF-8"),
        ("a b\nc d\u00a0e\n".encode(), "edges.txt:2: the name of a node holds a space"),
        (b"# nothing\n\n", "edges.txt: has no edges; expected"),
        (b"", "edges.txt: has no edges"),
    ],
)
@pytest.mark.parametrize("size", [5, 1 << 22])
def test_a_line_that_is_no_edge_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, message: str, size: int
) -> None:
    monkeypatch.setattr(edges, "READ_SIZE", size)
    (tmp_path / "edges.txt").write_bytes(content)
    with pytest.raises(CorpusError, match=message):
        read_edges(tmp_path / "edges.txt")


def test_a_file_without_lines_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edges, "LONGEST_LINE", 50)
    (tmp_path / "edges.txt").write_bytes(b"a " * 100)
    with pytest.raises(CorpusError, match="has a line of more than 50 bytes"):
        read_edges(tmp_path / "edges.txt")
    with pytest.raises(CorpusError, match="no such file"):
        read_edges(tmp_path / "absent.txt")


def test_many_edges_come_as_they_were_written(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    pairs = random.integers(0, 500, size=(20_000, 2)).tolist()
    path = tmp_path / "edges.txt"
    path.write_text("".join(f"n{a} n{b}\n" for a, b in pairs))
    assert as_text(read_edges(path)) == [f"n{a}-n{b}" for a, b in pairs]
