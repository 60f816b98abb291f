"""A damaged or lying file gives a valid result or one ModelError, at once and in little memory.

pytest takes a part of the truncations and changed bytes; all of them, and every value of each byte
that is a power of two away, are tried by

    python tests/vectors/test_damaged_files.py
"""

import gzip
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from w2v_cli.errors import ModelError
from w2v_cli.vectors.formats.contents import Contents
from w2v_cli.vectors.formats.names import FORMS
from w2v_cli.vectors.formats.registry import read, writer

MOST_BYTES = 64 << 20


def small(form: str, path: Path) -> list[Path]:
    """Write vectors that take some 1.5 KB in each form; return the files."""
    words = ["the", "café", "日本", *(f"word{id}" for id in range(27))]
    table = np.random.default_rng(5).normal(size=(len(words), 6)).astype(np.float32)
    contents = Contents(words, table, np.arange(len(words), 0, -1))
    if not FORMS[form].is_directory:
        with path.open("wb") as file:
            writer(form)(file, contents)
        return [path]
    path.mkdir()
    writer(form)(path, contents)
    return sorted(path.iterdir())


def damaged(good: bytes, every: int, flips: tuple[int, ...]) -> Iterator[bytes]:
    """Yield `good` cut off at, and changed in, each `every`-th byte by exclusive or."""
    for at in range(0, len(good), every):
        yield good[:at]
        for flip in flips:
            yield good[:at] + bytes([good[at] ^ flip]) + good[at + 1 :]


def survives(path: Path, form: str | None = None) -> bool:
    """Read; return whether it can be used. Anything but vectors or a ModelError is raised."""
    try:
        found = read(path, form)
    except ModelError as error:
        message = str(error)
        assert "\n" not in message
        assert len(message) < 1000
        return False
    assert len(found.words) == len(set(found.words)) == len(found.table)
    assert found.table.dtype == np.float32
    assert np.isfinite(found.table).all()
    return True


def try_all(form: str, directory: Path, every: int, flips: tuple[int, ...]) -> tuple[int, int]:
    """Damage each file of a form; return how many of the cases could be read, and how many not."""
    outcomes = [0, 0]
    target = directory / form
    for path in small(form, target):
        good = path.read_bytes()
        for content in damaged(good, every, flips):
            # Under a new name, because the earlier file may still be mapped.
            path.unlink()
            path.write_bytes(content)
            outcomes[survives(target)] += 1
        path.write_bytes(good)
        assert survives(target)
    return outcomes[1], outcomes[0]


@pytest.mark.parametrize("form", FORMS)
def test_damage_gives_vectors_or_one_clean_error(form: str, tmp_path: Path) -> None:
    good, bad = try_all(form, tmp_path, every=13, flips=(1, 0x80, 0xFF))
    assert bad > 10
    assert good + bad > 150


LIES = ["0", "-1", "4294967296", str(2**31), str(2**63), "1" + "0" * 30, "x", "1.5", ""]


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("field", ["words", "numbers", "line"])
@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("form", ["text", "binary", None], ids=str)
def test_header_that_lies_is_found_without_taking_memory(
    tmp_path: Path, form: str | None, lie: str, field: str, packed: bool
) -> None:
    (path,) = small(form or "binary", tmp_path / "file")
    header, _, rest = path.read_bytes().partition(b"\n")
    assert header == b"30 6"
    stated = {"words": f"{lie} 6", "numbers": f"30 {lie}", "line": lie}[field]
    content = stated.encode() + b"\n" + rest
    path.write_bytes(gzip.compress(content) if packed else content)
    tracemalloc.start()
    try:
        assert not survives(path, form)
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "shape", ["(30, 6000000000)", "(3000000000, 6)", "(0, 6)", "(30, 0)", "(180,)", "(-30, 6)"]
)
def test_npy_header_that_lies_takes_no_memory(tmp_path: Path, shape: str) -> None:
    table, _ = small("npy", tmp_path / "file")
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".encode()
    good = table.read_bytes()
    # A preamble of 10 bytes and a header of 118, which ends with a newline.
    table.write_bytes(good[:10] + header.ljust(117) + b"\n" + good[128:])
    assert not survives(tmp_path / "file")


def test_archive_that_unpacks_to_much_more_than_it_says_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.npz"
    np.savez_compressed(path, words=np.array(["a"]), vectors=np.zeros((1, 1 << 21), np.float32))
    assert path.stat().st_size < 20_000
    tracemalloc.start()
    try:
        assert not survives(path)  # more numbers in a vector than are believed
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("start", [b"2 3\n", b"the 1 2 3\n", b""], ids=["text", "glove", "no form"])
def test_gzip_of_one_endless_line_is_refused_in_bounded_memory(
    tmp_path: Path, start: bytes
) -> None:
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(start + b"a" * (200 << 20), compresslevel=1))
    tracemalloc.start()
    try:
        assert not survives(path)
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    finally:
        tracemalloc.stop()


def main() -> None:
    """Try every truncation and eight changes of every byte of each form."""
    flips = (1, 2, 4, 8, 16, 32, 64, 128, 255)
    for form in sys.argv[1:] or FORMS:
        with tempfile.TemporaryDirectory() as directory:
            started = time.perf_counter()
            good, bad = try_all(form, Path(directory), 1, flips)
            seconds = time.perf_counter() - started
        print(f"{form}: {good:,} read, {bad:,} refused, {seconds:.0f} s", flush=True)


if __name__ == "__main__":
    main()
