"""What people see of a run."""

import io
import itertools
import sys
from types import SimpleNamespace

import pytest

from w2v_cli.terminal import console
from w2v_cli.terminal.console import ConsoleObserver
from w2v_cli.training.loop import Report


class Terminal(io.StringIO):
    """Takes what is written, and says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def report(tokens: int, total_tokens: int) -> Report:
    return Report(
        epoch=2,
        tokens=tokens,
        total_tokens=total_tokens,
        pairs=10,
        loss=2.0,
        learning_rate=0.05,
        elapsed_s=4.0,
    )


def test_the_bar_of_a_resumed_run_begins_where_the_run_stands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    console = ConsoleObserver()
    console.begin(tokens=900_000, total_tokens=1_000_000)
    first = terminal.getvalue()
    console.report(report(950_000, 1_000_000))
    console.end()
    assert "90%" in first
    assert "900k/1.00M" in first
    # tqdm takes speed and time left from what came after: 50,000 words and not 950,000.
    assert "950k/1.00M" in terminal.getvalue()


def test_a_run_without_a_terminal_is_told_in_lines_at_shares_that_double(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds = itertools.count(0.0, 1.0)
    monkeypatch.setattr(console, "time", SimpleNamespace(monotonic=lambda: next(seconds)))
    observer = ConsoleObserver()
    observer.begin(tokens=0, total_tokens=1000)
    for tokens in range(10, 301, 10):
        observer.report(report(tokens, 1000))
    # From here on they come too fast for a line each.
    monkeypatch.setattr(console, "time", SimpleNamespace(monotonic=lambda: 30.0))
    for tokens in range(310, 1001, 10):
        observer.report(report(tokens, 1000))
    observer.end()
    lines = capsys.readouterr().err.splitlines()
    shares = [line.split(":")[0] for line in lines]
    assert shares == [f"epoch 2, {share}%" for share in (1, 2, 4, 8, 16, 32, 100)]
    assert lines[-1] == ("epoch 2, 100%: 250 words/s, loss 2.0000, learning rate 0.0500, 0 s left")
