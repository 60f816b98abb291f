"""The map in a real browser: it loads without a fault, is searched, walked and hovered."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.pages.browser import SCHEMES, SIZES, Visit, open_browser
from tests.reports.hostile import hostile_map
from tests.reports.test_layout import planted
from w2v_cli.reports.page import map_page

pytestmark = pytest.mark.long

Run = Callable[..., subprocess.CompletedProcess[str]]
MakeModel = Callable[..., Path]

N_WORDS = 10_000
WORD = 40
"""The word that the tests look at: frequent enough that its label is shown."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def model(make_model: MakeModel) -> Path:
    table, _ = planted(n_groups=50, size=N_WORDS // 50)
    words = [f"naïve{n}" if n == WORD else f"word{n}" for n in range(N_WORDS)]
    return make_model(words, range(N_WORDS + 100, 100, -1), table)


@pytest.fixture(scope="module")
def page(model: Path, run_w2v: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("map") / "map.html"
    done = run_w2v("plot", model, "-o", path)
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture(params=[(size, scheme) for size in SIZES for scheme in SCHEMES], ids="-".join)
def context(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A browser of one size and colour scheme that moves nothing by itself."""
    size, scheme = request.param
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        reduced_motion="reduce",
        has_touch=size == "narrow",
    )
    yield context
    context.close()


def middle_of(visit: Visit) -> tuple[float, float]:
    box = visit.page.locator("#map").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def printed_neighbors(run_w2v: Run, model: Path, word: str) -> list[tuple[str, float]]:
    fields = run_w2v("neighbors", word, "-m", model).stdout.split()
    return [(word, float(cosine)) for cosine, word in zip(fields[::2], fields[1::2], strict=True)]


def assert_shows(visit: Visit, expected: list[tuple[str, float]]) -> None:
    shown = visit.near()
    assert [word for word, _ in shown] == [word for word, _ in expected]
    np.testing.assert_allclose(
        [float(cosine) for _, cosine in shown], [cosine for _, cosine in expected], atol=1.01e-4
    )


def test_a_word_is_found_hovered_and_left_for_a_neighbor_by_keyboard(
    context: Any, page: Path, model: Path, run_w2v: Run
) -> None:
    visit = Visit(context, page)
    assert visit.text("#facts").startswith("10,000 words. ")
    assert "% of each word's 10 nearest words lie among its 10 nearest on this map" in visit.text(
        "#facts"
    )

    # The search folds the diacritics of naïve40.
    visit.page.keyboard.press("/")
    visit.page.keyboard.type("naive")
    visit.page.wait_for_selector("#matches li")
    visit.page.keyboard.press("Enter")
    word = f"naïve{WORD}"
    expected = printed_neighbors(run_w2v, model, word)
    assert visit.text("#name") == word
    assert "rank 41 · seen 10,060 times" in visit.text("#about")
    assert_shows(visit, expected)
    assert visit.page.evaluate("decodeURIComponent(location.hash)") == f"#word={word}"
    assert visit.text("#spoken").startswith(f"{word}, rank 41")

    # The map has flown to the word, so that the pointer finds it in the middle.
    visit.page.keyboard.press("Escape")
    visit.page.keyboard.press("Tab")
    visit.page.evaluate("letGo()")
    assert visit.page.is_hidden("#word")
    if context.pages[0].viewport_size["width"] > 700:
        x, y = middle_of(visit)
        visit.page.mouse.move(x + 3, y + 3)
        visit.page.mouse.move(x, y)
        visit.page.wait_for_selector("#word:visible")
        assert visit.text("#name") == word
        assert_shows(visit, expected)
        visit.page.mouse.click(x, y)
    else:
        visit.page.touchscreen.tap(*middle_of(visit))
    assert visit.text("#name") == word

    # Tab reaches the list of neighbors, the arrow the second one, and Enter goes there.
    visit.page.focus("#colour")
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("ArrowDown")
    visit.page.keyboard.press("Enter")
    assert visit.text("#name") == expected[1][0]
    assert_shows(visit, printed_neighbors(run_w2v, model, expected[1][0]))
    assert (visit.faults, visit.requests) == ([], [])


def test_the_address_opens_the_map_at_a_word(context: Any, page: Path) -> None:
    visit = Visit(context, page, "#word=word77")
    assert visit.text("#name") == "word77"
    assert (visit.faults, visit.requests) == ([], [])


def test_the_map_is_moved_and_zoomed_by_keyboard(context: Any, page: Path) -> None:
    visit = Visit(context, page)
    visit.page.focus("#map")
    before = visit.page.evaluate("[view.x, view.scale]")
    visit.page.keyboard.press("+")
    visit.page.keyboard.press("ArrowRight")
    after = visit.page.evaluate("[view.x, view.scale]")
    assert after[1] == pytest.approx(1.6 * before[1])
    assert after[0] > before[0]
    visit.page.keyboard.press("0")
    assert visit.page.evaluate("[view.x, view.scale]") == pytest.approx(before)
    visit.page.keyboard.press("Enter")
    assert visit.page.is_visible("#word")


def test_labels_do_not_overlap_and_none_that_is_shown_goes_away(context: Any, page: Path) -> None:
    visit = Visit(context, page)
    shown: set[str] = set()
    for _ in range(6):
        boxes = visit.page.evaluate(
            """() => {
                labels.fillTo(view.scale);
                const level = labels.levelAt(view.scale);
                const found = [];
                for (let n = 0; n < nWords; n++) {
                    if (levelOfWord[n] >= 0 && levelOfWord[n] <= level) {
                        found.push([words[n], labels.boxOfWord(n, view.scale)]);
                    }
                }
                return found;
            }"""
        )
        now = {word for word, _ in boxes}
        assert shown <= now
        shown = now
        edges = np.array([[b["left"], b["right"], b["top"], b["bottom"]] for _, b in boxes])
        left, right, top, bottom = (edges[:, n] for n in range(4))
        crosses = (left[:, None] < right) & (left < right[:, None])
        crosses &= (top[:, None] < bottom) & (top < bottom[:, None])
        assert crosses.sum() == len(boxes)  # each one only itself
        visit.page.evaluate("zoomAt(view.width / 2, view.height / 2, 1.5)")
    assert len(shown) > 30


def test_hostile_words_do_nothing(context: Any, tmp_path: Path) -> None:
    drawn = hostile_map()
    (tmp_path / "map.html").write_text(map_page(drawn), encoding="utf-8")
    visit = Visit(context, tmp_path / "map.html")
    n_elements = visit.page.evaluate("document.querySelectorAll('script, img').length")
    for word in range(len(drawn.words)):
        visit.page.evaluate("word => choose(word, 'search')", word)
        visit.page.evaluate("draw()")
    visit.page.fill("#find", "<")
    assert visit.page.locator("#matches li").count() == 3
    assert visit.page.evaluate("window.harmed") is None
    assert visit.page.evaluate("document.querySelectorAll('script, img').length") == n_elements
    assert (visit.faults, visit.requests) == ([], [])


def test_panning_10000_words_keeps_60_frames_a_second(browser: Any, page: Path) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    visit = Visit(context, page)
    x, y = middle_of(visit)
    visit.page.mouse.move(x, y)
    visit.page.mouse.down()
    visit.page.evaluate(
        """() => {
            window.frames_at = [];
            const note = (now) => { frames_at.push(now); requestAnimationFrame(note); };
            requestAnimationFrame(note);
        }"""
    )
    for step in range(120):
        visit.page.mouse.move(x + 100 * np.sin(step / 10), y + 60 * np.cos(step / 10))
    visit.page.mouse.up()
    times = np.diff(visit.page.evaluate("frames_at"))
    context.close()
    assert len(times) > 20
    # Other programs on the machine hold some frames up, so it is the median that counts.
    assert np.median(times) < 1000 / 58
