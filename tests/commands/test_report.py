"""`w2v report` and `train --report`: what the page says, what it leaves out, what it refuses."""

import base64
import hashlib
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.reports.test_layout import planted

Run = Callable[..., subprocess.CompletedProcess[str]]
MakeModel = Callable[..., Path]

ROOT = Path(__file__).parents[2]
SECTIONS = [
    "words", "training", "held-out", "scores", "shape", "neighbors", "map", "settings",
]  # fmt: skip


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, run_w2v: Run) -> Path:
    """Return the directory with a model and the report that its training wrote."""
    directory = tmp_path_factory.mktemp("trained")
    done = run_w2v(
        "train", ROOT / "data" / "sample.txt", "--holdout", "5%", "--evaluate-every", "20%",
        "--dimension", "16", "--epochs", "2", "--subsample", "1e-3", "--report", "report.html",
        cwd=directory,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert re.search(r"^report on 2,\d\d\d words in report\.html, 0\.\d\d MB$", done.stderr, re.M)
    return directory


@pytest.fixture(scope="module")
def model(make_model: MakeModel) -> Path:
    """A model of 60 words in 3 groups that wrote one report and was not evaluated."""
    table, _ = planted(n_groups=3, size=20)
    return make_model([f"w{n}" for n in range(60)], range(160, 100, -1), table)


def sections_of(page: str) -> dict[str, str]:
    return dict(re.findall(r'<section id="([\w-]+)".*?</h2>(.*?)</section>', page, re.DOTALL))


def text_of(markup: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", markup).split())


def page_of(run_w2v: Run, model: Path, *arguments: str | Path) -> str:
    done = run_w2v("report", model, "-o", "-", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.long
def test_train_writes_the_page_that_report_writes(trained: Path, run_w2v: Run) -> None:
    page = page_of(run_w2v, trained / "w2v-model")
    assert page == (trained / "report.html").read_text(encoding="utf-8")
    assert list(sections_of(page)) == SECTIONS


def test_a_trained_model_has_every_curve(trained: Path) -> None:
    page = (trained / "report.html").read_text(encoding="utf-8")
    names = re.findall(r'<title id="([\w-]+)-title">', page)
    assert names == [
        "ledger", "frequency", "loss", "rate", "speed", "held-out-loss", "held-out-bands",
        "lengths", "hubs", "map",
    ]  # fmt: skip
    assert len(re.findall(r'role="img"', page)) == len(names)
    held_out = text_of(sections_of(page)["held-out"])
    assert re.search(r"with a loss of \d\.\d{3} ± 0\.\d{3} nats \(perplexity \d+", held_out)


def test_the_origin_of_each_setting_is_told(trained: Path) -> None:
    settings = sections_of((trained / "report.html").read_text(encoding="utf-8"))["settings"]
    rows = re.findall(r"<tr><td><code>(\w+)</code>.*?<td>(.*?)</td><td>(.*?)</td></tr>", settings)
    origins = {key: (value, origin) for key, value, origin in rows}
    assert origins["dimension"] == ("16", "given")
    assert origins["holdout"] == ("0.05", "given")
    assert origins["learning_rate"] == ("0.1", "derived")
    assert "window" not in origins
    assert "<li><code>window</code> 5</li>" in settings


def test_what_the_model_has_no_data_for_is_a_line_that_says_how_to_get_it(
    run_w2v: Run, model: Path
) -> None:
    sections = {name: text_of(each) for name, each in sections_of(page_of(run_w2v, model)).items()}
    assert list(sections) == SECTIONS
    assert sections["training"].startswith("The run was so short that it wrote a single report")
    assert sections["held-out"].startswith("The run set no text aside. Train with --holdout 0.5%")
    assert sections["scores"].startswith("No questions were given. Write the report with --pairs")


def test_scores_stand_beside_their_coverage(run_w2v: Run, model: Path, tmp_path: Path) -> None:
    (tmp_path / "pairs.tsv").write_text("w0 w1 9\nw0 w25 2\nw0 w45 1\nw0 absent 5\n")
    (tmp_path / "analogies.txt").write_text(": family\nw0 w1 w2 w3\nw0 w1 w2 absent\n")
    files = ("--pairs", tmp_path / "pairs.tsv", "--analogies", tmp_path / "analogies.txt")
    scores = text_of(sections_of(page_of(run_w2v, model, *files))["scores"])
    assert re.search(r"pairs\.tsv \S+ \S+ 3 of 4, 75\.0% ", scores)
    assert re.search(r" family \d+\.\d% [01] of 1 50\.0% ", scores)


def test_the_neighbors_are_those_of_neighbors(run_w2v: Run, model: Path) -> None:
    page = page_of(run_w2v, model, "--watch", "w17, w42")
    cards = re.findall(r"<article>(.*?)</article>", sections_of(page)["neighbors"])
    assert [text_of(card).split()[0] for card in cards] == ["w17", "w42"]
    printed = run_w2v("neighbors", "w17", "-m", model, "-k", "8").stdout.split()
    assert text_of(cards[0]).split()[1::2] == printed[1::2]


def test_a_file_of_another_program_has_what_it_tells(
    run_w2v: Run, model: Path, tmp_path: Path
) -> None:
    run_w2v("export", "-m", model, "--format", "text", "-o", tmp_path / "vectors.txt")
    page = page_of(run_w2v, tmp_path / "vectors.txt")
    sections = {name: text_of(each) for name, each in sections_of(page).items()}
    assert list(sections) == ["words", "scores", "shape", "neighbors", "map"]
    assert sections["words"].startswith("The file has no counts of words")
    assert "The vectors come from a file that says nothing about their training" in text_of(page)


def test_the_same_model_gives_the_same_bytes(run_w2v: Run, model: Path) -> None:
    assert page_of(run_w2v, model) == page_of(run_w2v, model)


def test_the_policy_allows_one_style_sheet_and_nothing_else(run_w2v: Run, model: Path) -> None:
    page = page_of(run_w2v, model)
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    hashed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{hashed}'; base-uri 'none'; form-action 'none'"
    )
    assert not re.search(r"<script|https?://|\ssrc=|\sstyle=|\son\w+=|<link|@import|url\(", page)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-o", "no/report.html"], "error: no/report.html: there is no directory no to write to\n"),
        (["--watch", "w1,absent"], "error: 'absent' has no vector"),
        (["--pairs", "no.tsv"], "error: no.tsv: "),
    ],
)
def test_what_cannot_be_written_is_one_line(
    run_w2v: Run, model: Path, tmp_path: Path, arguments: list[str], message: str
) -> None:
    done = run_w2v("report", model, *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(message)
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_train_refuses_a_report_that_cannot_be_written_before_it_trains(
    run_w2v: Run, tmp_path: Path
) -> None:
    (tmp_path / "text.txt").write_text("a b\n" * 100)
    done = run_w2v("train", "text.txt", "--report", "no/report.html", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr == "error: no/report.html: there is no directory no to write to\n"
    assert [path.name for path in tmp_path.iterdir()] == ["text.txt"]
