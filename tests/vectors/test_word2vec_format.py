"""word2vec's text and binary files: exact bytes, exact floats, and readable by gensim."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gensim.models import KeyedVectors
from numpy.typing import NDArray

from w2v_cli.vectors.formats import word2vec_binary, word2vec_text
from w2v_cli.vectors.formats.contents import Contents
from w2v_cli.vectors.loading import load_vectors

Write = Callable[..., None]
WORDS = ["the", "café", "日本", "naïve"]
TABLE = np.array([[1, 0.1], [-0.0, 1e-05], [0.333333333, -2.5], [1e20, 1e-45]], dtype=np.float32)


def written(write: Write, words: list[str], table: NDArray[np.float32]) -> bytes:
    file = io.BytesIO()
    write(file, Contents(words, table))
    return file.getvalue()


def bits(table: NDArray[np.float32]) -> list[list[int]]:
    """Return the floats' bit patterns, which tell -0.0 from 0.0."""
    rows: list[list[int]] = np.ascontiguousarray(table).view(np.uint32).tolist()
    return rows


def any_finite_floats(seed: int, shape: tuple[int, int]) -> NDArray[np.float32]:
    """Return floats of random bits: every exponent, subnormals among them, is as likely."""
    random = np.random.default_rng(seed)
    table = random.integers(0, 2**32, size=shape, dtype=np.uint32).view(np.float32)
    # An exponent of 255, infinity or not a number, becomes 254 and so the largest floats.
    return np.where(
        np.isfinite(table), table, (table.view(np.uint32) & 0xFF7FFFFF).view(np.float32)
    )


def test_text_has_a_header_single_spaces_and_the_shortest_exact_digits() -> None:
    # 0.333333333 is nearest to the float32 0.33333334; the smallest subnormal follows.
    assert written(word2vec_text.write, WORDS, TABLE).decode() == (
        "4 2\nthe 1.0 0.1\ncafé -0.0 1e-05\n日本 0.33333334 -2.5\nnaïve 1e+20 1e-45\n"
    )


def test_binary_has_a_header_little_endian_floats_and_newlines() -> None:
    # Sign, exponent + 127, fraction: 1 is 3f800000, -2.5 = -1.25 * 2**1 is c0200000,
    # -0.0 is 80000000, and 0.15625 = 1.25 * 2**-3 is 3e200000.
    table = np.array([[1, -2.5], [-0.0, 0.15625]], dtype=np.float32)
    assert written(word2vec_binary.write, ["the", "né"], table) == (
        b"2 2\nthe \x00\x00\x80\x3f\x00\x00\x20\xc0\nn\xc3\xa9 \x00\x00\x00\x80\x00\x00\x20\x3e\n"
    )


@pytest.mark.parametrize("write", [word2vec_text.write, word2vec_binary.write])
def test_byte_order_of_the_table_does_not_show(write: Write) -> None:
    assert written(write, WORDS, TABLE.astype(">f4")) == written(write, WORDS, TABLE)


@pytest.mark.parametrize("seed", range(3))
def test_text_reads_back_with_the_same_bits(seed: int) -> None:
    # 3,000 rows are three of the blocks that are written at a time.
    table = any_finite_floats(seed, (3000, 7))
    words = [f"w{id}" for id in range(3000)]
    smallest_normal = np.finfo(np.float32).tiny
    assert (np.abs(table) < smallest_normal).any()
    assert (np.abs(table) > 1e38).any()
    lines = written(word2vec_text.write, words, table).decode().split("\n")
    assert lines[0] == "3000 7"
    assert lines.pop() == ""
    rows = [line.split(" ") for line in lines[1:]]
    assert [row[0] for row in rows] == words
    # np.float32(text) goes by way of float64, as most readers do.
    read = np.array([[np.float32(text) for text in row[1:]] for row in rows], dtype=np.float32)
    assert bits(read) == bits(table)


def test_text_digits_are_the_shortest_that_name_the_float() -> None:
    table = any_finite_floats(9, (400, 5))
    lines = (
        written(word2vec_text.write, [f"w{id}" for id in range(400)], table)
        .decode()
        .splitlines()[1:]
    )
    texts = [text for line in lines for text in line.split(" ")[1:]]
    for text, value in zip(texts, table.ravel(), strict=True):
        mantissa = text.partition("e")[0].lstrip("-").replace(".", "").strip("0")
        shorter = f"{value:.{max(len(mantissa) - 2, 0)}e}"
        assert len(mantissa) <= 1 or np.float32(shorter) != value, (text, shorter)


@pytest.fixture(params=["text", "binary"])
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def read_by_gensim(path: Path, form: str, words: list[str], table: NDArray[np.float32]) -> Any:
    write = {"text": word2vec_text.write, "binary": word2vec_binary.write}[form]
    path.write_bytes(written(write, words, table))
    return KeyedVectors.load_word2vec_format(path, binary=form == "binary")


def test_gensim_reads_the_same_words_and_bits(tmp_path: Path, form: str) -> None:
    # Bytes that look like spaces and newlines, among the floats too, must not mislead a reader.
    words = [*WORDS, "#", "0", "12", "-", "œuvre", "🙂", "e\u0301", "\u200bzero"]
    words += [f"w{id}" for id in range(2000)]
    table = any_finite_floats(4, (len(words), 6))
    table[:2].view(np.uint8)[...] = [[10], [32]]
    read = read_by_gensim(tmp_path / "vectors", form, words, table)
    assert read.index_to_key == words
    assert bits(read.vectors) == bits(table)


def test_gensim_finds_the_same_neighbors(
    tmp_path: Path, form: str, make_model: Callable[..., Path]
) -> None:
    words = [*WORDS, *(f"w{id}" for id in range(96))]
    table = np.random.default_rng(5).normal(size=(100, 12)).astype(np.float32)
    ours = load_vectors(make_model(words, [7] * 100, table))
    theirs = read_by_gensim(tmp_path / "vectors", form, words, table)
    for word in ("the", "café", "日本", "w50"):
        answer, expected = ours.neighbors(word, k=8), theirs.most_similar(word, topn=8)
        assert [near.word for near in answer] == [other for other, _ in expected]
        np.testing.assert_allclose(
            [near.similarity for near in answer], [cosine for _, cosine in expected], atol=1e-6
        )
