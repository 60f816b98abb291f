"""Every command and every Python snippet of the documents runs as it stands there."""

import json
import re
import shlex
from pathlib import Path

import pytest

from docs.build import README, ROOT, blocks, documents, steps
from tests.docs.sessions import Sessions, commands_of

WITH_COMMANDS = [path for path in documents() if commands_of(path)]
PYTHON = ROOT / "docs" / "python.md"
SNIPPETS = [b.text for b in blocks(PYTHON.read_text(encoding="utf-8")) if b.language == "python"]
OF_TEXT_ALONE = ("w2v vocab", "w2v phrases", "w2v config")
"""Commands whose output does not depend on a trained model, and so is the same here and there."""


def libraries_of(snippet: str) -> list[str]:
    imported: list[str] = re.findall(r"^(?:import|from) (\w+)", snippet, re.MULTILINE)
    return imported


def other_libraries_of(snippet: str) -> list[str]:
    return [library for library in libraries_of(snippet) if library != "w2v_cli"]


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(path, id=path.stem, marks=[] if path == README else [pytest.mark.long])
        for path in WITH_COMMANDS
    ],
)
def test_the_commands_of_a_document_run_and_print_about_a_text_what_it_shows(
    sessions: Sessions, document: Path
) -> None:
    for block in blocks(document.read_text(encoding="utf-8")):
        for command, output in steps(block):
            printed = sessions.run(command)
            if block.language == "console" and command.startswith(OF_TEXT_ALONE):
                assert printed == output, f"{command}: run `make docs`"


def test_only_the_page_on_python_has_snippets() -> None:
    others = [path for path in documents() if path != PYTHON]
    assert [p for p in others if "```python" in p.read_text(encoding="utf-8")] == []


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let programs that watch runs write to files."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", (tmp_path / "mlruns").as_uri())
    # MLflow refuses a store of files unless this is set; a database needs further packages.
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    monkeypatch.setenv("WANDB_MODE", "offline")
    monkeypatch.setenv("WANDB_DIR", str(tmp_path))


@pytest.fixture(scope="module")
def names(sessions: Sessions) -> dict[str, object]:
    """Return what the first snippet of the page defines, after the commands of the page."""
    defined: dict[str, object] = {}
    for command in commands_of(PYTHON):
        sessions.run(command)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(sessions.directory)
        exec(SNIPPETS[0], defined)
    return defined


def test_the_first_snippet_trains(names: dict[str, object]) -> None:
    assert names["vectors"]["paris"].shape == (32,)  # type: ignore[index]


@pytest.mark.parametrize("snippet", [s for s in SNIPPETS[1:] if libraries_of(s) == ["w2v_cli"]])
@pytest.mark.usefixtures("in_sessions")
def test_snippets_of_w2v_run(names: dict[str, object], snippet: str) -> None:
    exec(snippet, names)


@pytest.mark.readers
@pytest.mark.filterwarnings("ignore")  # of other programs' libraries
@pytest.mark.parametrize(
    "snippet",
    [s for s in SNIPPETS if other_libraries_of(s) not in ([], ["mlflow"])],
    ids=lambda snippet: other_libraries_of(snippet)[-1],
)
@pytest.mark.usefixtures("offline", "in_sessions")
def test_snippets_of_other_libraries_run(names: dict[str, object], snippet: str) -> None:
    for library in other_libraries_of(snippet):
        pytest.importorskip(library, reason=f"{library} is not installed; see make test-readers")
    exec(snippet, names)


@pytest.mark.readers
@pytest.mark.filterwarnings("ignore")  # of MLflow's libraries
@pytest.mark.usefixtures("offline")
def test_mlflow_has_the_losses_of_the_run(names: dict[str, object], in_sessions: Path) -> None:
    mlflow = pytest.importorskip("mlflow", reason="mlflow is not installed; see make test-readers")
    exec(next(s for s in SNIPPETS if "import mlflow" in s), names)
    client, run = mlflow.MlflowClient(), mlflow.last_active_run().info.run_id
    lines = (in_sessions / "in-mlflow" / "metrics.jsonl").read_text().splitlines()
    told = [json.loads(line) for line in lines]
    expected = {
        "loss": [(x["tokens"], x["loss"]) for x in told if "kind" not in x],
        "held-out loss": [
            (x["tokens"], x["held_out"]["softmax"]["cross_entropy"]) for x in told if "kind" in x
        ],
    }
    assert all(expected.values())
    for name, points in expected.items():
        history = client.get_metric_history(run, name)
        assert sorted((point.step, point.value) for point in history) == points


def test_the_commands_of_make_demo_are_those_of_the_session() -> None:
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\ndemo:")[2]
    demo = [
        shlex.split(line)[1] for line in recipe.split("\n\n")[0].splitlines() if "/w2v " in line
    ]
    session = [shlex.split(command)[1] for command in commands_of(documents()[0])]
    assert demo == session
