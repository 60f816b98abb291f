"""`w2v align`, `stability`, `diff`, `diagnose` and `neighbors --stability` on small files."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.vectors.comparison.planted import PlantedRuns
from w2v_cli.vectors.loading import load_vectors
from w2v_cli.vectors.queries import Vectors
from w2v_cli.vectors.writing import export

Run = Callable[..., subprocess.CompletedProcess[str]]
MakeModel = Callable[..., Path]

PLANTED = PlantedRuns(n_words=200, dimension=10)
# Turned by a right angle, so that e and f are at the side of where they were.
FIRST = "4 2\na 1 0\nb 0 1\nc 1 1\ne 2 0\n"
SECOND = "4 2\na 0 2\nb -1 0\nc -1 1\nf 1 1\n"


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory of vectors: a, b with w30 in another group, n1 and n2 for the band."""
    directory = tmp_path_factory.mktemp("runs")

    def write(name: str, vectors: Vectors) -> None:
        export(vectors, "npz", directory / f"{name}.npz")

    group = (int(PLANTED.groups[30]) + 1) % 40
    write("a", PLANTED.run(1))
    write("b", PLANTED.run(2, moved={30: group}))
    write("n1", PLANTED.run(3))
    write("n2", PLANTED.run(4))
    (directory / "first.txt").write_text(FIRST)
    (directory / "second.txt").write_text(SECOND)
    return directory


def test_align_writes_the_turned_vectors_and_says_how_well_they_fit(
    run_w2v: Run, runs: Path, tmp_path: Path
) -> None:
    output = tmp_path / "turned.txt"
    done = run_w2v("align", "first.txt", "second.txt", "-o", output, cwd=runs)
    assert (done.returncode, done.stdout) == (
        0,
        "fitted to 3 of 3 shared words\n"
        "residual 0.0000 (0: equal vectors, 1.41: unrelated ones), mean cosine 1.0000\n",
    )
    assert done.stderr == f"4 vectors of 2 numbers in {output}\n"
    turned = load_vectors(output)
    assert list(turned.vocabulary.words) == ["a", "b", "c", "e"]
    np.testing.assert_allclose(turned.table, [[0, 1], [-1, 0], [-1, 1], [0, 2]], atol=1e-6)


def test_align_takes_anchors_and_writes_to_stdout(run_w2v: Run, runs: Path, tmp_path: Path) -> None:
    (tmp_path / "anchors.txt").write_text("a\nb\n")
    done = run_w2v(
        "align", "first.txt", "second.txt", "-o", "-", "--to", "text",
        "--anchors", tmp_path / "anchors.txt", "--json", cwd=runs,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("4 2\na ")
    assert json.loads(done.stderr) == {
        "shared_words": 3,
        "anchors": 2,
        "residual": pytest.approx(0, abs=1e-6),
        "mean_cosine": pytest.approx(1),
        "mean_cosine_of_others": pytest.approx(1),
    }


def test_stability_shows_bands_and_writes_every_word(run_w2v: Run, runs: Path) -> None:
    done = run_w2v("stability", "a.npz", "n1.npz", "n2.npz", "-k", "5", "-o", "-", cwd=runs)
    lines = done.stdout.splitlines()
    assert (done.returncode, lines[0], len(lines)) == (0, "word\tcount\toverlap", 201)
    assert lines[1].split("\t")[:2] == ["w0", "20005"]
    overlaps = [float(line.split("\t")[2]) for line in lines[1:]]
    shown = done.stderr.splitlines()
    assert shown[0] == (
        f"3 models, 200 shared words: two models have {np.mean(overlaps):.1%} of the 5 nearest"
        " words in common, 2.5% would be chance"
    )
    assert [line.split()[:3] for line in shown[3:]] == [["1", "to", "100"], ["101", "to", "200"]]
    record = json.loads(run_w2v("stability", "a.npz", "n1.npz", "--json", cwd=runs).stdout)
    assert (record["models"], record["shared_words"], record["k"]) == (2, 200, 10)
    assert [band["words"] for band in record["bands"]] == [100, 100]
    assert 0.1 < record["bands"][1]["overlap"] < record["bands"][0]["overlap"] < 1


def test_diff_shows_the_changed_word_first(run_w2v: Run, runs: Path) -> None:
    null = ["--null", "n1.npz", "--null", "n2.npz"]
    done = run_w2v("diff", "a.npz", "b.npz", *null, "--show", "3", cwd=runs)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "200 shared words, 0 only in b.npz, 0 only in a.npz"
    assert lines[2].startswith("band: 1 pair of null models, mean cosine 0.")
    assert lines[3] == (
        "words whose cosine lies lower in its band than that of every null word: 1; by chance 1.0"
    )
    assert [line.split()[-1] for line in lines[5:]][:2] == ["word", "w30"]
    assert len(lines) == 9


def test_diff_without_null_models_says_that_there_is_no_band(run_w2v: Run, runs: Path) -> None:
    done = run_w2v("diff", "first.txt", "second.txt", cwd=runs)
    lines = done.stdout.splitlines()
    assert lines[:5] == [
        "3 shared words, 1 only in second.txt, 1 only in first.txt",
        "mean cosine 1.0000 (residual 0.0000); 100.0% of the 1 nearest words in common,"
        " 50.0% would be chance",
        "no band: without --null models nobody knows how much of this is chance",
        "",
        " cosine  overlap    count A    count B  word",
    ]
    # Their cosines differ by rounding alone.
    assert sorted(lines[5:8]) == [f" 1.0000   100.0%          0          0  {w}" for w in "abc"]
    assert lines[8:] == ["", "only in second.txt: f", "", "only in first.txt: e"]


def test_diff_writes_all_words_as_tsv_and_json(run_w2v: Run, runs: Path, tmp_path: Path) -> None:
    null = ["--null", "n1.npz", "--null", "n2.npz"]
    output = tmp_path / "words.tsv"
    done = run_w2v("diff", "a.npz", "b.npz", *null, "-o", output, "--json", cwd=runs)
    record = json.loads(done.stdout)
    header, *rows = [line.split("\t") for line in output.read_text().splitlines()]
    assert header == [*record["words"][0]] == [
        "word", "status", "count_a", "count_b", "cosine", "cosine_z", "cosine_percentile",
        "as_low_by_chance", "overlap", "overlap_z", "overlap_percentile",
    ]  # fmt: skip
    assert len(rows) == len(record["words"]) == 200
    first = record["words"][0]
    assert rows[0][:4] == ["w30", "shared", "1823", "1823"]
    assert [float(field) for field in rows[0][4:]] == [
        pytest.approx(value, abs=1e-4) for value in [*first.values()][4:]
    ]
    assert first["as_low_by_chance"] == pytest.approx(200 / 201)
    assert record["null"]["words_below_all"] == 1
    assert record["null"]["words_of_a_band"] == 50
    shown = run_w2v("diff", "first.txt", "second.txt", "-o", "-", cwd=runs)
    assert shown.stdout.splitlines()[-2:] == ["f\tnew\t0\t0" + "\t" * 7, "e\tlost\t0\t0" + "\t" * 7]
    assert "no band" in shown.stderr


def test_diagnose_shows_bands_and_findings(run_w2v: Run, runs: Path, tmp_path: Path) -> None:
    healthy = run_w2v("diagnose", "-m", "a.npz", cwd=runs)
    assert (healthy.returncode, healthy.stderr) == (0, "")
    lines = healthy.stdout.splitlines()
    assert lines[0].startswith("all 200 words x 10: mean length ")
    assert [line.split()[:3] for line in lines[3:5]] == [["1", "to", "100"], ["101", "to", "200"]]
    assert lines[5:] == ["", "nothing looks wrong"]
    broken = PLANTED.run(1)
    broken.table[[120, 130]] = 0
    export(broken, "npz", tmp_path / "broken.npz")
    done = run_w2v("diagnose", "-m", tmp_path / "broken.npz", "--restrict", "150")
    assert done.returncode == 0
    assert "\n150 of 200 words x 10" in f"\n{done.stdout}"
    assert done.stdout.splitlines()[-3:] == [
        "2 words are without a direction: the vector is all zeros",
        "    w120 | w130",
        "    -> the training never met these words: raise --min-count, or take them out of --vocab",
    ]
    record = json.loads(run_w2v("diagnose", "-m", tmp_path / "broken.npz", "--json").stdout)
    assert [finding["name"] for finding in record["findings"]] == ["zero_rows"]
    assert [band["words"] for band in record["bands"]] == [100, 100]


def test_neighbors_say_how_many_other_runs_agree(run_w2v: Run, tiny_model: Path) -> None:
    # The same model agrees wholly; the file knows king and queen alone.
    other = tiny_model.parent / "other.txt"
    other.write_text("2 2\nking 1 0\nqueen 0 1\n")
    asked = ["neighbors", "king", "-k", "2", "-m", tiny_model, "--stability", tiny_model]
    done = run_w2v(*asked)
    assert (done.stdout, done.stderr) == (" 0.9600  100%  queen\n 0.8000  100%  apple\n", "")
    done = run_w2v(*asked, "--stability", other)
    assert done.stdout == " 0.9600  100%  queen\n 0.8000   50%  apple\n"
    (record,) = json.loads(run_w2v(*asked, "--stability", other, "--json").stdout)
    assert [near["stability"] for near in record["neighbors"]] == [1.0, 0.5]
    done = run_w2v(
        "neighbors", "-m", tiny_model, "-k", "1", "--stability", other, input="king\ncafé\n"
    )
    assert done.stdout == "king\tqueen\t0.9600\t100%\ncafé\tapple\t0.0000\t-\n"
    done = run_w2v(*asked, "--min-count", "6")  # the king's neighbors are then `the` alone
    assert done.stdout == " 0.6000  100%  the\n"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ("align first.txt a.npz -o x.npz", 1, "the models share 0 words and at least 2 are needed"),
        ("align a.npz wide.npz -o x.npz", 1, "of 10 numbers and the second of 3; only vectors of"),
        ("align a.npz b.npz -o turned", 2, "turned: say its form with --to, one of text,"),
        ("align a.npz b.npz -o x.npz --anchors no.txt", 1, "no.txt: No such file"),
        ("align a.npz no.npz -o x.npz", 1, "no model at no.npz"),
        ("diff a.npz b.npz --null n1.npz", 2, "name at least two"),
        ("diff a.npz wide.npz", 1, "only vectors of the same dimension can be aligned"),
        ("diff a.npz first.txt", 1, "the models share 0 words"),
        ("diff a.npz b.npz --json -o -", 2, "both write to stdout"),
        ("stability a.npz", 2, "at least two models are needed"),
        ("stability a.npz first.txt", 1, "the models share 0 words"),
        ("stability a.npz b.npz --json -o -", 2, "both write to stdout"),
        ("diagnose -m one.txt", 1, "at least 2 are needed"),
        ("diagnose -m broken", 1, "broken: the vector of 'king' holds a number that is not finite"),
        ("stability a.npz broken", 1, "broken: the vector of 'king' holds a number that is not"),
        ("diff broken broken", 1, "broken: the vector of 'king' holds a number that is not finite"),
    ],
)
def test_what_cannot_be_compared_is_one_error(
    run_w2v: Run, make_model: MakeModel, runs: Path, arguments: str, code: int, message: str
) -> None:
    if not (runs / "broken").exists():
        words = ["the", "king"]
        (runs / "broken").symlink_to(make_model(words, [5, 5], [[1, 0], [0, float("nan")]]))
        (runs / "one.txt").write_text("1 2\na 1 0\n")
        (runs / "wide.txt").write_text("2 3\nw1 1 0 0\nw2 0 1 0\n")
        export(load_vectors(runs / "wide.txt"), "npz", runs / "wide.npz")
    done = run_w2v(*arguments.split(), cwd=runs)
    assert (done.returncode, done.stdout) == (code, "")
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1
    assert message in errors[0]
    assert not (runs / "x.npz").exists()


@pytest.mark.parametrize("command", ["stability", "diff", "align"])
def test_two_words_are_enough(run_w2v: Run, tmp_path: Path, command: str) -> None:
    (tmp_path / "two.txt").write_text("2 2\na 1 0\nb 0 1\n")
    written = ["-o", "out.txt"] if command == "align" else []
    done = run_w2v(command, "two.txt", "two.txt", *written, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
