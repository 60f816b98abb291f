"""`w2v vocab --lint`: findings as lines and as JSON, and what it does not go with."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

SAMPLE = Path(__file__).parents[2] / "data" / "sample.txt"
TEXT = "clean line\nco\xadop and this&nbsp;that\nThe cat the The\n"


def test_each_finding_has_its_place_examples_and_remedy(run_w2v: Run) -> None:
    done = run_w2v("vocab", "-", "--lint", input=TEXT)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "1 invisible characters, first at stdin:2",
        "    co<U+00AD>op",
        "    -> take them out first: words with and without them are different words",
        "1 HTML entities, first at stdin:2",
        "    this&nbsp;that",
        "    -> turn them into characters first, such as by Python's html.unescape",
        "1 words that differ only in case, first at stdin:3",
        "    The 2, the 1",
        "    -> --lowercase",
    ]


def test_json_has_the_same(run_w2v: Run) -> None:
    findings = json.loads(
        run_w2v("vocab", "-", "--lint", "--json", "--lowercase", input=TEXT).stdout
    )
    assert [(it["n"], it["where"], it["examples"]) for it in findings] == [
        (1, "stdin:2", ["co\xadop"]),
        (1, "stdin:2", ["this&nbsp;that"]),
    ]
    assert set(findings[0]) == {"what", "n", "where", "examples", "remedy"}


def test_clean_text_is_said_to_be_clean(run_w2v: Run) -> None:
    assert run_w2v("vocab", SAMPLE, "--lint").stdout == "nothing looks wrong\n"
    assert run_w2v("vocab", SAMPLE, "--lint", "--json").stdout == "[]\n"


def test_text_that_train_refuses_is_looked_at(run_w2v: Run, tmp_path: Path) -> None:
    (tmp_path / "t").write_bytes(b"one\n\xff\xfe two\n")
    done = run_w2v("vocab", "t", "--lint", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("2 bytes that are not utf-8, first at t:2\n")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["absent.txt"], 1, "error: absent.txt: no such file"),
        ([], 2, "error: no corpus"),
        ([str(SAMPLE), "-o", "v.tsv"], 2, "error: --lint writes no vocabulary; leave out -o"),
    ],
)
def test_wrong_use_is_one_line(
    run_w2v: Run, tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    done = run_w2v("vocab", "--lint", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith(message)
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
