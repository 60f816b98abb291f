"""Text packed in each format: the same bytes, one error for whatever is damaged, little memory."""

import bz2
import gzip
import io
import lzma
import random
import stat
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from tests.corpus.reading.blocks import read_blocks
from tests.long import long_after
from w2v_cli.archives import packing
from w2v_cli.corpus.reading.readers import read_texts
from w2v_cli.errors import CorpusError

SMALLEST = 10
"""Bytes that show what any of the archives is packed in."""

SIZES = [1, 2, 3, 7, 4096, 1 << 20]
SKIPPED_FRAME = struct.pack("<II", 0x184D2A50, 3) + b"abc"


def zipped(*contents: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive with a directory, and the contents as 0.txt, 1.txt ..."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("texts/", b"")
        for number, content in enumerate(contents):
            archive.writestr(f"texts/{number}.txt", content)
    return buffer.getvalue()


def zstd(content: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True).compress(content)


STREAMS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstd,
}
PACKERS = STREAMS | {"zip": zipped}


def written(directory: Path, content: bytes) -> Path:
    path = directory / "corpus.txt"
    path.write_bytes(content)
    return path


def unpacked(directory: Path, content: bytes, size: int = 4096) -> bytes:
    return b"".join(read_blocks(written(directory, content), size))


def error_of(directory: Path, content: bytes) -> str:
    """Return the message about a damaged file, without the directory's name."""
    with pytest.raises(CorpusError) as caught:
        unpacked(directory, content)
    return str(caught.value).replace(f"{directory}/", "")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("packed_as", PACKERS)
def test_blocks_join_to_the_content_and_all_but_the_last_are_full(
    tmp_path: Path, packed_as: str, size: int
) -> None:
    content = random.Random(size).randbytes(5000) + bytes(5000)
    path = written(tmp_path, PACKERS[packed_as](content))
    blocks = list(read_blocks(path, size))
    assert b"".join(blocks) == content
    assert [len(block) for block in blocks[:-1]] == [size] * (-(-10_000 // size) - 1)


@pytest.mark.parametrize("packed_as", STREAMS)
def test_archives_put_one_after_another_are_read_as_one_text(
    tmp_path: Path, packed_as: str
) -> None:
    pack = STREAMS[packed_as]
    assert unpacked(tmp_path, pack(b"one ") + pack(b"") + pack(b"two")) == b"one two"


@pytest.mark.parametrize("packed_as", PACKERS)
def test_an_empty_archive_holds_nothing(tmp_path: Path, packed_as: str) -> None:
    assert unpacked(tmp_path, PACKERS[packed_as](b"")) == b""


def test_padding_and_frames_to_skip_are_no_text(tmp_path: Path) -> None:
    for pack in (gzip.compress, lzma.compress):
        assert unpacked(tmp_path, pack(b"a ") + bytes(8) + pack(b"b") + bytes(512)) == b"a b"
    assert unpacked(tmp_path, SKIPPED_FRAME + zstd(b"a ") + SKIPPED_FRAME + zstd(b"b")) == b"a b"


@pytest.mark.parametrize("packed_as", PACKERS)
def test_an_archive_cut_anywhere_is_an_error_that_names_the_file(
    tmp_path: Path, packed_as: str
) -> None:
    packed = PACKERS[packed_as](b"some words, some more words\n" * 3)
    for length in range(SMALLEST, len(packed)):
        message = error_of(tmp_path, packed[:length])
        assert message.startswith("corpus.txt"), length
        assert f"damaged {packed_as} data after " in message, length


@pytest.mark.parametrize("packed_as", STREAMS)
def test_the_error_counts_the_bytes_unpacked_before_the_damage(
    tmp_path: Path, packed_as: str
) -> None:
    content = random.Random(1).randbytes(2_000_000)
    path = written(tmp_path, STREAMS[packed_as](content)[:-1000])
    read: list[bytes] = []
    with pytest.raises(CorpusError) as caught:
        read.extend(read_blocks(path, 4096))
    joined = b"".join(read)
    assert len(joined) > 900_000
    assert content.startswith(joined)
    assert f"{path}: damaged {packed_as} data after {len(joined):,} unpacked bytes" in str(
        caught.value
    )


@pytest.mark.parametrize("packed_as", PACKERS)
def test_a_changed_byte_gives_the_same_text_or_one_error_about_the_file(
    tmp_path: Path, packed_as: str
) -> None:
    content = b"some words, some more words\n"
    packed = PACKERS[packed_as](content)
    messages = []
    for position in range(SMALLEST, len(packed)):
        changed = bytearray(packed)
        changed[position] ^= 0xFF
        try:
            # Some bytes are dates, comments or names; a zip member can become a directory.
            assert unpacked(tmp_path, bytes(changed)) in (content, b"")
        except CorpusError as error:
            messages.append(str(error))
    assert len(messages) > len(packed) // 4
    assert all(message.startswith(f"{tmp_path}/corpus.txt") for message in messages)
    assert not any("\n" in message for message in messages)


@pytest.mark.parametrize("packed_as", STREAMS)
def test_an_archive_with_something_else_after_it_is_an_error(
    tmp_path: Path, packed_as: str
) -> None:
    message = error_of(tmp_path, STREAMS[packed_as](b"words\n") + b"not packed")
    assert message.startswith(f"corpus.txt: damaged {packed_as} data after ")


@pytest.mark.parametrize(
    "content", [b"BZh9 ", b"BZhello world", b"\xfd7zX", b"PK\x03", b"\x28\xb5"]
)
def test_what_only_begins_like_an_archive_is_read_as_it_is(tmp_path: Path, content: bytes) -> None:
    assert packing(content) is None
    assert unpacked(tmp_path, content) == content


def test_members_of_a_zip_archive_are_texts_of_their_own(tmp_path: Path) -> None:
    path = written(tmp_path, zipped(b"one", b"", b"two\n"))
    texts = [(text.name, b"".join(text.blocks)) for text in read_texts(path)]
    names = [f"{path}/texts/{number}.txt" for number in range(3)]
    assert texts == [(names[0], b"one"), (names[1], b""), (names[2], b"two\n")]
    assert b"".join(read_blocks(path)) == b"one\n\ntwo\n"


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_zip_members_are_packed_in_any_of_the_ways_that_python_knows(
    tmp_path: Path, method: int
) -> None:
    packed = zipped(b"some words " * 100, method=method)
    assert unpacked(tmp_path, packed) == b"some words " * 100


def test_a_zip_member_with_a_password_is_an_error_that_names_it(tmp_path: Path) -> None:
    packed = bytearray(zipped(b"words"))
    # The first flag of a member says that it is encrypted: 6 bytes into its header, 8 into its
    # entry in the directory.
    packed[packed.rindex(b"PK\x03\x04") + 6] |= 1
    packed[packed.rindex(b"PK\x01\x02") + 8] |= 1
    message = error_of(tmp_path, bytes(packed))
    assert message.startswith("corpus.txt/texts/0.txt: cannot be unpacked: ")
    assert "password" in message


def test_without_its_library_zstd_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    assert error_of(tmp_path, zstd(b"words")) == (
        "corpus.txt: is packed with zstd, which needs a library: pip install zstandard"
    )


COUNT_BYTES = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (200 << 20, 200 << 20))
from w2v_cli.corpus.reading.readers import read_texts
print(sum(len(block) for text in read_texts(sys.argv[1]) for block in text.blocks))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to RLIMIT_AS")
@pytest.mark.parametrize("packed_as", long_after(2, PACKERS))
def test_a_small_file_that_unpacks_to_a_huge_one_takes_little_memory(
    tmp_path: Path, packed_as: str
) -> None:
    n_bytes = 256 << 20
    if packed_as == "zip":
        path = written(tmp_path, zipped(*[bytes(n_bytes // 4)] * 4))
    else:
        path = written(tmp_path, STREAMS[packed_as](bytes(n_bytes // 4)) * 4)
    assert path.stat().st_size < n_bytes / 500
    done = subprocess.run(
        [sys.executable, "-c", COUNT_BYTES, path], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == (f"{n_bytes}\n", "")


def test_hidden_files_and_links_in_a_zip_archive_are_left_out(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("a.txt", "__MACOSX/._a.txt", ".DS_Store", "b/.hidden/c.txt"):
            archive.writestr(name, b"words")
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, b"a.txt")
    path = written(tmp_path, buffer.getvalue())
    assert [text.name for text in read_texts(path)] == [f"{path}/a.txt"]


def test_a_stream_in_a_stream_is_unpacked_as_well(tmp_path: Path) -> None:
    assert unpacked(tmp_path, gzip.compress(lzma.compress(b"words"))) == b"words"
    assert unpacked(tmp_path, zipped(gzip.compress(b"words"))) == b"words"


def test_a_zip_archive_in_another_archive_is_an_error_that_says_so(tmp_path: Path) -> None:
    assert error_of(tmp_path, gzip.compress(zipped(b"words"))) == (
        "corpus.txt: a zip archive in another archive; unpack that one first"
    )
