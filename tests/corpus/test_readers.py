"""Reading corpus files as blocks of bytes, packed or not."""

import gzip
import os
import random
from pathlib import Path

import pytest

from w2v_cli.corpus.readers import read_blocks
from w2v_cli.errors import CorpusError

SIZES = [1, 2, 3, 7, 4096, 1 << 20]


def written(directory: Path, content: bytes, name: str = "corpus.txt") -> Path:
    path = directory / name
    path.write_bytes(content)
    return path


def unpacked_until_error(path: Path, size: int) -> tuple[bytes, str]:
    """Return what could be read, and the error that reading ended with."""
    read: list[bytes] = []
    with pytest.raises(CorpusError) as caught:
        read.extend(read_blocks(path, size))
    return b"".join(read), str(caught.value)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("packed", [False, True])
def test_blocks_join_to_the_content_and_none_exceeds_the_size(
    tmp_path: Path, size: int, packed: bool
) -> None:
    content = random.Random(size).randbytes(10_000)
    path = written(tmp_path, gzip.compress(content) if packed else content)
    blocks = list(read_blocks(path, size))
    assert b"".join(blocks) == content
    # Every block but the last is full: 10,000 bytes make ceil(10,000 / size) blocks.
    assert [len(block) for block in blocks[:-1]] == [size] * (-(-10_000 // size) - 1)


@pytest.mark.parametrize("name", ["corpus.txt", "corpus.gz", "corpus"])
def test_gzip_is_recognized_by_content_and_not_by_name(tmp_path: Path, name: str) -> None:
    plain = written(tmp_path, b"plain text\n", f"plain-{name}")
    packed = written(tmp_path, gzip.compress(b"packed text\n"), f"packed-{name}")
    assert list(read_blocks(plain)) == [b"plain text\n"]
    assert list(read_blocks(packed)) == [b"packed text\n"]


@pytest.mark.parametrize("size", SIZES)
def test_archives_put_one_after_another_are_read_as_one_text(tmp_path: Path, size: int) -> None:
    path = written(tmp_path, gzip.compress(b"one ") + gzip.compress(b"") + gzip.compress(b"two"))
    assert b"".join(read_blocks(path, size)) == b"one two"


@pytest.mark.parametrize("content", [b"", gzip.compress(b"")])
def test_an_empty_file_has_no_blocks(tmp_path: Path, content: bytes) -> None:
    assert list(read_blocks(written(tmp_path, content))) == []


@pytest.mark.parametrize("content", [b"\x1f", b"a", b"\x1fa", b"\x8b\x1f"])
def test_a_file_too_short_or_too_different_for_gzip_is_read_as_it_is(
    tmp_path: Path, content: bytes
) -> None:
    assert list(read_blocks(written(tmp_path, content))) == [content]


def test_gzip_cut_anywhere_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    packed = gzip.compress(b"some words, some more words\n" * 3)
    for length in range(2, len(packed)):  # the first two bytes say that it is gzip
        path = written(tmp_path, packed[:length])
        _, message = unpacked_until_error(path, 7)
        assert message.startswith(f"{path}: damaged gzip data after ")


def test_the_error_counts_the_bytes_unpacked_before_the_damage(tmp_path: Path) -> None:
    content = random.Random(1).randbytes(200_000)
    path = written(tmp_path, gzip.compress(content)[:-1000])
    read, message = unpacked_until_error(path, 4096)
    assert len(read) > 100_000
    assert content.startswith(read)
    assert f"after {len(read):,} unpacked bytes" in message


@pytest.mark.parametrize("position", [-8, -4, 20])
def test_gzip_with_a_changed_byte_is_an_error_that_names_the_file(
    tmp_path: Path, position: int
) -> None:
    # -8 is in the checksum, -4 in the length, 20 in the packed data.
    packed = bytearray(gzip.compress(random.Random(2).randbytes(1000) + bytes(1000)))
    packed[position] ^= 0xFF
    path = written(tmp_path, bytes(packed))
    _, message = unpacked_until_error(path, 4096)
    assert message.startswith(f"{path}: damaged gzip data")


def test_gzip_with_something_else_after_it_is_an_error(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress(b"words\n") + b"not gzip")
    assert unpacked_until_error(path, 4096)[1].startswith(f"{path}: damaged gzip data")


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


def test_a_pipe_is_refused_because_text_is_read_twice(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CorpusError, match="pipe: is not a regular file"):
        list(read_blocks(tmp_path / "pipe"))
