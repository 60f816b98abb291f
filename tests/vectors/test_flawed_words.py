"""Words that are not UTF-8, empty or repeated, and byte order marks before the first word."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from w2v_cli.errors import ConfigError, ModelError
from w2v_cli.vectors.formats.contents import Contents
from w2v_cli.vectors.formats.registry import read, writer
from w2v_cli.vectors.formats.word_rules import WordRules
from w2v_cli.vectors.loading import load_vectors
from w2v_cli.vectors.verification import faults_of

MARK = b"\xef\xbb\xbf"
STRICT = WordRules(strict=True)

# word2vec.c cuts words after some 100 bytes: here in the second of a letter's three.
CUT = "あ".encode() * 33 + b"\xe3\x81"


@pytest.fixture
def file(tmp_path: Path) -> Callable[[bytes], Path]:
    """Return `file(content)`, which writes a file and gives its path."""

    def write(content: bytes) -> Path:
        path = tmp_path / "file"
        path.write_bytes(content)
        return path

    return write


Write = Callable[[bytes], Path]


def words_of(path: Path, rules: WordRules) -> list[str]:
    return list(read(path, rules=rules).words)


@pytest.mark.parametrize(
    ("errors", "word"), [("replace", "あ" * 33 + "\ufffd"), ("skip", "あ" * 33)]
)
def test_word_cut_in_a_character_is_mended_counted_and_named(
    file: Write, caplog: pytest.LogCaptureFixture, errors: str, word: str
) -> None:
    path = file(b"3 2\nthe 1 2 \n" + CUT + b" 3 4 \ncat 5 6 \n")
    rules = WordRules(encoding_errors=errors)  # type: ignore[arg-type]
    found = read(path, rules=rules)
    assert found.words == ["the", word, "cat"]
    assert found.table.tolist() == [[1, 2], [3, 4], [5, 6]]
    done = {"replace": "replaced", "skip": "left out"}[errors]
    assert caplog.messages == [
        f"1 word is not UTF-8; wrong bytes were {done}: {word!r} at {path}:3"
    ]


def test_word_that_is_not_utf8_is_refused_with_its_row_and_the_option(file: Write) -> None:
    path = file(b"4 1\nthe 1\ncaf\xe9 2\ncat 3\n\xff 4\n")
    with pytest.raises(ModelError) as raised:
        read(path)
    assert str(raised.value) == (
        f"{path}:3: the word 'caf\ufffd', the first of 2, is not UTF-8; `w2v convert` mends such"
        " words with --encoding-errors replace or skip, or reads another --encoding"
    )


FLOATS = np.array([1, 2], "<f4").tobytes()


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("2 2\ncafé 1 2\n日 1 2\n".encode(), "utf-8"),
        (MARK + "2 2\ncafé 1 2\n日 1 2\n".encode(), "UTF8"),
        ("2 2\ncafé 1 2\nnaïf 1 2\n".encode("latin-1"), "latin-1"),
        ("café 1 2\nnaïf 1 2\n".encode("cp1252"), "cp1252"),
        ("2 2\n中国 1 2\n日 1 2\n".encode("gbk"), "gbk"),
        ("2 2\nカ 1 2\n表 1 2\n".encode("shift-jis"), "shift-jis"),
        ("2 2\ncafé 1 2\n日 1 2\n".encode("utf-16"), "utf-16"),
        ("2 2\ncafé 1 2\n日 1 2\n".encode("utf-16-le"), "utf-16-le"),
        ("\ufeffcafé 1 2\n日 1 2\n".encode("utf-32-be"), "utf-32-be"),
        (b"2 2\ncaf\xe9 " + FLOATS + b"\nna\xeff " + FLOATS + b"\n", "latin-1"),
    ],
    ids=[
        "UTF-8", "marked", "latin-1", "cp1252", "gbk", "shift-jis", "utf-16", "utf-16-le", "utf-32",
        "binary",
    ],
)  # fmt: skip
def test_words_of_every_encoding_are_read(file: Write, content: bytes, encoding: str) -> None:
    words = words_of(file(content), WordRules(encoding))
    assert all(word.isalpha() and not word.isascii() for word in words)
    assert len(words) == 2


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "utf-16-le"])
def test_bytes_that_are_not_of_another_encoding_follow_the_same_rule(
    file: Write, caplog: pytest.LogCaptureFixture, encoding: str
) -> None:
    bad = {"ascii": b"\xe9", "gbk": b"\xff", "utf-16-le": b"\x00\xd8"}[encoding]
    content = "2 1\na".encode(encoding) + bad + " 1\nb 2\n".encode(encoding)
    with pytest.raises(ModelError, match=f":2: the word 'a\ufffd' is not {encoding}; "):
        read(file(content), rules=WordRules(encoding))
    assert words_of(file(content), WordRules(encoding, "replace")) == ["a\ufffd", "b"]
    assert words_of(file(content), WordRules(encoding, "skip")) == ["a", "b"]
    assert f"1 word is not {encoding}; wrong bytes were left out" in caplog.messages[-1]


def test_unknown_encoding_is_refused_with_one_that_is_near(file: Write) -> None:
    with pytest.raises(ConfigError, match="unknown encoding 'latn-1', did you mean latin-1"):
        load_vectors(file(b"a 1 2\n"), encoding="latn-1")
    with pytest.raises(ConfigError, match="encoding_errors must be strict, replace or skip"):
        load_vectors(file(b"a 1 2\n"), encoding_errors="ignore")  # type: ignore[arg-type]


def test_first_of_repeated_words_is_kept_and_the_others_are_counted(
    file: Write, caplog: pytest.LogCaptureFixture
) -> None:
    dots = "." * 98
    path = file(f"5 2\nthe 1 2\n{dots} 3 4\ncat 5 6\n{dots} 7 8\nthe 9 9\n".encode())
    found = read(path)
    assert found.words == ["the", dots, "cat"]
    assert found.table.tolist() == [[1, 2], [3, 4], [5, 6]]
    (message,) = caplog.messages
    assert message.startswith("left out 2 rows of a word that an earlier row has: '....")
    assert message.endswith(f"....' at {path}:5, 'the' at {path}:6")
    with pytest.raises(ModelError, match=r":5: '\.+…\.+' stands already at .*:3"):
        read(path, rules=STRICT)


def test_rows_without_a_word_are_left_out_and_counted(
    file: Write, caplog: pytest.LogCaptureFixture
) -> None:
    path = file(b"3 2\nthe 1 2\n 3 4\nand 5 6\n")
    found = read(path)
    assert found.words == ["the", "and"]
    assert found.table.tolist() == [[1, 2], [5, 6]]
    assert caplog.messages == [f"left out 1 row without a word: {path}:3"]
    with pytest.raises(ModelError, match=":3: the word is empty"):
        read(path, rules=STRICT)


def test_only_some_of_many_rows_are_named(file: Write, caplog: pytest.LogCaptureFixture) -> None:
    path = file(b"the 1 2\n" * 1000)
    assert read(path).words == ["the"]
    (message,) = caplog.messages
    assert message.startswith(
        f"left out 999 rows of a word that an earlier row has: 'the' at {path}:2"
    )
    assert message.endswith(f"'the' at {path}:6, …")


def test_word_that_becomes_equal_by_mending_is_left_out(file: Write) -> None:
    path = file(b"3 1\na\xe3 1\na\xe3\x81 2\nb 3\n")
    assert read(path, rules=WordRules(encoding_errors="skip")).table.tolist() == [[1], [3]]
    with pytest.raises(ModelError, match="stands already"):
        read(path, rules=WordRules(encoding_errors="skip", strict=True))


def test_file_of_empty_words_only_holds_nothing_to_use(file: Write) -> None:
    with pytest.raises(ModelError, match="no row has a word"):
        read(file(b"2 2\n 1 2\n 3 4\n"))


WITH_COUNTS = ("npy", "npz", "safetensors", "parquet")


@pytest.mark.parametrize("form", ["binary", "tensorboard", *WITH_COUNTS])
def test_repeated_and_empty_words_are_left_out_of_every_form(tmp_path: Path, form: str) -> None:
    path = tmp_path / form
    words = ["a", "b", "c", "d"]
    counts = np.array([9, 8, 7, 6])
    contents = Contents(words, np.eye(4, 2, dtype=np.float32), counts)
    if form in ("npy", "tensorboard"):
        path.mkdir()
        writer(form)(path, contents)
        name = {"npy": "vocab.tsv", "tensorboard": "metadata.tsv"}[form]
        text = (path / name).read_text().replace("b\t", "\t").replace("c\t", "a\t")
        (path / name).write_text(text)
    elif form == "npz":
        np.savez(path.with_suffix(".npz"), words=["a", "", "a", "d"], vectors=np.eye(4, 2),
                 counts=counts)  # fmt: skip
        path = path.with_suffix(".npz")
    elif form == "parquet":
        import pyarrow.parquet

        columns = {"word": ["a", "", "a", "d"], "vector": np.eye(4, 2).tolist()}
        table = pyarrow.table({**columns, "count": counts})
        pyarrow.parquet.write_table(table, path)
    else:
        with path.open("wb") as file:
            writer(form)(file, contents)
        data = path.read_bytes()
        if form == "binary":
            path.write_bytes(data.replace(b"b ", b" ").replace(b"c ", b"a "))
        else:
            from safetensors.numpy import save

            tensors = {"embeddings": contents.table, "counts": counts}
            path.write_bytes(save(tensors, {"words": json.dumps(["a", "", "a", "d"])}))
    found = read(path)
    assert found.words == ["a", "d"]
    assert found.table.tolist() == [[1, 0], [0, 0]]
    if form in (*WITH_COUNTS, "tensorboard"):
        assert found.counts is not None
        assert found.counts.tolist() == [9, 6]
    with pytest.raises(ModelError, match="the word is empty"):
        read(path, rules=STRICT)


def test_verify_calls_what_is_left_out_a_fault(file: Write) -> None:
    path = file(b"the 1 2\nthe 3 4\n")
    assert faults_of(path) == [f"{path}:2: 'the' stands already at {path}:1"]


@pytest.mark.parametrize(
    "content",
    [
        b"2 2\nthe 1 2\nof 3 4\n",
        b"the 1 2\nof 3 4\n",
        b"the\t1\t2\nof\t3\t4\n",
        b"the,1,2\nof,3,4\n",
    ],
    ids=["word2vec", "GloVe", "tabs", "commas"],
)
def test_byte_order_mark_of_text_is_no_part_of_a_word(file: Write, content: bytes) -> None:
    found = read(file(MARK + content))
    assert found.words == ["the", "of"]
    assert found.table.tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    "vocabulary", [b"the\t7\nof\t3\n", b"the\nof\n"], ids=["counts", "words only"]
)
def test_byte_order_mark_of_an_npy_vocabulary_is_no_part_of_a_word(
    tmp_path: Path, vocabulary: bytes
) -> None:
    np.save(tmp_path / "vectors.npy", np.eye(2, 3))
    (tmp_path / "vocab.tsv").write_bytes(MARK + vocabulary)
    assert read(tmp_path).words == ["the", "of"]


@pytest.mark.parametrize(
    "metadata", [b"word\tcount\nthe\t7\nof\t3\n", b"the\nof\n"], ids=["counts", "words only"]
)
def test_byte_order_marks_of_the_projector_files_are_no_part_of_them(
    tmp_path: Path, metadata: bytes
) -> None:
    (tmp_path / "vectors.tsv").write_bytes(MARK + b"1\t2\n3\t4\n")
    (tmp_path / "metadata.tsv").write_bytes(MARK + metadata)
    found = read(tmp_path)
    assert (found.words, found.table.tolist()) == (["the", "of"], [[1, 2], [3, 4]])


def test_words_of_vocabulary_files_are_mended_too(tmp_path: Path) -> None:
    np.save(tmp_path / "vectors.npy", np.eye(2, 3))
    (tmp_path / "vocab.tsv").write_bytes(b"caf\xe9\t7\nof\t3\n")
    with pytest.raises(ModelError, match=r"vocab\.tsv:1: the word 'caf\ufffd' is not UTF-8"):
        read(tmp_path)
    assert words_of(tmp_path, WordRules(encoding_errors="skip")) == ["caf", "of"]
    assert words_of(tmp_path, WordRules("latin-1")) == ["café", "of"]
    (tmp_path / "vectors.npy").unlink()
    (tmp_path / "vectors.tsv").write_bytes(b"1\t2\n3\t4\n")
    (tmp_path / "metadata.tsv").write_bytes(b"caf\xe9\nof\n")
    with pytest.raises(ModelError, match=r"metadata\.tsv:1: the word 'caf\ufffd' is not UTF-8"):
        read(tmp_path)
    assert words_of(tmp_path, WordRules("latin-1")) == ["café", "of"]
