"""`w2v train` on what it cannot use: one line, an exit code, nothing left behind, no TensorFlow."""

import gzip
import os
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

RunAndList = Callable[..., tuple[subprocess.CompletedProcess[str], set[str]]]
Refused = Callable[..., str]

GOOD = "the cat saw the dog\n" * 10
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + random.Random(7).randbytes(4000)


@pytest.fixture
def refused(run_and_list_modules: RunAndList, tmp_path: Path) -> Refused:
    """Return a function that runs `train`, checks that it failed cleanly and gives its message."""

    def contents() -> list[tuple[Path, int | bytes]]:
        return [
            (path, path.read_bytes() if path.is_file() else path.stat().st_mode)
            for path in sorted(tmp_path.rglob("*"))
        ]

    def train(*arguments: str | Path, code: int = 1) -> str:
        before = contents()
        done, modules = run_and_list_modules("train", *arguments, cwd=tmp_path)
        messages = done.stderr.splitlines()
        assert (done.returncode, done.stdout) == (code, ""), messages
        assert contents() == before
        assert modules & {"tensorflow", "keras"} == set()
        assert "Traceback" not in done.stderr
        assert [line for line in messages if line.startswith("error: ")] == messages[-1:]
        return messages[-1]

    return train


def corpus(directory: Path, content: bytes | str) -> str:
    data = content.encode() if isinstance(content, str) else content
    (directory / "corpus.txt").write_bytes(data)
    return "corpus.txt"


def test_missing_file_is_named(refused: Refused) -> None:
    assert refused("absent.txt") == "error: absent.txt: no such file; check the path"


def test_second_file_that_is_missing_is_named(refused: Refused, tmp_path: Path) -> None:
    message = refused(corpus(tmp_path, GOOD), "absent.txt")
    assert message == "error: absent.txt: no such file; check the path"


def test_directory_without_files_is_named(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    assert refused("texts").startswith("error: texts: no files in this directory")


def test_pattern_that_matches_nothing_is_named(refused: Refused) -> None:
    assert refused("*.txt") == "error: *.txt: no file matches this pattern"


@pytest.mark.parametrize(
    "content", [b"", b"\n\n \t\n", b"\0" * 5000, b"\xef\xbb\xbf", "\u3000\u2028\n"]
)
def test_file_without_words_is_refused(
    refused: Refused, tmp_path: Path, content: bytes | str
) -> None:
    assert "the corpus holds no words" in refused(corpus(tmp_path, content))


def test_one_word_is_too_few(refused: Refused, tmp_path: Path) -> None:
    message = refused(corpus(tmp_path, "alone " * 20))
    assert message.startswith("error: the corpus holds one word only, 'alone'")


def test_one_word_left_by_min_count_is_too_few(refused: Refused, tmp_path: Path) -> None:
    # In ten lines "the" occurs 20 times, the others 10 times.
    message = refused(corpus(tmp_path, GOOD), "--min-count", "11")
    assert message.startswith("error: only 1 word is left of 4")


def test_every_word_below_min_count_says_the_highest_count(
    refused: Refused, tmp_path: Path
) -> None:
    message = refused(corpus(tmp_path, "one two three two\n"))
    assert message == (
        "error: none of the 3 different words occurs 5 times, the most frequent one 2;"
        " lower --min-count"
    )


def test_picture_is_not_taken_for_text(refused: Refused, tmp_path: Path) -> None:
    for errors in ("strict", "replace"):
        message = refused(corpus(tmp_path, PNG), "--encoding-errors", errors)
        assert message.startswith("error: corpus.txt: is a picture, not text; ")


def test_lines_of_one_word_are_named_before_training(refused: Refused, tmp_path: Path) -> None:
    message = refused(corpus(tmp_path, "a\nb\n" * 10), "--subsample", "0")
    assert message.startswith("error: no line holds two words, so there are no pairs to train on")


def test_line_that_is_not_utf8_is_named(refused: Refused, tmp_path: Path) -> None:
    latin = GOOD.encode() + "le café\n".encode("latin-1")
    message = refused(corpus(tmp_path, latin))
    assert message.startswith("error: corpus.txt:11: not valid UTF-8 (byte 0xe9)")


def test_binary_file_without_spaces_is_refused(refused: Refused, tmp_path: Path) -> None:
    message = refused(corpus(tmp_path, b"\x01" * 5_000_000))
    assert message.startswith("error: corpus.txt:1: more than 4,194,304 bytes without white space")


def test_word_that_is_too_long_is_refused(refused: Refused, tmp_path: Path) -> None:
    message = refused(corpus(tmp_path, GOOD), "--longest-word", "2")
    assert message.startswith("error: corpus.txt:1: a word of more than 2 characters, 'the'")


def test_damaged_gzip_is_refused(refused: Refused, tmp_path: Path) -> None:
    message = refused(corpus(tmp_path, gzip.compress(GOOD.encode())[:-10]))
    assert message.startswith("error: corpus.txt: damaged gzip data")


def test_no_corpus_is_a_usage_error(refused: Refused) -> None:
    assert refused(code=2).startswith("error: no corpus: ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--window", "0"], "error: --window: window must be a whole number, at least 1, or line,"),
        (
            ["--window", "wide"],
            "error: --window: window must be a whole number, at least 1, or line,",
        ),
        (["--learning-rate", "nan"], "error: --learning-rate: learning_rate must be a number"),
        (["--objective", "softmax"], "error: --objective: objective must be one of sampled_"),
        (["--min-learning-rate", "0.5"], "error: min_learning_rate 0.5 is above learning_rate"),
        (["--encoding", "latin1-x"], "error: unknown encoding 'latin1-x', did you mean latin"),
        (["--token-pattern", "("], "error: token_pattern '(' is not a regular expression: miss"),
        (["--config", "absent.yaml"], "error: absent.yaml: No such file or directory"),
    ],
)
def test_bad_value_is_a_usage_error(
    refused: Refused, tmp_path: Path, arguments: list[str], message: str
) -> None:
    assert refused(corpus(tmp_path, GOOD), *arguments, code=2).startswith(message)


def test_bad_line_of_a_config_file_is_named(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "run.yaml").write_text("# mine\nwindow: 3\nepoch: 4\n")
    message = refused(corpus(tmp_path, GOOD), "--config", "run.yaml", code=2)
    assert message == "error: run.yaml:3: unknown option epoch, did you mean epochs?"


def test_existing_model_is_kept(refused: Refused, tmp_path: Path, tiny_model: Path) -> None:
    shutil.copytree(tiny_model, tmp_path / "w2v-model")
    message = refused(corpus(tmp_path, GOOD))
    assert message == (
        "error: w2v-model already holds a model; choose another --output or pass --overwrite"
    )


def test_existing_model_is_kept_if_overwriting_fails(
    refused: Refused, tmp_path: Path, tiny_model: Path
) -> None:
    shutil.copytree(tiny_model, tmp_path / "w2v-model")
    refused(corpus(tmp_path, ""), "--overwrite")


def test_output_that_is_something_else_is_kept(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "thesis.txt").write_text("a thesis")
    message = refused(corpus(tmp_path, GOOD), "-o", "papers", "--overwrite")
    assert message == "error: papers exists and is not a model; choose another --output"


def test_output_below_a_file_is_refused(refused: Refused, tmp_path: Path) -> None:
    message = refused(corpus(tmp_path, GOOD), "-o", "corpus.txt/model")
    assert message.startswith("error: corpus.txt/model cannot be written")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_output_in_a_read_only_directory_is_refused(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o555)
    for output in ("closed/model", "closed/new/model"):
        message = refused(corpus(tmp_path, GOOD), "-o", output)
        assert message.startswith(f"error: {output} cannot be written: no permission in ")
