"""Commands that read text, on records."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A directory with the same text as `plain.txt`, `rows.jsonl` and `rows.csv`."""
    lines = ["new york is big", "the cat saw new york", "so it is"] * 20
    (tmp_path / "plain.txt").write_text("".join(f"{line}\n" for line in lines))
    rows = "".join(f"{json.dumps({'id': n, 'body': line})}\n" for n, line in enumerate(lines))
    (tmp_path / "rows.jsonl").write_text(rows)
    table = "".join(f"{n},{line}\n" for n, line in enumerate(lines))
    (tmp_path / "rows.csv").write_text(f"id,body\n{table}")
    return tmp_path


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.csv"])
def test_vocab_and_phrases_read_the_field(run_w2v: Run, files: Path, name: str) -> None:
    for command in (["vocab", "-o", "-"], ["phrases", "-o", "-", "--threshold", "1"]):
        plain = run_w2v(*command, "plain.txt", cwd=files)
        found = run_w2v(*command, name, "--field", "body", cwd=files)
        assert (found.returncode, found.stdout) == (0, plain.stdout)
        assert plain.stdout


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.csv"])
def test_lint_looks_at_the_text_and_names_the_line_of_the_record(
    run_w2v: Run, files: Path, name: str
) -> None:
    with (files / name).open("a") as file:
        bad = "zero\u200bwidth b\u00adroken"
        file.write(f'{{"id": 0, "body": "{bad}"}}\n' if name == "rows.jsonl" else f"0,{bad}\n")
    line = 61 if name == "rows.jsonl" else 62
    done = run_w2v("vocab", name, "--field", "body", "--lint", cwd=files)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"first at {name}:{line}" in done.stdout
    assert "JSON" not in done.stdout
    assert "columns" not in done.stdout


@pytest.mark.parametrize(
    ("name", "what"),
    [("rows.jsonl", "lines of JSON"), ("rows.csv", "rows of 2 columns, with commas between them")],
)
def test_without_the_field_a_warning_names_it(
    run_w2v: Run, files: Path, name: str, what: str
) -> None:
    done = run_w2v("vocab", name, cwd=files)
    assert done.returncode == 0
    assert f"warning: {name}: looks like {what}, read as plain text; name the " in done.stderr
    assert done.stderr.count("--field body") == 1
    lint = run_w2v("vocab", name, "--lint", cwd=files)
    assert "--field body" in lint.stdout


@pytest.mark.parametrize(
    "text",
    [
        "{odd} words stand here\n{more} of them\n{and} so on\n",
        "red wine\tbread\ncheese\tmilk\nham\tred wine\n",
        "yes, it is\nno, not so\nwell, perhaps\n",
        '{"text": "one line"}\nand then a sentence\nand another one\n',
    ],
)
def test_plain_text_gets_no_warning(run_w2v: Run, tmp_path: Path, text: str) -> None:
    (tmp_path / "plain.txt").write_text(text * 5)
    done = run_w2v("vocab", "plain.txt", "--min-count", "1", cwd=tmp_path)
    assert done.returncode == 0
    assert "warning" not in done.stderr


def test_malformed_records_are_counted_on_request(run_w2v: Run, files: Path) -> None:
    with (files / "rows.jsonl").open("a") as file:
        file.write('{"id": 1}\n{"body": "the end"\n')
    done = run_w2v("vocab", "rows.jsonl", "--field", "body", cwd=files)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "error: rows.jsonl:61: has no field 'body', only id; --bad-records skip leaves such"
        " records out"
    )
    skip = ["--bad-records", "skip"]
    done = run_w2v("vocab", "rows.jsonl", "--field", "body", *skip, cwd=files)
    assert done.returncode == 0
    assert "2 malformed records are left out, the first on line 61: has no field" in done.stderr
