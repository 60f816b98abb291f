"""Standard streams that the caller has closed, in the program as users run it."""

import subprocess
import sys
from pathlib import Path

import pytest


def run(command: str, model: Path) -> tuple[int, str, str]:
    """Run a line of the shell in which `w2v` and `MODEL` stand for themselves."""
    line = command.replace("w2v", f"{sys.executable} -m w2v_cli", 1).replace("MODEL", str(model))
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


CLOSED = "error: stdout: the stream is closed, so the results cannot be written\n"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("w2v neighbors king -m MODEL >&-", (1, "", CLOSED)),
        ("w2v export --format text -o - -m MODEL >&-", (1, "", CLOSED)),
        ("w2v --help >&-", (1, "", CLOSED)),
        ("w2v neighbors absent -m MODEL 2>&-", (1, "", "")),
        ("w2v neighbors absent -m MODEL >&- 2>&-", (1, "", "")),
        ("w2v similarity king queen -m MODEL 2>&-", (0, "0.9600\n", "")),
        ("w2v similarity king queen -m MODEL <&-", (0, "0.9600\n", "")),
        (
            "w2v neighbors -m MODEL <&-",
            (2, "", "error: stdin is closed; name words, or pipe queries into the command\n"),
        ),
        ("w2v vocab - <&-", (1, "", None)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_closed_stream_is_one_line_or_does_not_matter(
    tiny_model: Path, command: str, expected: tuple[int, str, str | None]
) -> None:
    code, output, errors = run(command, tiny_model)
    assert (code, output) == expected[:2]
    if expected[2] is not None:
        assert errors == expected[2]
    assert "Traceback" not in errors
    assert "bug in w2v" not in errors
    assert "AttributeError" not in errors


def test_a_file_opened_later_does_not_take_the_number_of_a_closed_stream(
    tmp_path: Path, tiny_model: Path
) -> None:
    output = tmp_path / "vectors.txt"
    command = f"w2v export --format text -o {output} -m MODEL <&- >&- 2>&-"
    assert run(command, tiny_model) == (0, "", "")
    assert output.read_text().startswith("5 2\nthe 1.0 0.0\n")
