"""The text that all runs are on."""

from pathlib import Path

import pytest

from tests.reliability.runs import write_text


@pytest.fixture(scope="session")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a text of 100,000 words."""
    return write_text(tmp_path_factory.mktemp("text") / "corpus.txt")
