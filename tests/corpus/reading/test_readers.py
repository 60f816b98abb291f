"""Finding corpus files, and reading them as blocks of bytes."""

import errno
import gzip
import io
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.corpus.reading.blocks import read_blocks
from w2v_cli.corpus.reading import readers
from w2v_cli.corpus.reading.files import find_files
from w2v_cli.errors import CorpusError

SIZES = [1, 2, 3, 7, 4096, 1 << 20]
NAMES = ["b.txt", "a.txt", "below/c.txt", "below/deep/d.gz", ".hidden", ".git/e.txt", "below/.f"]


def written(directory: Path, content: bytes, name: str = "corpus.txt") -> Path:
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def unpacked_until_error(path: Path, size: int) -> tuple[bytes, str]:
    """Return what could be read, and the error that reading ended with."""
    read: list[bytes] = []
    with pytest.raises(CorpusError) as caught:
        read.extend(read_blocks(path, size))
    return b"".join(read), str(caught.value)


@pytest.mark.parametrize("size", SIZES)
def test_blocks_join_to_the_content_and_none_exceeds_the_size(tmp_path: Path, size: int) -> None:
    content = random.Random(size).randbytes(10_000)
    blocks = list(read_blocks(written(tmp_path, content), size))
    assert b"".join(blocks) == content
    # Every block but the last is full: 10,000 bytes make ceil(10,000 / size) blocks.
    assert [len(block) for block in blocks[:-1]] == [size] * (-(-10_000 // size) - 1)


def test_an_empty_file_has_no_blocks(tmp_path: Path) -> None:
    assert list(read_blocks(written(tmp_path, b""))) == []


def test_a_missing_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.txt"
    read, message = unpacked_until_error(path, 1)
    assert read == b""
    assert message == f"{path}: no such file; check the path"


def test_a_directory_is_an_error_that_names_it(tmp_path: Path) -> None:
    read, message = unpacked_until_error(tmp_path, 1)
    assert read == b""
    assert message == f"{tmp_path}: is a directory; name the text files in it"


def test_a_file_in_place_of_a_directory_is_an_error_that_names_the_path(tmp_path: Path) -> None:
    path = written(tmp_path, b"words\n") / "corpus.txt"
    assert unpacked_until_error(path, 1)[1].startswith(f"{path}: cannot be read")


def test_a_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with subprocess.Popen(["sh", "-c", "printf 'a b c' > pipe"], cwd=tmp_path):
        assert list(read_blocks(tmp_path / "pipe", 2)) == [b"a ", b"b ", b"c"]


def test_an_error_of_the_disk_names_file_and_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() >= 5000:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return super().read(size)

    path = written(tmp_path, b"")
    monkeypatch.setattr(readers, "_opened", lambda _: Failing(b"words " * 1000))
    read, message = unpacked_until_error(path, 1000)
    assert read == (b"words " * 1000)[:5000]
    assert message == f"{path}: cannot be read at byte 5,000: Input/output error"


@pytest.mark.parametrize("size", SIZES)
def test_a_dash_reads_stdin(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"some words\n")))
    assert b"".join(read_blocks("-", size)) == b"some words\n"


def test_a_closed_stdin_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(CorpusError, match="stdin: is closed"):
        list(read_blocks("-"))


READ_STDIN = """
from w2v_cli.corpus.reading.readers import read_texts
print(*[block for text in read_texts("-") for block in text.blocks])
"""


@pytest.mark.parametrize("packed_as", ["plain", "gzip", "zip"])
def test_stdin_can_be_packed_but_a_zip_archive_must_be_a_file(packed_as: str) -> None:
    content = {"plain": b"words", "gzip": gzip.compress(b"words"), "zip": b"PK\3\4" + bytes(100)}
    done = subprocess.run(
        [sys.executable, "-c", READ_STDIN],
        input=content[packed_as],
        capture_output=True,
        check=False,
    )
    if packed_as == "zip":
        assert b"stdin: a zip archive cannot be read from a pipe; save it" in done.stderr
    else:
        assert (done.stdout, done.stderr) == (b"b'words'\n", b"")


@pytest.fixture
def texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to a directory that holds a file for each of `NAMES`."""
    for name in NAMES:
        written(tmp_path / "texts", b"words", name)
    monkeypatch.chdir(tmp_path / "texts")
    return tmp_path / "texts"


@pytest.mark.parametrize(
    ("names", "files"),
    [
        ("b.txt a.txt", "b.txt a.txt"),
        ("a.txt a.txt", "a.txt a.txt"),
        ("- a.txt", "- a.txt"),
        (".hidden", ".hidden"),
        ("below", "below/c.txt below/deep/d.gz"),
        (".", "a.txt b.txt below/c.txt below/deep/d.gz"),
        ("*.txt", "a.txt b.txt"),
        ("?.txt below/*", "a.txt b.txt below/c.txt"),
        ("[b-c].txt", "b.txt"),
        ("**/*.txt", "a.txt b.txt below/c.txt"),
        ("**", "a.txt b.txt below/c.txt below/deep/d.gz"),
    ],
)
def test_directories_and_patterns_stand_for_their_files_in_order(
    texts: Path, names: str, files: str
) -> None:
    assert find_files(names.split()) == files.split()
    absolute = [name if name == "-" else f"{texts}/{name}" for name in names.split()]
    expected = [name if name == "-" else f"{texts}/{name}" for name in files.split()]
    assert find_files(absolute) == expected


def test_a_file_whose_name_is_a_pattern_is_itself(texts: Path) -> None:
    written(texts, b"words", "[b-c].txt")
    assert find_files(["[b-c].txt"]) == ["[b-c].txt"]


@pytest.fixture
def linked(texts: Path) -> Path:
    """Add a link to a file, one to a directory elsewhere, loops, and one to nothing."""
    written(texts.parent, b"words", "elsewhere/x.txt")
    (texts / "below" / "link.txt").symlink_to(texts / "a.txt")
    (texts / "outside").symlink_to(texts.parent / "elsewhere")
    (texts / "below" / "loop").symlink_to(texts)
    (texts / "below" / "itself").symlink_to("itself")
    (texts / "below" / "nothing").symlink_to("nothing")
    return texts


@pytest.mark.parametrize(
    ("name", "files"),
    [
        (".", "a.txt b.txt below/c.txt below/deep/d.gz below/link.txt"),
        ("**", "a.txt b.txt below/c.txt below/deep/d.gz below/link.txt"),
        ("**/*.txt", "a.txt b.txt below/c.txt below/link.txt"),
        ("*/*.txt", "below/c.txt below/link.txt"),
        ("below", "below/c.txt below/deep/d.gz below/link.txt"),
        # Named itself, a link to a directory is followed.
        ("outside", "outside/x.txt"),
        ("outside/*", "outside/x.txt"),
        ("**/loop/b*", "below/loop/b.txt"),
        ("below/loop/**/*.gz", "below/loop/below/deep/d.gz"),
    ],
)
def test_links_to_files_are_read_and_links_to_directories_only_where_they_are_named(
    linked: Path, name: str, files: str
) -> None:
    assert find_files([name]) == files.split()
    assert find_files([f"{linked}/{name}"]) == [f"{linked}/{file}" for file in files.split()]


def test_many_loops_of_links_are_walked_once(texts: Path) -> None:
    for number in range(30):
        (texts / "below" / f"loop{number}").symlink_to(texts)
    assert len(find_files(["**/*"])) == len(find_files(["."])) == 4


@pytest.mark.parametrize(
    ("name", "files"),
    [
        (".git/*", ".git/e.txt"),
        (".*/*.txt", ".git/e.txt"),
        (".h*", ".hidden"),
        ("**/.f", "below/.f"),
        (".git", ".git/e.txt"),
    ],
)
def test_hidden_files_are_found_where_a_dot_is_asked_for(
    texts: Path, name: str, files: str
) -> None:
    assert find_files([name]) == files.split()


def test_a_file_that_matches_in_several_ways_is_read_once(texts: Path) -> None:
    written(texts, b"words", "x/x/y.txt")
    assert find_files(["**/x/**/*.txt"]) == ["x/x/y.txt"]
    assert find_files(["**/**/y.*"]) == ["x/x/y.txt"]


def test_a_pattern_can_go_up(texts: Path) -> None:
    assert find_files(["../te*/a*"]) == ["../texts/a.txt"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("absent.txt", "absent.txt: no such file; check the path"),
        ("*.md", "*.md: no file matches this pattern"),
        ("below/dee?", "below/dee?: no file matches this pattern"),
        ("empty", "empty: no files in this directory; hidden ones do not count"),
    ],
)
def test_a_name_without_files_is_an_error(texts: Path, name: str, message: str) -> None:
    written(texts, b"words", "empty/.hidden")
    with pytest.raises(CorpusError) as caught:
        find_files(["a.txt", name])
    assert str(caught.value) == message
