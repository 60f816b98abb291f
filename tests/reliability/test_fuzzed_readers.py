"""Files that were changed again and again, kept when they reach lines that none did before.

A small coverage-guided fuzzer: a change of a file is kept as the start of further ones when reading
it runs a line of our readers that nothing has run yet. It needs no compiler and no other library.
"""

import random
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import w2v_cli
from tests.reliability.test_damaged_files import READERS, write_small
from tests.vectors.test_damaged_files import small, survives

PACKAGE = str(Path(w2v_cli.__file__).parent)
FORMS = ("text", "binary", "glove", "npz", "safetensors")
PIECES = [b"\n", b" ", b"\t", b"\0", b"\r\n", b"-1", b"nan", b"1e999", b"9" * 30, b"\xff\xfe", b"{"]

Line = tuple[str, int]


def lines_run(call: Callable[[], object]) -> set[Line]:
    """Return the lines of the package that a call runs."""
    found = set[Line]()

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        if not frame.f_code.co_filename.startswith(PACKAGE):
            return None
        if event == "line":
            found.add((frame.f_code.co_filename, frame.f_lineno))
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return found


def changed(content: bytes, draw: random.Random) -> bytes:
    """Return a file with one to four changes: of a byte, of a stretch, of its length."""
    data = bytearray(content)
    for _ in range(draw.randint(1, 4)):
        at = draw.randint(0, len(data))
        piece = draw.choice(PIECES)
        kind = draw.randrange(4)
        if kind == 0:
            data[at : at + 1] = bytes([draw.randrange(256)])
        elif kind == 1:
            data[at:at] = piece
        elif kind == 2:
            data[at : at + len(piece)] = piece
        else:
            del data[at : at + draw.randint(1, 40)]
    return bytes(data)


def fuzz(path: Path, read: Callable[[Path], object], n_cases: int, seed: int) -> tuple[int, int]:
    """Read changed files; return how many lines were reached, and how many files were kept."""
    draw, kept = random.Random(seed), [path.read_bytes()]
    reached = lines_run(lambda: read(path))
    for _ in range(n_cases):
        content = changed(draw.choice(kept), draw)
        path.unlink()  # the earlier file may still be mapped
        path.write_bytes(content)
        if new := lines_run(lambda: read(path)) - reached:
            reached |= new
            kept.append(content)
    return len(reached), len(kept)


def run(kind: str, directory: Path, n_cases: int, seed: int = 1) -> tuple[int, int]:
    if kind in FORMS:
        (path,) = small(kind, directory / kind)
        return fuzz(path, survives, n_cases, seed)
    path = directory / f"small.{kind}"
    write_small(path)
    return fuzz(path, READERS[kind], n_cases, seed)


@pytest.mark.parametrize("kind", [*FORMS, *READERS])
def test_readers_give_a_result_or_one_clean_error(kind: str, tmp_path: Path) -> None:
    n_lines, n_kept = run(kind, tmp_path, n_cases=60)
    assert n_lines > 5
    assert n_kept > 1


@pytest.mark.torture
@pytest.mark.parametrize("kind", [*FORMS, *READERS])
def test_readers_give_a_result_or_one_clean_error_in_many_cases(kind: str, tmp_path: Path) -> None:
    n_lines, n_kept = run(kind, tmp_path, n_cases=10_000)
    print(f"{kind}: 10,000 files, {n_lines} lines reached, {n_kept} kept")
