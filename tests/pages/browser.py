"""Chromium without a window, and what it says about a page."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

SIZES = {"wide": (1280, 800), "narrow": (390, 844)}
SCHEMES = ("light", "dark")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def open_browser() -> Iterator[Any]:
    """Yield a browser of playwright. The test is skipped where there is none."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(f"none of {', '.join(NAMES)} is installed")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


class Visit:
    """A page that was opened from a file, with all that went wrong and all that it asked for.

    Attributes:
        page: playwright's page.
        faults: errors and messages of its console.
        requests: addresses that it asked for, but its own.
    """

    def __init__(self, context: Any, path: Path, fragment: str = "") -> None:
        self.page = context.new_page()
        self.faults: list[str] = []
        self.requests: list[str] = []
        address = f"{path.resolve().as_uri()}{fragment}"
        self.page.on("console", lambda message: self.faults.append(message.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self._note(request.url, address))
        self.page.goto(address)
        self.page.wait_for_selector("#facts:not(:empty)", state="attached")

    def _note(self, asked: str, address: str) -> None:
        if asked.partition("#")[0] != address.partition("#")[0]:
            self.requests.append(asked)

    def text(self, selector: str) -> str:
        """Return what an element says."""
        return str(self.page.text_content(selector))

    def near(self) -> list[tuple[str, str]]:
        """Return the words and cosines of the list of nearest words."""
        lines = self.page.query_selector_all("#near button")
        return [
            (x.query_selector("bdi").text_content(), x.query_selector("span").text_content())
            for x in lines
        ]
