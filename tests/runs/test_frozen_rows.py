"""`w2v train --freeze`: rows that keep every bit, and the recipes that use them."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.long import long_after
from tests.reliability.runs import Watched, learned
from w2v_cli import Config, load_vectors, train
from w2v_cli.errors import ConfigError, ModelError, TrainingError
from w2v_cli.runs.scoring import Scoring
from w2v_cli.training.tables import Tables
from w2v_cli.vectors.store import Model

Run = Callable[..., CompletedProcess[str]]
GIVEN = [f"w{id}" for id in range(0, 40, 2)]
NAMES = ("center", "context", "biases")
FROZEN = {
    "centers": {"center"},
    "contexts": {"context", "biases"},
    "given": {"center", "context", "biases"},
}


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return 24,000 words, 40 of them different."""
    random = np.random.default_rng(7)
    path = tmp_path_factory.mktemp("frozen") / "corpus.txt"
    lines = random.integers(0, 40, (3_000, 8)).tolist()
    path.write_text("".join(" ".join(f"w{id}" for id in line) + "\n" for line in lines))
    return path


@pytest.fixture(scope="module")
def given(make_model: Callable[..., Path]) -> Path:
    """Return a model of half of the words, with numbers whose bits arithmetic would change."""
    random = np.random.default_rng(8)
    center, context = random.normal(size=(2, len(GIVEN), 8)).astype(np.float32)
    center[0], context[0] = -0.0, -0.0
    center[1, :4], context[1, :4] = 1e-42, -1e-42  # subnormal, which processors may take for 0
    return make_model(GIVEN, list(range(40, 20, -1)), center, context)


def settings(text: Path, output: Path, given: Path, **more: Any) -> Config:
    return Config.of(
        **{
            "corpus": text, "output": output, "init_vectors": given, "dimension": 8, "epochs": 2,
            "min_count": 1, "num_sampled": 8, "step_tokens": 512, **more,
        }
    )  # fmt: skip


def bits(model: Model, name: str, words: list[str]) -> NDArray[np.uint32]:
    table = model.table(name)[[model.vocabulary.words.index(word) for word in words]]
    return np.ascontiguousarray(table).view(np.uint32).reshape(len(words), -1)


def check(model: Model | None, given: Path, freeze: str) -> None:
    """Check that the frozen rows of a model are those that were given, and that others are not."""
    known = load_vectors(given).model
    assert model is not None
    assert known is not None
    for name in NAMES:
        same = (bits(model, name, GIVEN) == bits(known, name, GIVEN)).all(axis=1)
        assert same.all() if name in FROZEN[freeze] else not same.any(), name
    others = [word for word in model.vocabulary.words if word not in GIVEN]
    assert len(others) == 20
    assert (model.table("context")[[model.vocabulary.words.index(w) for w in others]] != 0).all()
    assert model.manifest["frozen_tables"] == [name for name in NAMES if name in FROZEN[freeze]]


@pytest.mark.parametrize("optimizer", long_after(1, ["adagrad", "sgd"]))
@pytest.mark.parametrize("engine", ["blocks", "pairs"])
@pytest.mark.parametrize("freeze", FROZEN)
def test_frozen_rows_keep_every_bit_and_all_others_learn(
    text: Path, given: Path, tmp_path: Path, freeze: str, engine: str, optimizer: str
) -> None:
    config = settings(
        text, tmp_path / "model", given, freeze=freeze, engine=engine, optimizer=optimizer
    )
    check(train(config).model, given, freeze)


def test_a_file_of_vectors_freezes_the_center_vectors_that_it_has(
    text: Path, tmp_path: Path
) -> None:
    (tmp_path / "given.vec").write_text("1 8\nw3 1 2 3 4 5 6 7 8\n")
    config = settings(text, tmp_path / "model", tmp_path / "given.vec", freeze="given")
    model = train(config).model
    assert model is not None
    assert model.table("center")[model.vocabulary.words.index("w3")].tolist() == [*range(1, 9)]
    assert model.manifest["frozen_tables"] == ["center"]


@pytest.mark.long
@pytest.mark.parametrize("engine", ["blocks", "pairs"])
def test_a_run_that_was_stopped_goes_on_with_its_frozen_rows(
    text: Path, given: Path, tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("w2v_cli.training.chunks.CHUNK_DISTANCES", 1 << 15)
    more = {"freeze": "contexts", "engine": engine, "checkpoint_minutes": 1e-6}
    train(settings(text, tmp_path / "unbroken", given, **more))

    def end_at_third(number: int) -> None:
        if number == 3:
            raise RuntimeError

    config = settings(text, tmp_path / "model", given, **more)
    with pytest.raises(RuntimeError):
        train(config, observer=Watched(end_at_third))
    check(train(config, resume=True).model, given, "contexts")
    assert learned(tmp_path / "model") == learned(tmp_path / "unbroken")


def test_given_vectors_that_change_between_stop_and_resume_are_noticed(
    text: Path, tmp_path: Path, make_model: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = make_model(["w1", "w2"], [9, 8], np.ones((2, 8)), np.ones((2, 8)))
    other = make_model(["w1", "w2"], [9, 8], np.ones((2, 8)), np.full((2, 8), 2))
    monkeypatch.setattr("w2v_cli.training.chunks.CHUNK_DISTANCES", 1 << 15)
    config = settings(
        text, tmp_path / "model", tmp_path / "given", freeze="contexts", checkpoint_minutes=1e-6
    )
    (tmp_path / "given").symlink_to(given)

    def end_at_third(number: int) -> None:
        if number == 3:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        train(config, observer=Watched(end_at_third))
    (tmp_path / "given").unlink()
    (tmp_path / "given").symlink_to(other)
    with pytest.raises(TrainingError, match="2 of 2 frozen rows of the table context are not as"):
        train(config, resume=True)


def test_frozen_rows_that_have_changed_end_the_run_with_an_error(
    text: Path, given: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tables = Scoring.write_tables

    def write_others(self: Scoring, tables: Tables) -> None:
        next_numbers = np.nextafter(tables.context.variable.numpy(), np.float32(9))
        tables.context.variable.assign(next_numbers)
        write_tables(self, tables)

    monkeypatch.setattr(Scoring, "write_tables", write_others)
    config = settings(text, tmp_path / "model", given, freeze="contexts", epochs=1)
    with pytest.raises(TrainingError, match="20 of 20 frozen rows of the table context are not"):
        train(config)
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize(
    ("more", "error", "message"),
    [
        ({"init_vectors": None}, ConfigError, "freeze needs vectors to keep; set init_vectors"),
        (
            {"init_vectors": "given.vec", "freeze": "contexts"},
            ModelError,
            "given.vec: a file of vectors has no context vectors to freeze; name a model directory",
        ),
        (
            {},
            TrainingError,
            "every word of the text has its vectors in --init-vectors, and --freeze given keeps",
        ),
    ],
    ids=["no vectors", "no contexts", "nothing to learn"],
)
def test_what_cannot_be_frozen_is_an_error(
    tmp_path: Path,
    make_model: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    more: dict[str, Any],
    error: type[Exception],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("given.vec").write_text("1 2\na 1 2\n")
    Path("corpus.txt").write_text("a b a b\n" * 20)
    given = make_model(["a", "b", "c"], [9, 8, 7], np.ones((3, 2)))
    values = {"init_vectors": given, "freeze": "given", **more}
    with pytest.raises(error, match=message):
        train(Config.of(corpus="corpus.txt", output="model", dimension=2, **values))


def planted(topics: list[list[str]], moves: dict[str, int], seed: int, n_lines: int) -> str:
    """Return lines of 8 words of one topic each; a word in `moves` is of that topic instead."""
    random = np.random.default_rng(seed)
    members = [[word for word in topic if word not in moves] for topic in topics]
    for word, topic in moves.items():
        members[topic].append(word)
    lines = [random.choice(members[number % len(members)], 8) for number in range(n_lines)]
    return "".join(" ".join(line) + "\n" for line in lines)


TOPICS = [[f"{topic}{number}" for number in range(12)] for topic in "abcdef"]
PLANTED = ["--min-count", "1", "--dimension", "16", "--epochs", "6", "--step-tokens", "512"]


@pytest.mark.long
def test_the_compass_finds_the_word_that_changes_its_company(tmp_path: Path, run_w2v: Run) -> None:
    """The recipe of docs/contexts.md: all text, then each period on its frozen contexts."""
    # a3 keeps the company of topic a in the first period, and that of topic d in the second.
    (tmp_path / "1990.txt").write_text(planted(TOPICS, {}, seed=1, n_lines=3_000))
    (tmp_path / "2000.txt").write_text(planted(TOPICS, {"a3": 3}, seed=2, n_lines=3_000))

    def run(*arguments: str) -> str:
        done = run_w2v(*arguments, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("train", "1990.txt", "2000.txt", *PLANTED, "-o", "compass")
    for period in ("1990", "2000"):
        frozen = ["--init-vectors", "compass", "--freeze", "contexts"]
        run("train", f"{period}.txt", *PLANTED, *frozen, "-o", period)
    first, second = (load_vectors(tmp_path / period) for period in ("1990", "2000"))
    # On one compass, vectors of two periods are compared as they are.
    cosines = {
        word: float(np.dot(_unit(first[word]), _unit(second[word])))
        for topic in TOPICS
        for word in topic
    }
    ranked = sorted(cosines, key=cosines.__getitem__)
    assert ranked[0] == "a3"
    assert cosines["a3"] < cosines[ranked[1]] - 0.2, cosines
    assert {word[0] for word, _ in first.neighbors("a3", k=5)} == {"a"}
    assert {word[0] for word, _ in second.neighbors("a3", k=5)} == {"d"}
    compared = json.loads(run("diff", "1990", "2000", "--show", "1", "--json"))
    assert compared["words"][0]["word"] == "a3"


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = vector / np.linalg.norm(vector)
    return unit


@pytest.mark.long
def test_new_words_come_into_an_old_space(tmp_path: Path, run_w2v: Run) -> None:
    """The recipe of docs/contexts.md: the old vectors stay, and the new words find their place."""
    (tmp_path / "old.txt").write_text(planted(TOPICS, {}, seed=3, n_lines=3_000))
    (tmp_path / "new.txt").write_text(
        planted(TOPICS, {"newa": 0, "newe": 4}, seed=4, n_lines=1_500)
    )
    for arguments in (
        ["train", "old.txt", *PLANTED, "-o", "old"],
        ["train", "new.txt", *PLANTED, "--init-vectors", "old", "--freeze", "given", "-o", "more"],
    ):
        done = run_w2v(*arguments, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    assert (
        "72 of 74 words begin with their vectors of old, of which center vectors and context"
        " vectors and biases stay as they are\n"
    ) in done.stderr
    old, more = load_vectors(tmp_path / "old"), load_vectors(tmp_path / "more")
    for word in old.vocabulary.words:
        np.testing.assert_array_equal(old[word], more[word])
    assert {word[0] for word, _ in more.neighbors("newa", k=5)} == {"a"}
    assert {word[0] for word, _ in more.neighbors("newe", k=5)} == {"e"}
