"""Tar archives: the words of their files only, whatever they are packed in; damage is one error."""

import bz2
import gzip
import io
import lzma
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from tests.corpus.reading.blocks import read_blocks
from w2v_cli.corpus.reading.readers import read_texts
from w2v_cli.errors import CorpusError

SHARED = Path(__file__).parents[4] / "shared" / "cases" / "shards.tar.gz"

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstandard.compress,
}
FORMATS = {
    "ustar": tarfile.USTAR_FORMAT,
    "gnu": tarfile.GNU_FORMAT,
    "pax": tarfile.PAX_FORMAT,
}


def tarred(files: dict[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    """Return an archive of files; a name that ends with a slash is a directory."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name.rstrip("/"))
            info.size = len(content)
            if name.endswith("/"):
                info.type = tarfile.DIRTYPE
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def texts(directory: Path, content: bytes) -> list[tuple[str, bytes]]:
    """Return name, without the archive's, and content of each text."""
    path = directory / "texts.tar"
    path.write_bytes(content)
    found = [(text.name, b"".join(text.blocks)) for text in read_texts(path)]
    return [(name.removeprefix(f"{path}/"), content) for name, content in found]


def error_of(directory: Path, content: bytes) -> str:
    with pytest.raises(CorpusError) as caught:
        texts(directory, content)
    return str(caught.value).removeprefix(f"{directory}/")


TWO = {"shards/": b"", "shards/0.txt": b"the cat\n" * 100, "shards/1.txt": b"the mat\n"}
EXPECTED = [("shards/0.txt", b"the cat\n" * 100), ("shards/1.txt", b"the mat\n")]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("packed_as", PACKERS)
def test_files_of_an_archive_are_texts_of_their_own(
    tmp_path: Path, packed_as: str, form: str
) -> None:
    assert texts(tmp_path, PACKERS[packed_as](tarred(TWO, FORMATS[form]))) == EXPECTED


def test_an_archive_without_a_magic_word_is_recognized_by_its_sum_of_bytes(tmp_path: Path) -> None:
    archive = bytearray(tarred({"a": b"words\n"}, tarfile.USTAR_FORMAT))
    archive[257:265] = bytes(8)
    archive[148:156] = b" " * 8
    archive[148:156] = b"%06o\0 " % sum(archive[:512])
    assert texts(tmp_path, bytes(archive)) == [("a", b"words\n")]


@pytest.mark.skipif(not SHARED.exists(), reason="needs the cases that are not in the repository")
def test_packed_shards_give_their_words_only() -> None:
    words = b"".join(read_blocks(SHARED)).split()
    assert len(words) == 3600
    assert set(words) == set(b"0 1 cat mat on sat shard the with".split())


@pytest.mark.parametrize("form", ["gnu", "pax"])
def test_long_and_foreign_names_are_named(tmp_path: Path, form: str) -> None:
    name = "deep/" * 60 + "äöü.txt"
    assert texts(tmp_path, tarred({name: b"words"}, FORMATS[form])) == [(name, b"words")]


def test_a_size_in_a_pax_header_counts(tmp_path: Path) -> None:
    whole = tarred({"a": b"words"})
    record = b"10 size=5\n"
    extension = tarfile.TarInfo("x")
    extension.type, extension.size = tarfile.XHDTYPE, len(record)
    header = tarfile.TarInfo("a").tobuf(tarfile.USTAR_FORMAT)  # which says 0
    archive = extension.tobuf(tarfile.USTAR_FORMAT) + record.ljust(512, b"\0") + header
    assert texts(tmp_path, archive + whole[512:]) == [("a", b"words")]


def test_hidden_files_and_links_are_left_out(tmp_path: Path) -> None:
    files = {
        "./a.txt": b"words", "__MACOSX/._a.txt": b"\0\5\x16\7", "./._a.txt": b"\0\5\x16\7",
        ".git/config": b"config", ".DS_Store": b"\0\0\0\1Bud1",
    }  # fmt: skip
    buffer = io.BytesIO(tarred(files))
    with tarfile.open(fileobj=buffer, mode="a") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo("link")
            info.type, info.linkname = kind, "a.txt"
            archive.addfile(info)
    assert texts(tmp_path, buffer.getvalue()) == [("./a.txt", b"words")]


def test_files_in_an_archive_can_be_packed_themselves(tmp_path: Path) -> None:
    files = {"a.gz": gzip.compress(b"one"), "b.tar.xz": lzma.compress(tarred({"c": b"two"}))}
    assert texts(tmp_path, tarred(files)) == [("a.gz", b"one"), ("b.tar.xz/c", b"two")]


def test_archives_put_one_after_another_are_read_as_one(tmp_path: Path) -> None:
    assert texts(tmp_path, tarred({"a": b"one"}) + tarred({"b": b"two"})) == [
        ("a", b"one"), ("b", b"two"),
    ]  # fmt: skip


@pytest.mark.parametrize("form", FORMATS)
def test_an_archive_cut_anywhere_is_an_error_that_names_it(tmp_path: Path, form: str) -> None:
    whole = tarred({"a": b"one " * 200, "b": b"two"}, FORMATS[form])
    end = len(whole.rstrip(b"\0"))
    for length in [*range(512, end, 37), *range(512, end, 512), end]:
        message = error_of(tmp_path, whole[:length])
        assert message.startswith("texts.tar"), length
        assert "damaged tar data after" in message, length


def test_a_damaged_header_is_no_end(tmp_path: Path) -> None:
    whole = bytearray(tarred({"a": b"one", "b": b"two"}))
    whole[1024 + 3] ^= 1  # in the name of the second file
    message = error_of(tmp_path, bytes(whole))
    assert message == (
        "texts.tar: damaged tar data after 1,536 unpacked bytes (bad checksum);"
        " fetch or pack the file again"
    )


def test_a_sparse_file_is_refused(tmp_path: Path) -> None:
    info = tarfile.TarInfo("a")
    info.type = tarfile.GNUTYPE_SPARSE
    buffer = info.tobuf(tarfile.GNU_FORMAT)
    assert error_of(tmp_path, buffer + bytes(1024)) == (
        "texts.tar: cannot be unpacked: it holds a sparse file, which is not read; unpack it"
    )


def test_what_packs_itself_ends(tmp_path: Path) -> None:
    content = b"words"
    for _ in range(20):
        content = gzip.compress(content)
    assert error_of(tmp_path, content) == (
        "texts.tar: is packed more than 8 times; unpack it first"
    )


READ_STDIN = """
from w2v_cli.corpus.reading.readers import read_texts
for text in read_texts("-"):
    print(text.name, b"".join(text.blocks))
"""


def test_an_archive_is_read_from_a_pipe() -> None:
    done = subprocess.run(
        [sys.executable, "-c", READ_STDIN],
        input=gzip.compress(tarred({"a": b"one", "b": b"two"})),
        capture_output=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == (b"stdin/a b'one'\nstdin/b b'two'\n", b"")


COUNT_BYTES = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (200 << 20, 200 << 20))
from w2v_cli.corpus.reading.readers import read_texts
print(sum(len(block) for text in read_texts(sys.argv[1]) for block in text.blocks))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to RLIMIT_AS")
def test_a_large_file_in_an_archive_takes_little_memory(tmp_path: Path) -> None:
    n_bytes = 256 << 20
    path = tmp_path / "large.tar.gz"
    with (
        tarfile.open(path, "w:gz", compresslevel=1) as archive,
        Path("/dev/zero").open("rb") as zeros,
    ):
        info = tarfile.TarInfo("zeros")
        info.size = n_bytes
        archive.addfile(info, zeros)
    done = subprocess.run(
        [sys.executable, "-c", COUNT_BYTES, path], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == (f"{n_bytes}\n", "")
