"""Files that are no text: named with their way out, whatever the options, wherever they lie."""

import gzip
import io
import pickle
import sqlite3
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest
from safetensors.numpy import save

from tests.corpus.reading.test_tar import tarred
from w2v_cli.config.config import Config
from w2v_cli.config.sections import TextConfig
from w2v_cli.corpus.reading.kinds import kind_of
from w2v_cli.corpus.reading.tokenizer import Tokenizer
from w2v_cli.errors import CorpusError


def zipped(**files: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return buffer.getvalue()


def sqlite_database(directory: Path) -> bytes:
    path = directory / "made.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE texts (line TEXT)")
    connection.commit()
    connection.close()
    return path.read_bytes()


def parquet(rows: int = 3) -> bytes:
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table({"text": ["the cat"] * rows}), buffer)
    return buffer.getvalue()


def arrow(stream: bool) -> bytes:
    sink = io.BytesIO()
    table = pyarrow.table({"text": ["the cat"]})
    new = pyarrow.ipc.new_stream if stream else pyarrow.ipc.new_file
    with new(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def npy() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.zeros(3))
    return buffer.getvalue()


def npz() -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, a=np.zeros(3))
    return buffer.getvalue()


def error_of(directory: Path, content: bytes, **options: Any) -> str:
    path = directory / "corpus"
    path.write_bytes(content)
    tokenizer = Tokenizer.of(Config.of(**options).text)
    with pytest.raises(CorpusError) as caught:
        list(tokenizer.text_blocks([path]))
    return str(caught.value).removeprefix(f"{directory}/")


MADE: dict[str, Callable[[Path], bytes]] = {
    "a Word document": lambda _: zipped(word__document_dot_xml="<w:p>the cat</w:p>"),
    "an Excel workbook": lambda _: zipped(xl__workbook_dot_xml="<x/>"),
    "a PowerPoint document": lambda _: zipped(ppt__presentation_dot_xml="<x/>"),
    "an OpenDocument file": lambda _: zipped(
        mimetype="application/vnd.oasis.opendocument.text", content_dot_xml="<x/>"
    ),
    "an e-book in EPUB form": lambda _: zipped(
        mimetype="application/epub+zip", **{"META-INF__container_dot_xml": "<x/>"}
    ),
    "a NumPy archive": lambda _: npz(),
    "a NumPy file": lambda _: npy(),
    "a pickle file of Python": lambda _: pickle.dumps(["the", "cat"]),
    "a SQLite database": sqlite_database,
    "a Parquet file": lambda _: parquet(),
    "an Arrow file": lambda _: arrow(stream=False),
    "a file of safetensors": lambda _: save({"a": np.zeros(3)}),
    "a program": lambda _: Path(sys.executable).resolve().read_bytes()[:5000],
    "a PDF document": lambda _: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
    "a Word, Excel or PowerPoint document": lambda _: (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99)
    ),
    "a Rich Text document": lambda _: rb"{\rtf1\ansi the cat}",
    "a 7z archive": lambda _: b"7z\xbc\xaf\x27\x1c\0\4" + bytes(30),
    "a rar archive": lambda _: b"Rar!\x1a\x07\x01\0" + bytes(30),
    "packed with lz4": lambda _: b"\x04\x22\x4d\x18\x64\x40\xa7",
    "packed with lzma": lambda _: b"\x5d\0\0\x80\0" + b"\xff" * 8 + b"abc",
    "a picture": lambda _: b"\xff\xd8\xff\xe0\0\x10JFIF\0",
    "a sound or a film": lambda _: b"ID3\4\0\0\0\0\0\x22TSSE",
    "a Git LFS pointer": lambda _: b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
}


@pytest.mark.parametrize("errors", ["strict", "replace", "skip"])
@pytest.mark.parametrize("kind", MADE)
def test_a_file_that_is_no_text_is_named_with_its_way_out(
    tmp_path: Path, kind: str, errors: str
) -> None:
    message = error_of(tmp_path, MADE[kind](tmp_path), encoding_errors=errors)
    assert message.startswith(f"corpus: is {kind}, not text; ")
    assert "--encoding-errors" not in message


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a picture"),
        (b"GIF89a\x10\0\x10\0\x80", "a picture"),
        (b"BM\x36\x10\0\0\0\0\0\0\x36\0", "a picture"),
        (b"II*\0\x08\0\0\0", "a picture"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "a picture"),
        (b"\0\0\0\x18ftypheic", "a picture"),
        (b"\0\0\0\x18ftypmp42", "a sound or a film"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "a sound or a film"),
        (b"OggS\0\2", "a sound or a film"),
        (b"MZ\x90\0\3\0\0\0", "a program"),
        (b"\x7fELF\2\1\1", "a program"),
        (b"\xcf\xfa\xed\xfe\7\0\0\1", "a program"),
        (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
        (b"ORC\x0a\x10", "an ORC file"),
        (b"Obj\1\4\x14avro.codec", "an Avro file"),
        (b"  %PDF-1.4\r\n", "a PDF document"),
        (pickle.dumps(["the"], protocol=0), "a pickle file of Python"),
        (pickle.dumps({"the": 1}, protocol=2), "a pickle file of Python"),
        (b"070701" + b"0" * 104, "a cpio archive"),
        (b"!<arch>\ndebian-binary", "an ar archive"),
    ],
)  # fmt: skip
def test_more_kinds_are_known_by_their_first_bytes(content: bytes, what: str) -> None:
    kind = kind_of(content)
    assert kind is not None
    assert kind.what == what


@pytest.mark.parametrize(
    "text",
    [
        "", "BM is short for", "MZ and others", "GIF89a is an old form", "ID3 tags", "OggS", "RIFF",
        "PAR1 means", "%PDF is a form", "%PDF-1.4 is a form of", "II* and MM*", "7z unpacks",
        "Rar! it said", "ORC files", "Obj one", "070701 is a number", "{curly}", "SQLite format 3",
        "version https://example.org", "word/document.xml", "mimetype", "ustar", "MATLAB 5.0",
        "\u0480 \u4d42", "ÿûÿ", "]\t\t",
    ],
)  # fmt: skip
def test_text_that_begins_like_such_a_file_is_text(tmp_path: Path, text: str) -> None:
    assert kind_of(text.encode()) is None
    path = tmp_path / "corpus"
    path.write_text(text)
    blocks = Tokenizer.of(TextConfig()).text_blocks([path])
    assert b"".join(block.data for block in blocks) == text.encode()


def test_such_files_are_named_in_archives_too(tmp_path: Path) -> None:
    pdf = MADE["a PDF document"](tmp_path)
    assert error_of(tmp_path, gzip.compress(pdf)).startswith("corpus: is a PDF document, not text")
    assert error_of(tmp_path, tarred({"a.txt": b"words", "b.pdf": pdf})).startswith(
        "corpus/b.pdf: is a PDF document, not text; turn it into text first: pdftotext"
    )


@pytest.mark.parametrize("errors", ["strict", "replace"])
def test_unknown_bytes_are_no_text_either(tmp_path: Path, errors: str) -> None:
    content = np.random.default_rng(1).bytes(3000)
    message = error_of(tmp_path, b"\x80" + content, encoding_errors=errors)
    assert message == (
        "corpus: is not text: its first 3,001 bytes are full of control characters; name the files"
        " with the text"
    )


def test_control_characters_between_columns_are_no_sign_of_other_data(tmp_path: Path) -> None:
    path = tmp_path / "corpus"
    path.write_bytes("caf\xe9\x01the\x02cat\n".encode("latin-1") * 50)
    assert list(Tokenizer.of(TextConfig(encoding="latin-1")).text_blocks([path]))
