"""Vector files in every packing: gzip, bzip2, xz, zstd, and archives of one file."""

import bz2
import gzip
import io
import lzma
import sys
import tarfile
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import zstandard

from tests.long import long_after
from tests.vectors.test_damaged_files import MOST_BYTES, damaged, survives
from w2v_cli.errors import ModelError
from w2v_cli.vectors.formats.registry import read

TEXT = b"2 2\nthe 1 2\nof 3 4\n"
FLOATS = np.array([[1, 2], [3, 4]], dtype="<f4")
BINARY = b"2 2\nthe " + FLOATS[0].tobytes() + b"\nof " + FLOATS[1].tobytes() + b"\n"


def zipped(*files: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return stream.getvalue()


def tarred(*files: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, content in files:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstandard.compress,
    "zip": lambda content: zipped(("vectors/a.vec", content)),
    "zip of macOS": lambda content: zipped(("a.vec", content), ("__MACOSX/._a.vec", b"\0\5\x16\7")),
    "tar": lambda content: tarred(("vectors/a.vec", content)),
    "tar.gz": lambda content: gzip.compress(tarred(("./._a.vec", b"\0\5"), ("./a.vec", content))),
    "tar.xz": lambda content: lzma.compress(tarred(("a.vec", content))),
    "gzip in zip": lambda content: zipped(("a.vec.gz", gzip.compress(content))),
}


@pytest.mark.parametrize(
    "content",
    [TEXT, TEXT[4:], BINARY, b"\xef\xbb\xbf" + TEXT, b"the\t1\t2\nof\t3\t4\n"],
    ids=["text", "GloVe", "binary", "marked", "tabs"],
)
@pytest.mark.parametrize("packing", PACKINGS)
def test_packed_vectors_are_read_whatever_the_name(
    tmp_path: Path, packing: str, content: bytes
) -> None:
    path = tmp_path / "vectors"
    path.write_bytes(PACKINGS[packing](content))
    found = read(path)
    assert (found.words, found.table.tolist()) == (["the", "of"], FLOATS.tolist())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (zipped(("g/a.50d.txt", TEXT), ("g/a.100d.txt", TEXT)),
         "a zip archive of 2 files: g/a.50d.txt, g/a.100d.txt; unpack it and name the one that"),
        (gzip.compress(tarred(*((f"{n}.txt", TEXT) for n in range(9)))),
         "a tar archive of 9 files: 0.txt, 1.txt, 2.txt, 3.txt, 4.txt, …; unpack it"),
        (tarred(("a\n\x1b[2J.txt", TEXT), ("b", TEXT)), "a tar archive of 2 files: a??[2J.txt, b;"),
        (zipped(), "a zip archive without a file"),
        (zipped((".hidden", TEXT)), "a zip archive without a file"),
        (gzip.compress(b""), "unpacked, it is empty"),
        (bz2.compress(b"<!doctype html>\n<html>"), "unpacked, it is an HTML page"),
        (gzip.compress(b"\x93NUMPY\1\0"), "unpacked, it is in the form npy, which is not"),
    ],
    ids=["zip", "tar", "names", "empty zip", "hidden", "empty", "HTML", "npy"],
)  # fmt: skip
def test_archive_that_does_not_hold_one_file_of_vectors_says_what_it_holds(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "packed"
    path.write_bytes(content)
    with pytest.raises(ModelError) as raised:
        read(path)
    assert str(raised.value).startswith(f"{path}: {message}")


@pytest.mark.parametrize("packing", PACKINGS)
def test_damaged_packing_gives_vectors_or_one_clean_error(tmp_path: Path, packing: str) -> None:
    good = PACKINGS[packing](TEXT)
    path = tmp_path / "packed"
    outcomes = [0, 0]
    # Most of a tar archive is zeros, which are passed over.
    for content in damaged(good, max(len(good) // 100, 1), (1, 0x80, 0xFF)):
        path.write_bytes(content)
        outcomes[survives(path)] += 1
    assert outcomes[0] > 20


LONG_LINES = {
    "numbers": b"the" + b" 1" * (1 << 22) + b"\n",
    "digits": b"the 1 " + b"1" * (1 << 23) + b"x\n",
    "commas": b"the" + b"," * (1 << 23) + b"\n",
    "long rows": (b"the" + b" 1" * (1 << 17) + b"\n") * 20,
    "digits under a header": b"2 3\nthe 1 2 " + b"3" * (1 << 19) + b"x\n",
}


@pytest.mark.parametrize("kind", long_after(2, LONG_LINES))
def test_long_lines_are_refused_or_read_in_bounded_time_and_memory(
    tmp_path: Path, kind: str
) -> None:
    content = LONG_LINES[kind]
    path = tmp_path / "long.gz"
    path.write_bytes(gzip.compress(content, 1))
    tracemalloc.start()
    try:
        started = time.process_time()
        survives(path)
        seconds = time.process_time() - started
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES + 4 * len(content)
    finally:
        tracemalloc.stop()
    assert seconds < 20  # tracing takes most of it


@pytest.mark.parametrize(
    "packing", long_after(3, ["gzip", "zip", "tar.gz", "tar", "bzip2", "zstd"])
)
def test_what_unpacks_to_one_endless_line_is_refused_in_bounded_memory(
    tmp_path: Path, packing: str
) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(PACKINGS[packing](b"2 3\nthe " + b"a" * (90 << 20)))
    tracemalloc.start()
    try:
        assert not survives(path)
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    finally:
        tracemalloc.stop()


def test_library_that_zstd_needs_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    (tmp_path / "a.zst").write_bytes(b"\x28\xb5\x2f\xfd" + bytes(20))
    with pytest.raises(ModelError, match=r"packed with zstd, .*: pip install zstandard"):
        read(tmp_path / "a.zst")


def test_password_is_said(tmp_path: Path) -> None:
    content = bytearray(zipped(("a.txt", TEXT)))
    # The first bit of the flags says that a file is encrypted, in both of its headers.
    content[6] |= 1
    content[content.index(b"PK\1\2") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(ModelError, match=r"cannot be unpacked: .*password"):
        read(tmp_path / "a.zip")
