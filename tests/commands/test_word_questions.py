"""`w2v analogy`, `similarity`, `odd-one-out`, `contexts`, `explain`; numbers: tests/vectors."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["analogy", "the", "king", "queen"], " 0.9615  apple\n-0.2747  café\n"),
        (["analogy", "the", "king", "queen", "-k", "1"], " 0.9615  apple\n"),
        (["analogy", "the", "king", "queen", "--restrict", "4"], "-0.2747  café\n"),
        (["similarity", "king", "queen"], "0.9600\n"),
        (["similarity", "king", "queen", "--vectors", "context"], "0.0000\n"),
        (
            ["odd-one-out", "queen", "king", "café"],
            "-0.2747  café\n 0.7967  queen\n 0.9341  king\n",
        ),
    ],
)
def test_answers_are_lines(
    run_w2v: Run, tiny_model: Path, arguments: list[str], shown: str
) -> None:
    done = run_w2v(*arguments, "-m", tiny_model)
    assert (done.returncode, done.stdout, done.stderr) == (0, shown, "")


@pytest.mark.parametrize(
    ("arguments", "record"),
    [
        (
            ["analogy", "the", "king", "queen", "--method", "mul", "--restrict", "3"],
            {"a": "the", "b": "king", "c": "queen", "method": "mul", "answers": []},
        ),
        (
            ["analogy", "the", "king", "queen", "-k", "1"],
            {
                "a": "the", "b": "king", "c": "queen", "method": "add",
                "answers": [{"word": "apple", "score": pytest.approx(0.961524)}],
            },
        ),
        (
            ["similarity", "king", "queen"],
            {"words": ["king", "queen"], "similarity": pytest.approx(0.96)},
        ),
    ],
)  # fmt: skip
def test_json_answers(
    run_w2v: Run, tiny_model: Path, arguments: list[str], record: dict[str, object]
) -> None:
    assert json.loads(run_w2v(*arguments, "--json", "-m", tiny_model).stdout) == record


def test_json_names_the_odd_one(run_w2v: Run, tiny_model: Path) -> None:
    done = run_w2v("odd-one-out", "queen", "king", "café", "--json", "-m", tiny_model)
    record = json.loads(done.stdout)
    assert record["odd"] == "café"
    assert [each["word"] for each in record["words"]] == ["café", "queen", "king"]


def test_two_words_have_no_odd_one(run_w2v: Run, tiny_model: Path) -> None:
    done = run_w2v("odd-one-out", "queen", "king", "-m", tiny_model)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: at least three different words are needed, got 2\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["analogy", "king", "queen", "kings"],
        ["similarity", "kings", "king"],
        ["odd-one-out", "king", "kings", "the"],
        ["explain", "king", "kings"],
        ["contexts", "kings"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_an_unknown_word_is_one_line(run_w2v: Run, tiny_model: Path, arguments: list[str]) -> None:
    done = run_w2v(*arguments, "-m", tiny_model)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "error: 'kings' has no vector; near spellings: king\n"


@pytest.fixture
def sparse_model(make_model: Callable[..., Path]) -> Path:
    """The model of tests/vectors/test_explanation.py."""
    settings = {"min_count": 1, "objective": "sampled_softmax"}
    return make_model(["a", "b", "c"], [2, 1, 1], [[2], [4], [4]], [[1], [5], [1]], **settings)


def test_explain_shows_what_two_words_share(run_w2v: Run, sparse_model: Path) -> None:
    done = run_w2v("explain", "b", "c", "-k", "1", "-m", sparse_model)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "b: seen 1 time\nc: seen 1 time\ncosine: 1.0000\n"
        "\nnear both, cosine with b and c:\n 1.0000  1.0000  a\n"
        "\ncontexts of both, association with b and c:\n 3.0000  3.0000  b\n"
    )


def test_contexts_are_lines_with_association_and_logit(run_w2v: Run, sparse_model: Path) -> None:
    done = run_w2v("contexts", "b", "-k", "2", "-m", sparse_model)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "association    logit  context\n     3.0000  20.0000  b\n    -1.0000   4.0000  a\n"
    )


def test_contexts_in_json(run_w2v: Run, sparse_model: Path) -> None:
    done = run_w2v("contexts", "b", "-k", "1", "--by", "logit", "--json", "-m", sparse_model)
    assert json.loads(done.stdout) == {
        "word": "b",
        "count": 1,
        "by": "logit",
        "contexts": [{"word": "b", "association": 3.0, "logit": 20.0}],
    }


def test_explain_in_json(run_w2v: Run, sparse_model: Path) -> None:
    done = run_w2v("explain", "b", "c", "-k", "1", "--json", "-m", sparse_model)
    assert json.loads(done.stdout) == {
        "words": ["b", "c"],
        "counts": [1, 1],
        "similarity": 1.0,
        "neighbors": [{"word": "a", "first": 1.0, "second": 1.0}],
        "contexts": [{"word": "b", "first": 3.0, "second": 3.0}],
    }
