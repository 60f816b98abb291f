"""Files that are named by an address, through the real fsspec and its file systems."""

import gzip
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from w2v_cli.config.sections import TextConfig
from w2v_cli.corpus.reading.addresses import is_address
from w2v_cli.corpus.reading.files import find_files
from w2v_cli.corpus.reading.readers import read_texts
from w2v_cli.corpus.reading.tokenizer import Tokenizer
from w2v_cli.corpus.records.reading import Records, corpus_blocks
from w2v_cli.errors import CorpusError

ROOT = Path(__file__).parents[3]


@pytest.fixture
def memory() -> Iterator[Any]:
    """Give fsspec's file system in memory, empty."""
    fsspec = pytest.importorskip("fsspec", reason="fsspec is not installed")
    files = fsspec.filesystem("memory")
    yield files
    files.store.clear()
    files.pseudo_dirs[:] = [""]


def contents(name: str) -> list[bytes]:
    return [b"".join(text.blocks) for text in read_texts(name)]


def test_a_file_a_directory_and_a_pattern_are_found(memory: Any) -> None:
    for name in ("b.txt", "a.txt", "deep/c.txt", "d.md"):
        memory.pipe(f"/texts/{name}", name.encode())
    assert [contents(name) for name in find_files(["memory://texts/a.txt"])] == [[b"a.txt"]]
    assert [contents(name) for name in find_files(["memory://texts"])] == [
        [b"a.txt"],
        [b"b.txt"],
        [b"d.md"],
        [b"deep/c.txt"],
    ]
    assert [contents(name) for name in find_files(["memory://texts/*.txt"])] == [
        [b"a.txt"],
        [b"b.txt"],
    ]


def test_packed_files_are_unpacked(memory: Any) -> None:
    memory.pipe("/a.gz", gzip.compress(b"the cat\n" * 100_000))
    assert contents("memory://a.gz") == [b"the cat\n" * 100_000]


def test_records_are_read_and_a_parquet_file_is_read_where_it_lies(memory: Any) -> None:
    import pyarrow
    import pyarrow.parquet

    with memory.open("/rows.parquet", "wb") as file:
        pyarrow.parquet.write_table(pyarrow.table({"text": ["a b", "c"]}), file)
    memory.pipe("/rows.jsonl", b'{"text": "a b"}\n{"text": "c"}\n')
    config = TextConfig(field="text")
    for name in ("memory://rows.parquet", "memory://rows.jsonl"):
        (block,) = corpus_blocks([name], Tokenizer.of(config), Records.of(config))
        assert block.data == b"a b\nc\n"


@pytest.mark.parametrize("name", ["memory://texts/absent.txt", "memory://texts/*.csv"])
def test_a_file_that_is_not_there_is_one_error(memory: Any, name: str) -> None:
    with pytest.raises(CorpusError, match="no such file; check the address"):
        find_files([name])


def test_an_unknown_kind_of_address_is_one_error(memory: Any) -> None:
    with pytest.raises(CorpusError, match=r"^nonsense://a: cannot be reached: Protocol not known"):
        find_files(["nonsense://a"])


def test_a_connection_that_breaks_is_one_error_with_the_address(memory: Any) -> None:
    import fsspec
    from fsspec.implementations.memory import MemoryFileSystem

    class Breaking(MemoryFileSystem):  # type: ignore[misc]
        protocol = "breaking"

        def open(self, *_: Any, **__: Any) -> Any:
            file = super().open("/a.txt", "rb")
            file.read = _fail
            return file

    def _fail(size: int) -> bytes:
        raise ValueError("the connection was reset")

    memory.pipe("/a.txt", b"the cat")
    fsspec.register_implementation("breaking", Breaking, clobber=True)
    with pytest.raises(CorpusError) as raised:
        contents("breaking://a.txt")
    message = "breaking://a.txt: cannot be reached: the connection was reset"
    assert str(raised.value) == message


def test_without_the_library_the_error_says_how_to_get_it(tmp_path: Path) -> None:
    # What stands as None in sys.modules is to Python a library that is not installed.
    program = (
        "import sys; sys.modules['fsspec'] = sys.modules['fsspec.core'] = None\n"
        "from w2v_cli.__main__ import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "vocab", "s3://bucket/a.txt"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == (
        "error: s3://bucket/a.txt: is an address, which needs a library: pip install 'w2v[fsspec]'"
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("s3://bucket/key", True),
        ("hf://datasets/a/b.parquet", True),
        ("gs://b/*.gz", True),
        ("texts/a.txt", False),
        ("C:/texts", False),
        ("a:b", False),
        ("-", False),
    ],
)
def test_what_is_an_address(name: str, expected: bool) -> None:
    assert is_address(name) is expected
    assert not is_address(Path(name))
