"""`w2v plot`: what it writes, in which form, and what it refuses."""

import base64
import hashlib
import json
import re
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.reports.test_layout import planted

Run = Callable[..., subprocess.CompletedProcess[str]]
MakeModel = Callable[..., Path]

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def model(make_model: MakeModel) -> Path:
    """A model of 60 words in 3 groups; the words are w0 to w59, seen 160 to 101 times."""
    table, _ = planted(n_groups=3, size=20)
    return make_model([f"w{n}" for n in range(60)], range(160, 100, -1), table)


def data_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def numbers(text: str, dtype: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), dtype)


def page_of(run_w2v: Run, model: Path, *arguments: str | Path) -> str:
    done = run_w2v("plot", model, "-o", "-", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_page_is_map_html_and_a_line_says_what_it_is_worth(
    run_w2v: Run, model: Path, tmp_path: Path
) -> None:
    done = run_w2v("plot", model, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    pattern = (
        r"60 words in map\.html, 0\.0\d MB; \d\d\.\d% of the nearest words are near on the map\n"
    )
    assert re.fullmatch(pattern, done.stderr)
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"]


def test_the_page_holds_what_neighbors_prints(run_w2v: Run, model: Path) -> None:
    data = data_of(page_of(run_w2v, model))
    packed = numbers(data["near"], "<u4").reshape(60, 10)
    for word in (0, 17, 59):
        printed = run_w2v("neighbors", f"w{word}", "-m", model).stdout.split()
        assert [data["words"][each] for each in (packed[word] & 0x1FFFF).tolist()] == printed[1::2]
        cosines = (packed[word] >> 17) / 10_000 - 1
        np.testing.assert_allclose(cosines, [float(each) for each in printed[::2]], atol=1.01e-4)


def test_counts_ranks_and_the_share_of_kept_neighbors_are_on_the_page(
    run_w2v: Run, model: Path
) -> None:
    data = data_of(page_of(run_w2v, model, "--words", "40"))
    assert data["words"] == [f"w{n}" for n in range(40)]
    assert data["counts"] == list(range(160, 120, -1))
    assert data["ranks"] is None  # the words are the 40 most frequent ones, in order
    assert (data["modelWords"], data["layout"]) == (60, "neighbors")
    assert 0.1 < data["kept"] <= 1
    assert len(numbers(data["places"], "<u2")) == 80


def test_the_same_model_gives_the_same_bytes(run_w2v: Run, model: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        for form in ("html", "svg"):
            run_w2v("plot", model, "-o", tmp_path / f"{name}.{form}")
    for form in ("html", "svg"):
        first, second = ((tmp_path / f"{name}.{form}").read_bytes() for name in ("a", "b"))
        assert first == second


def test_words_file_names_the_words(run_w2v: Run, model: Path, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("w30\nw2\nw7\nabsent\nw2\n")
    done = run_w2v("plot", model, "--words-file", tmp_path / "words.txt", "-o", "-")
    data = data_of(done.stdout)
    assert (data["words"], data["ranks"]) == (["w2", "w7", "w30"], [3, 8, 31])
    assert done.stderr.startswith("warning: 1 of 4 words of ")
    assert "have no vector: absent\n" in done.stderr


def test_groups_are_on_the_page(run_w2v: Run, model: Path, tmp_path: Path) -> None:
    (tmp_path / "groups.tsv").write_text("w0\tzeroth\nw59\tlast\nelsewhere\tlast\n")
    data = data_of(page_of(run_w2v, model, "--groups", tmp_path / "groups.tsv"))
    assert data["groups"]["names"] == ["zeroth", "last", "(no group)"]
    of = numbers(data["groups"]["of"], "<u2").tolist()
    assert (of[0], of[59], set(of[1:59])) == (0, 1, {2})


def test_the_policy_allows_one_script_and_one_style_sheet_and_nothing_else(
    run_w2v: Run, model: Path
) -> None:
    page = page_of(run_w2v, model)
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    hashes = [
        base64.b64encode(hashlib.sha256(x.encode()).digest()).decode() for x in (script, style)
    ]
    assert policy == (
        f"default-src 'none'; script-src 'sha256-{hashes[0]}'; style-src 'sha256-{hashes[1]}';"
        " base-uri 'none'; form-action 'none'"
    )
    assert not re.search(r"https?://|\ssrc=|\son\w+=|<link|@import|url\(", page)


def test_a_picture_has_a_mark_for_each_word_and_labels_that_do_not_overlap(
    run_w2v: Run, model: Path, tmp_path: Path
) -> None:
    run_w2v("plot", model, "-o", tmp_path / "map.svg")
    tree = ET.parse(tmp_path / "map.svg").getroot()
    assert len(list(tree.iter(f"{SVG}use"))) == 60
    labels = list(tree.iter(f"{SVG}text"))[:-1]
    boxes = [
        (
            float(each.attrib["x"]),
            float(each.attrib["y"]),
            len(each.text or ""),
            float(each.attrib["font-size"]),
        )
        for each in labels
    ]
    assert len(boxes) > 30
    for number, (x, y, n, size) in enumerate(boxes):
        for other_x, other_y, other_n, other_size in boxes[:number]:
            apart_x = abs(x - other_x) >= 0.3 * (n * size + other_n * other_size)
            apart_y = abs(y - other_y) >= 0.65 * (size + other_size) - 0.1
            assert apart_x or apart_y


def test_png_is_a_picture(run_w2v: Run, model: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    done = run_w2v("plot", model, "-o", tmp_path / "map.png")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "map.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    ("library", "arguments", "message"),
    [
        ("matplotlib", ["-o", "map.png"], "PNG pictures need matplotlib"),
        ("umap", ["--layout", "umap"], "--layout umap needs umap-learn"),
        ("sklearn", ["--layout", "tsne"], "--layout tsne needs scikit-learn"),
    ],
)
def test_a_missing_library_is_named(
    run_w2v: Run,
    model: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    library: str,
    arguments: list[str],
    message: str,
) -> None:
    # What stands as None in sys.modules is to Python a library that is not installed.
    for name in (library, f"{library}.manifold", f"{library}.figure"):
        monkeypatch.setitem(__import__("sys").modules, name, None)
    done = run_w2v("plot", model, *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"error: {message}, which is not installed here; `pip install ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["-o", "map.pdf"], 2, "error: map.pdf: name the output .html, .svg or .png\n"),
        (["--words-file", "no.txt"], 1, "error: no.txt: there is no such file\n"),
        (["--groups", "no.tsv"], 1, "error: no.tsv: there is no such file\n"),
        (["--words-file", "two.txt"], 1, "error: a map has 3 to 70,000 words, got 2\n"),
        (
            ["--words-file", "absent.txt"],
            1,
            "error: absent.txt: none of its 1 words has a vector\n",
        ),
        (["--groups", "absent.tsv"], 1, "error: absent.tsv: none of its 1 words is on the map\n"),
        (["-o", "no/map.html"], 1, "error: no/map.html: there is no directory no to write to\n"),
    ],
)
def test_what_cannot_be_drawn_is_one_line(
    run_w2v: Run, model: Path, tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    (tmp_path / "two.txt").write_text("w1\nw2\n")
    (tmp_path / "absent.txt").write_text("absent\n")
    (tmp_path / "absent.tsv").write_text("absent\tgroup\n")
    done = run_w2v("plot", model, *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (code, "", message)


def test_words_are_3_to_70000(run_w2v: Run, model: Path) -> None:
    for words in ("2", "70001"):
        assert run_w2v("plot", model, "--words", words).returncode == 2
