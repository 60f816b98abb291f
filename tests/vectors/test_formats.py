"""Every form gives back what was written, or refuses it by name."""

import gzip
import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from w2v_cli.errors import ModelError
from w2v_cli.vectors.formats.contents import Contents
from w2v_cli.vectors.formats.digits import number_lines
from w2v_cli.vectors.formats.names import FORMS, form_of_name
from w2v_cli.vectors.formats.numbers import in_float32, in_int8
from w2v_cli.vectors.formats.recognition import recognized
from w2v_cli.vectors.formats.registry import MODULES, read, writer
from w2v_cli.vectors.formats.word_rules import WordRules

ANY_WORD = ("npz", "safetensors", "parquet")
"""Forms whose words may hold spaces."""

WITH_COUNTS = ("npy", "npz", "safetensors", "parquet", "tensorboard")
NOT_SPACES = [chr(code) for code in (0x1C, 0x85, 0xA0, 0x1680, 0x2009, 0x2028, 0x3000)]
SPACES = [*" \t\n\r\v\f\0", *NOT_SPACES]


def awkward_words(seed: int = 0) -> list[str]:
    """Return some 300 words without white space that a careless reader or writer changes."""
    random = np.random.default_rng(seed)
    words = ["the", "1", "-1", "1e5", "nan", "inf", "0x10", "true", "null", "#", '"', "'", "\\n"]
    words += ["[UNK]", "</s>", "a,b", "a:b", "=SUM(1)", "..", "-", "%s", "{}", "NA", "é", "e\u0301"]
    words += [
        "\ufeff.",
        "\u200b",
        "\u200d",
        "\u00ad",
        "\u202e",
        "👩‍👩‍👧",
        "\U0010fffd",
        "\ue000",
        "ﬁ",
        "ß",
    ]
    words += [
        "\x01",
        "\x7f",
        "x" * 5000,
        "İ",
        "\u0131",
        "ǅ",
        "0",
        "00",
        "+",
        "\u0300",
        "word\x1b[0m",
    ]
    kinds = [chr(code) for code in range(0x21, 0x2FFFF, 97)]
    kinds = [c for c in kinds if not c.isspace() and unicodedata.category(c) != "Cs"]
    while len(words) < 300:
        word = "".join(random.choice(kinds, size=random.integers(1, 6)))
        if word.split() == [word] and word not in words:
            words.append(word)
    return words


def table_for(words: list[str], dimension: int = 5, seed: int = 1) -> NDArray[np.float32]:
    """Return floats of any size, first what is smallest, largest and zero."""
    random = np.random.default_rng(seed)
    table = random.normal(size=(len(words), dimension)).astype(np.float32)
    table *= np.float32(10) ** random.integers(-30, 30, size=table.shape).astype(np.float32)
    table[0] = np.resize(np.array([0, -0.0, 1e-45, 3.4028235e38, -1], np.float32), dimension)
    return table


def write(form: str, path: Path, contents: Contents) -> Path:
    """Write a file or directory and return its path."""
    if FORMS[form].is_directory:
        path.mkdir()
        writer(form)(path, contents)
    else:
        with path.open("wb") as file:
            writer(form)(file, contents)
    return path


def size(path: Path) -> int:
    """Return the bytes of a file or of the files of a directory."""
    return sum(f.stat().st_size for f in (path.iterdir() if path.is_dir() else [path]))


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_name_has_a_reader_and_a_writer() -> None:
    assert set(FORMS) == set(MODULES)
    assert all(callable(module.read) and callable(module.write) for module in MODULES.values())


def test_awkward_words_come_back_with_the_same_bits(tmp_path: Path, form: str) -> None:
    words = awkward_words()
    if form in ANY_WORD:
        words += [f"a{space}b" for space in SPACES] + [" ", "\n", "two words", "\0a"]
    assert len(words) >= 300
    table, counts = table_for(words), np.arange(len(words), 0, -1) * 10**9
    # The name says nothing about the form.
    found = read(write(form, tmp_path / "a", Contents(words, table, counts)))
    assert list(found.words) == words
    assert found.table.dtype == np.float32
    np.testing.assert_array_equal(found.table.view(np.uint32), table.view(np.uint32))
    if form in WITH_COUNTS:
        np.testing.assert_array_equal(found.counts, counts)
    else:
        assert found.counts is None


def test_form_is_recognized_by_content(tmp_path: Path, form: str) -> None:
    words = ["the", "of", "and"]
    path = write(form, tmp_path / "vectors.exe", Contents(words, table_for(words)))
    # fastText's file is word2vec's text.
    assert recognized(path, WordRules()) == ("text" if form == "fasttext" else form)


def test_counts_that_are_not_known_stay_unknown(tmp_path: Path, form: str) -> None:
    words = ["the", "of", "and"]
    path = write(form, tmp_path / "a", Contents(words, table_for(words)))
    assert read(path).counts is None


@pytest.mark.parametrize("space", SPACES, ids=lambda space: f"U+{ord(space):04X}")
@pytest.mark.parametrize("form", [name for name in FORMS if name not in ANY_WORD])
def test_word_that_a_form_cannot_carry_is_named(tmp_path: Path, form: str, space: str) -> None:
    words = ["the", f"new{space}york"]
    with pytest.raises(ModelError, match="cannot carry the word 'new") as raised:
        write(form, tmp_path / "a", Contents(words, table_for(words)))
    assert repr(words[1]) in str(raised.value)
    assert "(row 2)" in str(raised.value)


def test_empty_word_is_refused(tmp_path: Path, form: str) -> None:
    with pytest.raises(ModelError, match="cannot carry the word ''"):
        write(form, tmp_path / "a", Contents(["a", ""], np.ones((2, 3), np.float32)))


def test_word_that_ends_with_nul_is_refused_by_npz(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"npz cannot carry the word 'a\\x00'"):
        write("npz", tmp_path / "a", Contents(["a\0"], np.ones((1, 3), np.float32)))


def test_word_of_a_byte_order_mark_is_refused_by_the_projector(tmp_path: Path) -> None:
    # JavaScript's trim() leaves nothing of it, and the projector skips lines that are empty then.
    with pytest.raises(ModelError, match="cannot carry the word"):
        write("tensorboard", tmp_path / "a", Contents(["\ufeff"], np.ones((1, 3), np.float32)))


@pytest.mark.parametrize(
    "half", [name for name, facts in FORMS.items() if "float16" in facts.dtypes]
)
def test_float16_is_exact_for_numbers_that_have_it(tmp_path: Path, half: str) -> None:
    table = np.random.default_rng(2).normal(size=(2, 1000)).astype(np.float16)
    table[0, :3] = [65504, 2**-24, -0.0]
    wide = write(half, tmp_path / "wide", Contents(["a", "b"], table.astype(np.float32)))
    narrow = write(half, tmp_path / "narrow", Contents(["a", "b"], table))
    found = read(narrow).table
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, table)
    assert size(wide) - size(narrow) > 3000  # of 2,000 numbers, 4 bytes each against 2


INT8_FORMS = [name for name, facts in FORMS.items() if "int8" in facts.dtypes]


@pytest.mark.parametrize("form", INT8_FORMS)
def test_int8_is_exact_to_half_its_scale_and_a_quarter_of_the_size(
    tmp_path: Path, form: str
) -> None:
    table = np.random.default_rng(2).normal(size=(50, 200)).astype(np.float32)
    words = [f"w{id}" for id in range(50)]
    numbers, scale = in_int8(table)
    assert np.abs(numbers).max() == 127
    wide = write(form, tmp_path / "wide", Contents(words, table))
    narrow = write(form, tmp_path / "narrow", Contents(words, numbers, scale=scale))
    found = read(narrow).table
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, numbers * np.float32(scale))
    assert np.abs(found - table).max() <= scale / 2 * 1.0001
    assert size(wide) - size(narrow) > 28_000  # of 10,000 numbers, 4 bytes each against 1


@pytest.mark.parametrize("largest", [0, 1e-45, 3.4028235e38])
def test_int8_has_the_smallest_and_the_largest_numbers(largest: float) -> None:
    table = np.array([[largest, -largest], [largest / 2, 0]], dtype=np.float32)
    numbers, scale = in_int8(table)
    assert abs(int(numbers[0, 0])) <= 127
    np.testing.assert_allclose(in_float32(numbers, scale), table, atol=scale / 2 * 1.0001)


@pytest.mark.parametrize("scale", [0.0, -1.0, np.nan, np.inf])
@pytest.mark.parametrize("form", INT8_FORMS)
def test_a_scale_that_is_no_positive_number_is_an_error(
    tmp_path: Path, form: str, scale: float
) -> None:
    numbers = np.ones((2, 3), dtype=np.int8)
    path = write(form, tmp_path / "a", Contents(["a", "b"], numbers, scale=scale))
    with pytest.raises(ModelError, match="its scale is not one positive number"):
        read(path)


def test_int8_vectors_of_other_programs_need_no_scale(tmp_path: Path) -> None:
    np.save(tmp_path / "mine.npy", np.array([[1, -2], [3, 127]], dtype=np.int8))
    (tmp_path / "vocab.tsv").write_text("a\nb\n")
    assert read(tmp_path / "mine.npy").table.tolist() == [[1, -2], [3, 127]]
    np.save(tmp_path / "scale.npy", np.float32(0.5))
    assert read(tmp_path / "mine.npy").table.tolist() == [[0.5, -1], [1.5, 63.5]]
    np.save(tmp_path / "mine.npy", np.ones((2, 2), dtype=np.float32))
    with pytest.raises(ModelError, match="it has a scale, which belongs to int8 numbers"):
        read(tmp_path / "mine.npy")


@pytest.mark.parametrize("name", [name for name, facts in FORMS.items() if facts.can_be_packed])
def test_gzip_is_recognized_by_content(tmp_path: Path, name: str) -> None:
    words = awkward_words()
    plain = write(name, tmp_path / "plain", Contents(words, table_for(words)))
    packed = tmp_path / "packed"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    np.testing.assert_array_equal(read(packed).table, read(plain).table)
    packed.write_bytes(packed.read_bytes()[:-9])
    with pytest.raises(ModelError, match="damaged gzip data"):
        read(packed)


def test_names_stand_for_forms() -> None:
    assert {form_of_name(f"dir.npz/x{facts.extension}") for facts in FORMS.values()} == {
        *(name for name, facts in FORMS.items() if facts.extension),
        None,
    }


# What other programs write.


def loaded(path: Path, content: bytes, form: str | None = None) -> dict[str, list[float]]:
    path.write_bytes(content)
    found = read(path, form)
    return dict(zip(found.words, found.table.tolist(), strict=True))


EXPECTED = {"the": [1.0, -0.5], "né": [0.25, 2.0]}
FLOATS = {word: np.array(row, "<f4").tobytes() for word, row in EXPECTED.items()}


@pytest.mark.parametrize(
    "content",
    [
        "2 2\nthe 1.000000 -0.500000 \nné 0.250000 2.000000 \n",  # word2vec.c
        "2 2\nthe 1.0 -0.5\nné 0.25 2.0\n",  # gensim
        "2 2\nthe 1 -0.5 \nné 0.25 2 \n",  # fastText
        "the 1.000000 -0.500000\nné 0.250000 2.000000\n",  # GloVe
        "2 2\r\nthe 1 -0.5\r\nné 0.25 2\r\n",
        "the 1e0 -5E-1 \r\nné +.25 2.\r\n",
    ],
    ids=["word2vec.c", "gensim", "fastText", "GloVe", "CRLF", "GloVe CRLF"],
)
def test_text_of_other_programs_is_read(tmp_path: Path, content: str) -> None:
    assert loaded(tmp_path / "file", content.encode()) == EXPECTED


@pytest.mark.parametrize("end", [b"\n", b""], ids=["word2vec.c", "gensim and GoogleNews"])
def test_binary_is_read_with_and_without_newlines(tmp_path: Path, end: bytes) -> None:
    records = [word.encode() + b" " + row + end for word, row in FLOATS.items()]
    assert loaded(tmp_path / "file", b"2 2\n" + b"".join(records)) == EXPECTED


def test_binary_larger_than_a_block_is_read(tmp_path: Path) -> None:
    words = [f"w{id}" for id in range(30_000)]
    table = np.random.default_rng(3).integers(0, 2**31 - 2**24, (30_000, 80), dtype=np.int32)
    path = write("binary", tmp_path / "a", Contents(words, table.view(np.float32)))
    assert path.stat().st_size > 2 * (1 << 22)
    found = read(path)
    assert list(found.words) == words
    np.testing.assert_array_equal(found.table.view(np.int32), table)


def test_words_with_spaces_of_glove_are_read(tmp_path: Path) -> None:
    # glove.840B has such words; only the last D fields are numbers.
    content = b"the 1 2\n. . . 3 4\nat name 5 6\n"
    assert loaded(tmp_path / "file", content) == {
        "the": [1, 2],
        ". . .": [3, 4],
        "at name": [5, 6],
    }


def test_npy_is_memory_mapped(tmp_path: Path) -> None:
    words = ["the", "of"]
    path = write("npy", tmp_path / "a", Contents(words, np.ones((2, 3), np.float32)))
    assert isinstance(read(path).table, np.memmap)
    assert isinstance(read(path / "vectors.npy").table, np.memmap)


def test_a_model_directory_is_also_an_npy_directory(tiny_model: Path) -> None:
    found = read(tiny_model / "context_vectors.npy")
    assert found.words == ["the", "king", "queen", "café", "apple"]
    assert found.counts is not None
    assert found.counts.tolist() == [10, 6, 5, 4, 3]
    assert found.table[2].tolist() == [-4, 0]


def test_double_precision_arrays_are_read(tmp_path: Path) -> None:
    (tmp_path / "vocab.tsv").write_text("a\nb\n")
    np.save(tmp_path / "vectors.npy", np.array([[0.1], [0.2]]))
    np.testing.assert_array_equal(read(tmp_path).table, np.array([[0.1], [0.2]], np.float32))


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (
            "2 2\nthe 1 2\nof 1\n",
            ":3: expected a word and 2 numbers, found 1 number behind 'of': 'of 1'",
        ),
        ("2 2\nthe 1 2\nof 1  2\n", ":3: expected a word and 2 numbers, found two spaces where"),
        ("2 2\nthe 1 2\nof 1 x\n", ":3: expected a word and 2 numbers, found no number behind 'x'"),
        ("2 2\nthe 1 2\nof 1 \t\n", ":3: expected a word and 2 numbers, found no number behind"),
        ("2 2\nthe 1 2\n3 4\n", ":3: expected a word and 2 numbers, found 2 numbers and no word"),
        ("2 3\na b 1 2 3\nnew york 1 2\n", ":3: expected a word and 3 numbers, found 2 numbers be"),
        ("the 1 2 3\nof 3:1 9:2\n", ":2: expected a word and 3 numbers, found sparse rows, `word"),
        ("2 2\nthe 1 2\nof 1 nan\n", ":3: the vector of 'of' holds a number that is not"),
        ("2 2\nthe 1 2\nof 1 1e39\n", ":3: the vector of 'of' holds a number that is not"),
        ("2 1\nthe 12345\n", ": line 1 states 2 words, but there are 1"),
        ("2 2\nthe 1 2\nof 1 2\nand 1 2\n", ": line 1 states 2 words, but there are 3"),
        ("2 2\nthe 1 2\nof 1 2", ": the last line does not end with a newline"),
        ("2 2\nthe 1 2\n\nof 1 2\n", ":3: expected a word and 2 numbers, found an empty line"),
        ("the 1 2\nof 1\n", ":2: expected a word and 2 numbers"),
    ],
)
def test_fault_in_text_is_named_with_its_line(tmp_path: Path, content: str, fault: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(ModelError) as raised:
        read(path)
    assert str(raised.value).startswith(f"{path}{fault}"), raised.value


def test_two_faults_that_even_out_are_both_faults(tmp_path: Path) -> None:
    # A field that is no number and one that is two make as many numbers as there should be.
    path = tmp_path / "file"
    path.write_bytes(b"2 3\nthe 1 2 \t\nof 1 2 3\t4\n")
    with pytest.raises(ModelError, match="expected a word and 3 numbers, found no number behind"):
        read(path, "text")


def test_binary_cut_short_names_the_row(tmp_path: Path) -> None:
    records = b"".join(word.encode() + b" " + row for word, row in FLOATS.items())
    # The header leaves room for words of one byte, so the second row is where it shows.
    (tmp_path / "file").write_bytes(b"2 2\n" + records[:-1])
    with pytest.raises(ModelError, match="row 2: the file is cut short"):
        read(tmp_path / "file")


def test_pickle_is_never_opened(tmp_path: Path) -> None:
    import pickle

    (tmp_path / "vectors.kv").write_bytes(pickle.dumps({"a": 1}))
    with pytest.raises(ModelError, match="a Python pickle, which could run code"):
        read(tmp_path / "vectors.kv")
    (tmp_path / "vocab.tsv").write_text("a\n")
    np.save(tmp_path / "vectors.npy", np.array([[None]]), allow_pickle=True)
    with pytest.raises(ModelError, match="cannot be read as a NumPy array"):
        read(tmp_path)
    np.savez(
        tmp_path / "a.npz", allow_pickle=True, words=np.array(["a"]), vectors=np.array([[None]])
    )
    with pytest.raises(ModelError, match="vectors is not what it says it is"):
        read(tmp_path / "a.npz")


def test_tokenizer_of_other_programs_gives_its_words(tmp_path: Path) -> None:
    path = write(
        "sentence-transformers", tmp_path / "a", Contents(["b", "a"], np.eye(2, 3, dtype="f4"))
    )
    tokenizer = json.loads((path / "tokenizer.json").read_text())
    assert tokenizer["model"]["vocab"] == {"b": 0, "a": 1, "[UNK]": 2}
    # Written in another order, the ids are what counts.
    tokenizer["model"]["vocab"] = {"[UNK]": 2, "a": 1, "b": 0}
    (path / "tokenizer.json").write_text(json.dumps(tokenizer))
    assert read(path).words == ["b", "a"]
    tokenizer["model"]["vocab"] = {"a": 1, "b": 1, "[UNK]": 2}
    (path / "tokenizer.json").write_text(json.dumps(tokenizer))
    with pytest.raises(ModelError, match="ids are not 0 to 2, each once"):
        read(path)


@pytest.mark.parametrize("dimension", [1, 2, 7])
def test_projector_needs_two_numbers(tmp_path: Path, dimension: int) -> None:
    contents = Contents(["a"], np.ones((1, dimension), np.float32))
    if dimension > 1:
        assert read(write("tensorboard", tmp_path / "a", contents)).words == ["a"]
    else:
        with pytest.raises(ModelError, match="at least 2 numbers"):
            write("tensorboard", tmp_path / "a", contents)


Draw = Callable[[np.random.Generator], NDArray[np.float64]]


@pytest.mark.parametrize(
    "draw",
    [
        lambda random: random.normal(scale=0.2, size=(300, 50)),
        lambda random: random.uniform(-11, 11, size=(300, 50)),
        lambda random: np.exp(random.uniform(-12, 4, size=(300, 50))),
        lambda random: np.round(random.normal(size=(300, 50)), 3),
        lambda random: 2.0 ** random.integers(-20, 6, size=(300, 50)),
        lambda random: 10.0 ** random.integers(-6, 3, size=(300, 50)),
    ],
    ids=["vectors", "uniform", "any size", "three decimals", "powers of 2", "powers of 10"],
)
def test_digits_are_those_of_numpy(draw: Draw) -> None:
    for seed in range(3):
        table = draw(np.random.default_rng(seed)).astype(np.float32)
        # A neighbour on either side of each number, too.
        for near in (table, np.nextafter(table, np.float32(0)), np.nextafter(table, np.float32(9))):
            expected = [b" ".join(row) for row in near.astype("S").tolist()]
            assert number_lines(near) == expected
