"""`w2v neighbors` on a model of five words; its cosines are worked out in conftest."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

KING = " 0.9600  queen\n 0.8000  apple\n 0.6000  the\n-0.6000  café\n"


def test_each_line_is_a_similarity_and_a_word(run_w2v: Run, tiny_model: Path) -> None:
    done = run_w2v("neighbors", "king", "-m", tiny_model)
    assert (done.returncode, done.stdout, done.stderr) == (0, KING, "")


def test_several_words_have_a_list_each_in_the_order_asked(run_w2v: Run, tiny_model: Path) -> None:
    done = run_w2v("neighbors", "queen", "king", "café", "-k", "1", "-m", tiny_model)
    assert done.stdout == (
        # café is (-1, 0) and apple (0, 1), which are at a right angle; all others point away.
        "queen:\n 0.9600  king\n\nking:\n 0.9600  queen\n\ncafé:\n 0.0000  apple\n"
    )


def test_k_limits_the_list(run_w2v: Run, tiny_model: Path) -> None:
    assert run_w2v("neighbors", "king", "-k", "2", "-m", tiny_model).stdout == (
        " 0.9600  queen\n 0.8000  apple\n"
    )
    assert run_w2v("neighbors", "king", "-k", "99", "-m", tiny_model).stdout == KING


def test_json_holds_words_and_similarities(run_w2v: Run, tiny_model: Path) -> None:
    done = run_w2v("neighbors", "king", "the", "-k", "2", "--json", "-m", tiny_model)
    records = json.loads(done.stdout)
    near = [[tuple(each.values()) for each in record["neighbors"]] for record in records]
    assert [record.keys() for record in records] == [{"word", "neighbors"}] * 2
    assert [record["word"] for record in records] == ["king", "the"]
    assert records[0]["neighbors"][0].keys() == {"word", "similarity"}
    assert near[0] == [("queen", pytest.approx(0.96)), ("apple", pytest.approx(0.8))]
    assert near[1] == [("queen", pytest.approx(0.8)), ("king", pytest.approx(0.6))]


def test_json_is_a_list_for_one_word_too(run_w2v: Run, tiny_model: Path) -> None:
    done = run_w2v("neighbors", "café", "--json", "-m", tiny_model)
    assert [record["word"] for record in json.loads(done.stdout)] == ["café"]


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("kings", "error: 'kings' has no vector; near spellings: king\n"),
        ("quince", "error: 'quince' has no vector, seen 2 times, below --min-count 3\n"),
        ("two\nlines", "error: 'two\\nlines' has no vector\n"),
    ],
)
@pytest.mark.parametrize("before", [[], ["king"], ["king", "--json"]])
def test_unknown_word_is_one_line_on_stderr(
    run_w2v: Run, tiny_model: Path, word: str, message: str, before: list[str]
) -> None:
    done = run_w2v("neighbors", *before, word, "-m", tiny_model)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", message)


def test_word_that_is_not_utf8_is_an_unknown_word(run_w2v: Run, tiny_model: Path) -> None:
    # Python gives a byte of an argument that it cannot decode as a lone surrogate.
    done = run_w2v("neighbors", "caf\udce9", "-m", tiny_model)
    assert "has no vector" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_model_is_the_flag_else_the_variable_else_w2v_model(
    run_w2v: Run, tiny_model: Path, make_model: Callable[..., Path], tmp_path: Path
) -> None:
    other = make_model(["king", "pawn"], [2, 1], [[1, 0], [1, 0]])
    pawn = " 1.0000  pawn\n"
    variable = {"W2V_MODEL": str(other)}
    (tmp_path / "w2v-model").symlink_to(tiny_model)
    assert run_w2v("neighbors", "king", cwd=tmp_path).stdout == KING
    assert run_w2v("neighbors", "king", cwd=tmp_path, env=variable).stdout == pawn
    assert run_w2v("neighbors", "king", "--model", tiny_model, env=variable).stdout == KING


def test_missing_model_says_how_to_get_one(run_w2v: Run, tmp_path: Path) -> None:
    done = run_w2v("neighbors", "king", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "error: no model at w2v-model; train one with `w2v train CORPUS`,"
        " or name its directory with -m\n"
    )


@pytest.mark.parametrize(
    "arguments", [[], ["king", "-k", "0"], ["king", "-k", "two"], ["king", "--near"]]
)
def test_usage_error_ends_with_2(run_w2v: Run, tiny_model: Path, arguments: list[str]) -> None:
    done = run_w2v("neighbors", *arguments, "-m", tiny_model)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Usage: " in done.stderr
    assert "Traceback" not in done.stderr
