"""Weights of lines: one for each line of the text, and an error with file and line if not."""

import bz2
import gzip
from pathlib import Path

import numpy as np
import pytest

from w2v_cli import Config
from w2v_cli.corpus.line_weights import LineWeights
from w2v_cli.corpus.preparation import prepare
from w2v_cli.corpus.prepared_text import PreparedText
from w2v_cli.errors import CorpusError


def prepared(directory: Path, text: str, weights: str | bytes, **settings: object) -> PreparedText:
    """Prepare a text with weights, of all words."""
    (directory / "text.txt").write_bytes(text.encode())
    (directory / "weights").write_bytes(weights if isinstance(weights, bytes) else weights.encode())
    config = Config.of(
        corpus=directory / "text.txt", weights=directory / "weights", min_count=1, **settings
    )
    (directory / "encoded").mkdir()
    return prepare(config, directory / "encoded", lambda line: None)


def error_of(directory: Path, text: str, weights: str) -> str:
    with pytest.raises(CorpusError) as caught:
        prepared(directory, text, weights)
    return str(caught.value).replace(f"{directory}/", "")


@pytest.mark.parametrize(
    "text",
    [
        "a b\n\nc\nd a b\n",
        "a b\n\nc\nd a b",  # no line end at the end
        "a b\r\n\r\nc\r\nd a b\r\n",
        "a b\r\rc\rd a b",
        "a b\n \t\nc\nd a b\n",
    ],
)
def test_each_line_has_its_weight_and_empty_lines_have_one_too(tmp_path: Path, text: str) -> None:
    found = prepared(tmp_path, text, "0.5\n7\n2\n1e-3\n")
    assert found.corpus.weights is not None
    np.testing.assert_array_equal(found.corpus.weights, np.array([0.5, 2, 1e-3], np.float32))
    assert found.lines.read == 4
    assert found.lines.weight == pytest.approx(9.501)


def test_the_parts_of_a_long_line_have_its_weight(tmp_path: Path) -> None:
    found = prepared(tmp_path, "a b c d e\nf\n", "3\n4\n", sentence_length=2)
    assert found.corpus.weights is not None
    assert found.corpus.weights.tolist() == [3, 3, 3, 4]
    assert found.lines.cut == 1


def test_lines_are_counted_through_all_files(tmp_path: Path) -> None:
    for name, text in {"1.txt": "a b\nc", "2.txt": "", "3.txt": "\nd e\n", "4.txt": "f g "}.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "weights").write_text("1\n2\n3\n4\n5\n")
    config = Config.of(corpus=f"{tmp_path}/*.txt", weights=tmp_path / "weights", min_count=1)
    (tmp_path / "encoded").mkdir()
    found = prepare(config, tmp_path / "encoded", lambda line: None)
    assert found.corpus.weights is not None
    assert found.corpus.weights.tolist() == [1, 2, 4, 5]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lambda data: b"\xef\xbb\xbf" + data])
def test_weights_can_be_packed_and_have_a_byte_order_mark(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    found = prepared(tmp_path, "a b\nc d\n", pack(b" 0.25 \r\n4\r\n"))
    assert found.corpus.weights is not None
    assert found.corpus.weights.tolist() == [0.25, 4]


def test_many_weights_are_taken_in_any_portions(tmp_path: Path) -> None:
    expected = np.random.default_rng(0).random(200_000).astype(np.float32)
    path = tmp_path / "weights"
    path.write_text("".join(f"{weight!r}\n" for weight in expected.tolist()))
    weights = LineWeights(str(path))
    taken = np.concatenate([weights.take(n) for n in (0, 1, 99_999, 0, 100_000)])
    weights.check_end()
    np.testing.assert_array_equal(taken, expected)
    assert weights.total == pytest.approx(expected.sum(dtype=np.float64))


def test_weights_of_one_leave_no_trace_in_the_encoded_text(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    weighted = prepared(tmp_path / "a", "a b\nc d\n", "1\n1.0\n")
    (tmp_path / "plain").mkdir()
    config = Config.of(corpus=tmp_path / "a" / "text.txt", min_count=1)
    plain = prepare(config, tmp_path / "plain", lambda line: None)
    assert weighted.corpus.weights is None
    assert weighted.corpus.sha256 == plain.corpus.sha256
    assert (weighted.lines.weight, plain.lines.weight) == (2, None)


def test_other_weights_are_another_text(tmp_path: Path) -> None:
    fingerprints = set()
    for name, weights in {"a": "1\n2\n", "b": "2\n1\n"}.items():
        (tmp_path / name).mkdir()
        fingerprints.add(prepared(tmp_path / name, "a b\nc d\n", weights).corpus.sha256)
    assert len(fingerprints) == 2


@pytest.mark.parametrize("wrong", ["-1", "nan", "inf", "1e39", "x", "", "1 2"])
@pytest.mark.parametrize("n_before", [0, 300_000])
def test_what_is_no_weight_is_an_error_with_file_and_line(
    tmp_path: Path, wrong: str, n_before: int
) -> None:
    n_lines = n_before + 2
    message = error_of(tmp_path, "a b\n" * n_lines, "1.0\n" * n_before + f"{wrong}\n1\n")
    assert message == (
        f"weights:{n_before + 1}: expected a weight, a number from 0 to 3.4e+38, got {wrong!r}"
    )


@pytest.mark.parametrize(
    ("text", "weights", "message"),
    [
        (
            "a b\nc\nd\n",
            "1\n2\n",
            "weights:2: the weights end here, but the text has a line 3; give a weight for each"
            " line, also for empty ones",
        ),
        (
            "a b\nc\n",
            "",
            "weights:1: the weights end here, but the text has a line 1; give a weight for each"
            " line, also for empty ones",
        ),
        (
            "a b\nc",
            "1\n2\n3\n4\n",
            "weights:3: more weights than lines: the text has 2 lines, empty ones among them; give"
            " a weight for each line",
        ),
        ("a b\nc\n", "0\n0\n", "weights: all weights are 0, so nothing would be learned"),
    ],
)
def test_weights_that_do_not_fit_the_lines_are_an_error(
    tmp_path: Path, text: str, weights: str, message: str
) -> None:
    assert error_of(tmp_path, text, weights) == message


def test_a_file_that_is_missing_is_an_error_before_the_text_is_read(tmp_path: Path) -> None:
    config = Config.of(corpus=tmp_path / "no.txt", weights=tmp_path / "no weights")
    with pytest.raises(CorpusError, match="no weights: no such file"):
        prepare(config, tmp_path, lambda line: None)
