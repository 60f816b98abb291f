"""The directory where all commands and snippets of the documents run."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.build import README, sample_directory
from tests.docs.sessions import Sessions, commands_of

FEW_EPOCHS = {"W2V_EPOCHS": "1"}


@pytest.fixture(scope="session")
def sessions() -> Iterator[Sessions]:
    """Give the sample corpus and the model of README.md, which is trained for a few epochs only."""
    with sample_directory() as directory:
        shared = Sessions(directory, environment_of_training=FEW_EPOCHS)
        train = commands_of(README)[0]
        assert train.startswith("w2v train")
        shared.run(train)
        yield shared


@pytest.fixture
def in_sessions(sessions: Sessions) -> Iterator[Path]:
    """Make the shared directory the current one."""
    before = Path.cwd()
    os.chdir(sessions.directory)
    try:
        yield sessions.directory
    finally:
        os.chdir(before)
