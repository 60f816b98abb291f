"""The report in a real browser: it loads without a fault, fits the screen, and words are text."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.pages.browser import SCHEMES, SIZES, Visit, open_browser
from tests.reports.hostile import HOSTILE
from w2v_cli.reports.run_report.page import report_page
from w2v_cli.vectors.loading import load_vectors
from w2v_cli.vocabulary import Vocabulary

pytestmark = pytest.mark.long

Run = Callable[..., subprocess.CompletedProcess[str]]
DATA = Path(__file__).parents[2] / "data"
SHOWS = "#map svg"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def model(run_w2v: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("trained")
    done = run_w2v(
        "train", DATA / "sample.txt", "--holdout", "5%", "--evaluate-every", "20%",
        "--evaluate-pairs", DATA / "pairs.tsv", "--dimension", "16", cwd=directory,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return directory / "w2v-model"


@pytest.fixture(scope="module")
def page(model: Path, run_w2v: Run) -> Path:
    path = model.with_name("report.html")
    questions = ("--pairs", DATA / "pairs.tsv", "--analogies", DATA / "analogies.txt")
    done = run_w2v("report", model, "-o", path, *questions)
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture(params=[(size, scheme) for size in SIZES for scheme in SCHEMES], ids="-".join)
def context(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A browser of one size and colour scheme."""
    size, scheme = request.param
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    yield context
    context.close()


def colours_of(visit: Visit) -> tuple[str, str]:
    found = visit.page.evaluate(
        "(({backgroundColor, color}) => [backgroundColor, color])(getComputedStyle(document.body))"
    )
    return found[0], found[1]


def overflowing(visit: Visit) -> list[str]:
    """Return what reaches beyond the sides of the window, or of the picture that it is in."""
    return list(
        visit.page.evaluate(
            """() => {
                const wide = document.documentElement.clientWidth;
                const found = [...document.querySelectorAll("main *:not(svg *)")].filter(
                    (each) => each.getBoundingClientRect().right > wide + 1);
                for (const svg of document.querySelectorAll("svg")) {
                    const box = svg.getBoundingClientRect();
                    found.push(...[...svg.querySelectorAll("text")].filter((text) => {
                        const own = text.getBoundingClientRect();
                        return own.width && (own.left < box.left - 1 || own.right > box.right + 1);
                    }));
                }
                return found.map((each) => `${each.tagName} ${each.textContent.slice(0, 60)}`);
            }"""
        )
    )


def crossing_texts(visit: Visit) -> list[str]:
    """Return the pairs of texts of charts that lie on each other."""
    return list(
        visit.page.evaluate(
            """() => [...document.querySelectorAll("svg.chart")].flatMap((svg) => {
                const all = [...svg.querySelectorAll("text")].map(
                    (text) => [text.textContent, text.getBoundingClientRect()]);
                // The boxes of lines that stand below each other share some of their leading.
                const cross = (a, b) => a.left < b.right - 1 && b.left < a.right - 1
                    && a.top < b.bottom - 4 && b.top < a.bottom - 4;
                return all.flatMap(([text, box], n) => all.slice(n + 1)
                    .filter(([, other]) => cross(box, other))
                    .map(([other]) => `${text} / ${other}`));
            })"""
        )
    )


def test_the_report_loads_without_a_fault_and_fits_the_screen(context: Any, page: Path) -> None:
    visit = Visit(context, page, shows=SHOWS)
    assert visit.text("h1") == "Report on w2v-model"
    assert visit.page.locator("figure").count() == 11
    assert overflowing(visit) == []
    assert crossing_texts(visit) == []
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert (visit.faults, visit.requests) == ([], [])


def test_the_page_is_dark_where_the_system_is(browser: Any, page: Path) -> None:
    found = []
    for scheme in SCHEMES:
        context = browser.new_context(color_scheme=scheme)
        found.append(colours_of(Visit(context, page, shows=SHOWS)))
        context.close()
    (light_ground, light_ink), (dark_ground, dark_ink) = found
    assert light_ground != dark_ground
    assert light_ink != dark_ink


def test_on_paper_the_page_is_light_and_has_no_links(browser: Any, page: Path) -> None:
    context = browser.new_context(color_scheme="dark")
    visit = Visit(context, page, shows=SHOWS)
    dark = colours_of(visit)
    visit.page.emulate_media(media="print")
    assert colours_of(visit) != dark
    assert visit.page.is_hidden("nav")
    assert visit.page.pdf().startswith(b"%PDF")
    context.close()


def test_pictures_have_a_name_and_a_description(browser: Any, page: Path) -> None:
    context = browser.new_context()
    visit = Visit(context, page, shows=SHOWS)
    for picture in visit.page.query_selector_all("svg"):
        assert picture.get_attribute("role") == "img"
        for kind in ("labelledby", "describedby"):
            named = visit.page.locator(f"#{picture.get_attribute(f'aria-{kind}')}")
            assert len(named.text_content()) > 4
    context.close()


def test_hostile_words_do_nothing(context: Any, model: Path, tmp_path: Path) -> None:
    vectors = load_vectors(model)
    assert vectors.model is not None
    manifest = vectors.model.manifest
    hostile = {
        **manifest,
        "corpus": {**manifest["corpus"], "files": [{"path": text} for text in HOSTILE]},
        "config": {**manifest["config"], "corpus": HOSTILE, "stop_words": HOSTILE[0]},
    }
    words = [*HOSTILE, *vectors.vocabulary.words[len(HOSTILE) :]]
    named = replace(
        vectors,
        vocabulary=Vocabulary(words, np.array(vectors.vocabulary.counts)),
        model=replace(vectors.model, manifest=hostile),
    )
    path = tmp_path / "report.html"
    path.write_text(report_page(named, HOSTILE[0], words=HOSTILE), encoding="utf-8")
    visit = Visit(context, path, shows=SHOWS)
    assert visit.page.evaluate("window.harmed") is None
    assert visit.page.evaluate("document.querySelectorAll('script, img').length") == 0
    assert visit.text("h1") == f"Report on {HOSTILE[0]}"
    assert overflowing(visit) == []
    assert (visit.faults, visit.requests) == ([], [])
