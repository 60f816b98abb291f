"""`w2v export`: files that are whole, stdout that is the same, and readers that go away."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

TEXT = "5 2\nthe 1.0 0.0\nking 3.0 4.0\nqueen 4.0 3.0\ncafé -1.0 0.0\napple 0.0 1.0\n"


def exported(run_w2v: Run, model: Path, *arguments: str) -> str:
    """Return what `export -o -` prints."""
    done = run_w2v("export", *arguments, "-o", "-", "-m", model)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize(("form", "name"), [("text", "vectors.txt"), ("binary", "vectors.bin")])
def test_default_file_lies_where_the_command_runs(
    run_w2v: Run, tiny_model: Path, tmp_path: Path, form: str, name: str
) -> None:
    done = run_w2v("export", "--format", form, "-m", tiny_model, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"5 vectors of 2 numbers in {name}\n"
    assert list(tmp_path.iterdir()) == [tmp_path / name]


def test_text_has_center_vectors_by_falling_frequency(
    run_w2v: Run, tiny_model: Path, tmp_path: Path
) -> None:
    path = tmp_path / "king.vec"
    assert run_w2v("export", "--format", "text", "-m", tiny_model, "-o", path).returncode == 0
    assert path.read_bytes() == TEXT.encode()


@pytest.mark.parametrize("form", ["text", "binary"])
def test_stdout_gets_the_bytes_of_the_file(tiny_model: Path, tmp_path: Path, form: str) -> None:
    command = [sys.executable, "-m", "w2v_cli", "export", "--format", form, "-m", str(tiny_model)]
    subprocess.run([*command, "-o", "file"], cwd=tmp_path, check=True, capture_output=True)
    done = subprocess.run([*command, "-o", "-"], cwd=tmp_path, check=True, capture_output=True)
    assert done.stdout == (tmp_path / "file").read_bytes()
    assert done.stdout.startswith(b"5 2\nthe ")
    assert done.stderr == b""


def test_words_keeps_the_most_frequent_ones(run_w2v: Run, tiny_model: Path) -> None:
    few = exported(run_w2v, tiny_model, "--format", "text", "--words", "2")
    assert few == "2 2\nthe 1.0 0.0\nking 3.0 4.0\n"
    assert exported(run_w2v, tiny_model, "--format", "text", "--words", "99") == TEXT


def test_vectors_chooses_the_table(run_w2v: Run, tiny_model: Path) -> None:
    def first_lines(kind: str) -> list[str]:
        arguments = ["--format", "text", "--vectors", kind, "--words", "3"]
        return exported(run_w2v, tiny_model, *arguments).splitlines()[1:]

    assert first_lines("center") == ["the 1.0 0.0", "king 3.0 4.0", "queen 4.0 3.0"]
    assert first_lines("context") == ["the 0.5 0.0", "king 0.0 0.25", "queen -4.0 0.0"]
    # Row by row what stands above: 1 + 0.5, 4 + 0.25, 4 - 4.
    assert first_lines("sum") == ["the 1.5 0.0", "king 3.0 4.25", "queen 0.0 3.0"]
    assert first_lines("average") == ["the 0.75 0.0", "king 1.5 2.125", "queen 0.0 1.5"]


def test_dimension_turns_the_vectors_and_says_what_it_keeps(
    run_w2v: Run, make_model: Callable[..., Path]
) -> None:
    # Along (3, 4) the variance is 25 of 26, and the rows lie at +-5 there.
    model = make_model(
        ["a", "b", "c", "d"], [4, 3, 2, 1], [[3, 4], [-3, -4], [-0.8, 0.6], [0.8, -0.6]]
    )
    arguments = ["--format", "text", "--dimension", "1", "-o", "-", "-m", model]
    done = run_w2v("export", *arguments)
    assert done.stderr == "1 of 2 dimensions keep 96.2% of the variance\n"
    head, *lines = done.stdout.splitlines()
    assert head == "4 1"
    numbers = [float(line.split()[1]) for line in lines]
    np.testing.assert_allclose(numbers, [5, -5, 0, 0], atol=1e-6)
    assert run_w2v("export", *arguments).stdout == done.stdout


def test_sif_shortens_frequent_words(run_w2v: Run, tiny_model: Path) -> None:
    # Counts 10, 6, 5, 4, 3 of 28: with a = 0.5, the: 0.5 / (0.5 + 10/28) = 7/12.
    shown = exported(run_w2v, tiny_model, "--format", "text", "--normalize", "--sif", "0.5")
    rows = {word: np.array(row, float) for word, *row in map(str.split, shown.splitlines()[1:])}
    np.testing.assert_allclose(rows["the"], [7 / 12, 0], rtol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(rows["king"]), 0.5 / (0.5 + 6 / 28), rtol=1e-6)
    np.testing.assert_allclose(rows["apple"], [0, 0.5 / (0.5 + 3 / 28)], rtol=1e-6)
    # A word's share is one of all words, also when only some are written.
    few = exported(
        run_w2v, tiny_model, "--format", "text", "--normalize", "--sif", "0.5", "--words", "2"
    )
    assert few.splitlines()[1:] == shown.splitlines()[1:3]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--sif", "0"], "error: sif must be a number above 0, such as 1e-4, got 0"),
        (["--sif", "nan"], "error: sif must be a number above 0, such as 1e-4, got nan"),
        (["--dimension", "3"], "error: dimension must be from 1 to 2, which the vectors have"),
        (["--dtype", "int8"], "error: text has no int8; these have: npy, npz, safetensors, par"),
    ],
)
def test_what_cannot_be_had_is_one_line_and_leaves_no_file(
    run_w2v: Run, tiny_model: Path, tmp_path: Path, arguments: list[str], message: str
) -> None:
    done = run_w2v("export", "--format", "text", *arguments, "-m", tiny_model, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(message)
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_sif_needs_counts(run_w2v: Run, tmp_path: Path) -> None:
    (tmp_path / "foreign.txt").write_text("2 2\na 1 0\nb 0 1\n")
    done = run_w2v("export", "--format", "text", "--sif", "1e-4", "-m", "foreign.txt", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr == "error: sif needs the counts of the words, which this file does not tell\n"
    )


def test_model_is_taken_from_the_environment(run_w2v: Run, tiny_model: Path) -> None:
    variable = {"W2V_MODEL": str(tiny_model)}
    assert run_w2v("export", "--format", "text", "-o", "-", env=variable).stdout == TEXT


def test_earlier_file_is_replaced(run_w2v: Run, tiny_model: Path, tmp_path: Path) -> None:
    (tmp_path / "vectors.txt").write_text("old and longer than what comes\n" * 100)
    run_w2v("export", "--format", "text", "-m", tiny_model, cwd=tmp_path)
    assert (tmp_path / "vectors.txt").read_text(encoding="utf-8") == TEXT


def test_missing_model_leaves_no_file(run_w2v: Run, tmp_path: Path) -> None:
    done = run_w2v("export", "--format", "text", "-m", "absent", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: no model at absent; ")
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("output", ["absent/vectors.txt", "."])
def test_output_that_cannot_be_written_is_one_line(
    run_w2v: Run, tiny_model: Path, tmp_path: Path, output: str
) -> None:
    done = run_w2v("export", "--format", "text", "-m", tiny_model, "-o", output, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"error: {output}")
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_output_that_cannot_be_written_is_named_as_given(
    run_w2v: Run, tiny_model: Path, tmp_path: Path
) -> None:
    arguments = ["export", "--format", "text", "-m", tiny_model, "-o", "absent/vectors.txt"]
    assert "absent/vectors.txt: " in run_w2v(*arguments, cwd=tmp_path).stderr


def test_output_through_a_link_keeps_the_link(
    run_w2v: Run, tiny_model: Path, tmp_path: Path
) -> None:
    (tmp_path / "real.txt").write_text("old\n")
    (tmp_path / "link.txt").symlink_to("real.txt")
    run_w2v("export", "--format", "text", "-m", tiny_model, "-o", "link.txt", cwd=tmp_path)
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text(encoding="utf-8") == TEXT


@pytest.mark.parametrize("n_words", [5, 20_000])
def test_reader_that_goes_away_ends_the_command_quietly(
    tiny_model: Path, make_model: Callable[..., Path], n_words: int
) -> None:
    # The small output fails when it is flushed at the end, the large one while it is written.
    model = tiny_model
    if n_words > 5:
        words = [f"w{id}" for id in range(n_words)]
        model = make_model(words, [5] * n_words, np.ones((n_words, 3)))
    command = [sys.executable, "-m", "w2v_cli", "export", "--format", "text", "-o", "-"]
    # Unbuffered output would leave nothing to flush at the end.
    buffered = {key: text for key, text in os.environ.items() if key != "PYTHONUNBUFFERED"}
    with subprocess.Popen(
        [*command, "-m", str(model)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=buffered,
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        # Closed before the program has started, so that its first write already fails.
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no device that is always full")
def test_full_disk_is_one_line_on_stderr(tiny_model: Path) -> None:
    command = [sys.executable, "-m", "w2v_cli", "export", "--format", "text", "-o", "-"]
    buffered = {key: text for key, text in os.environ.items() if key != "PYTHONUNBUFFERED"}
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*command, "-m", str(tiny_model)],
            stdout=full,
            stderr=subprocess.PIPE,
            env=buffered,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, b"error: No space left on device\n")


def test_head_takes_the_first_line(make_model: Callable[..., Path]) -> None:
    words = [f"w{id}" for id in range(20_000)]
    model = make_model(words, [5] * len(words), np.ones((len(words), 3)))
    line = f"'{sys.executable}' -m w2v_cli export --format text -o - -m '{model}' | head -n 1"
    done = subprocess.run(line, shell=True, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("20000 3\n", "")


@pytest.mark.parametrize(
    "arguments",
    [[], ["--format", "json"], ["--format", "text", "--words", "0"]],
    ids=["no format", "unknown format", "no words"],
)
def test_usage_error_ends_with_2_and_leaves_no_file(
    run_w2v: Run, tiny_model: Path, tmp_path: Path, arguments: list[str]
) -> None:
    done = run_w2v("export", *arguments, "-m", tiny_model, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Usage: " in done.stderr
    assert list(tmp_path.iterdir()) == []
