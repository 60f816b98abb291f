"""Long work shows a bar on a terminal, and elsewhere a line now and then."""

import io
import sys
import time

import pytest

from w2v_cli.terminal.progress import progress_of


class Terminal(io.StringIO):
    """Takes what is written, and says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_line_comes_every_30_seconds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    with progress_of("words", "compared") as show:
        for n in range(1, 8):
            now += 11
            show(1000 * n, 7000)
    # After 33 and 66 seconds.
    assert capsys.readouterr() == (
        "", "3,000 of 7,000 words compared\n6,000 of 7,000 words compared\n"
    )  # fmt: skip


def test_a_terminal_shows_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress_of("words", "compared") as show:
        show(1000, 4000)
        show(4000, 4000)
    assert "100%" in terminal.getvalue()
    assert "4.00k/4.00k" in terminal.getvalue()
