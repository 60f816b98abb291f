"""`w2v train --init-vectors`: begin with vectors that are there already."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import numpy as np
import pytest

from w2v_cli import Config, load_vectors, train
from w2v_cli.errors import ModelError
from w2v_cli.runs.warm_start import rows_for
from w2v_cli.vocabulary import Vocabulary

Run = Callable[..., CompletedProcess[str]]
Finished = tuple[CompletedProcess[str], set[str]]
TEXT = "a b c d a b c a b\n" * 40
SHORT = ["--min-count", "1", "--dimension", "2", "--epochs", "1"]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.txt"
    path.write_text(TEXT)
    return path


def test_known_words_begin_with_their_vectors(
    make_model: Callable[..., Path], corpus: Path, tmp_path: Path
) -> None:
    known = make_model(["d", "x", "a"], [9, 8, 7], [[1, 2], [3, 4], [5, 6]], [[7, 8]] * 3)
    # A rate this small leaves the tables as they began.
    still = {"learning_rate": 1e-30, "min_learning_rate": 0.0, "epochs": 1, "min_count": 1}
    settings = {"corpus": str(corpus), "dimension": 2, "init_vectors": str(known), **still}
    settings["objective"] = "sampled_softmax"
    model = train(Config.of(output=tmp_path / "model", **settings)).model
    assert model is not None
    assert model.vocabulary.words == ["a", "b", "c", "d"]
    center, context = model.table("center"), model.table("context")
    np.testing.assert_allclose(center[[0, 3]], [[5, 6], [1, 2]], rtol=1e-6)
    np.testing.assert_allclose(context[[0, 3]], [[7, 8], [7, 8]], rtol=1e-6)
    # The others are as without: within +-1 / (2 * 2), and zero.
    assert np.abs(center[1:3]).max() <= 0.25
    np.testing.assert_allclose(context[1:3], np.zeros((2, 2)), atol=1e-6)
    biases = model.table("biases")
    np.testing.assert_allclose(biases[[0, 3]], [0, 0], atol=1e-6)  # those of the model
    np.testing.assert_allclose(biases[1], np.log(120 / 360), rtol=1e-4)  # log p(word) of b
    assert model.manifest["initial_words"] == 2


def test_files_of_other_programs_give_center_vectors(
    run_w2v: Run, corpus: Path, tmp_path: Path
) -> None:
    (tmp_path / "known.vec").write_text("2 2\nc 1 2\nx 3 4\n")
    done = run_w2v(
        "train", corpus, *SHORT, "--init-vectors", "known.vec", "-o", "model", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert "1 of 4 words begin with their vectors of known.vec\n" in done.stderr
    manifest = json.loads((tmp_path / "model" / "model.json").read_text())
    assert manifest["initial_words"] == 1
    assert manifest["config"]["init_vectors"] == "known.vec"


def test_rows_follow_the_words(make_model: Callable[..., Path]) -> None:
    vocabulary = Vocabulary(["b", "a", "z"], np.array([3, 2, 1]))
    known = load_vectors(make_model(["a", "c", "b"], [5, 5, 5], [[1], [2], [3]], [[4], [5], [6]]))
    rows = rows_for(vocabulary, known, Config())
    assert rows.ids.tolist() == [0, 1]
    assert rows.center.tolist() == [[3], [1]]
    assert rows.context is not None
    assert rows.context.tolist() == [[6], [4]]


def test_training_goes_on_where_it_ended(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    corpus = tmp_path / "corpus.txt"
    lines = [[f"{random.choice(list('abcdefgh'))}{n}" for n in range(8)] for _ in range(400)]
    corpus.write_text("".join(" ".join(line) + "\n" for line in lines))
    settings = {"corpus": str(corpus), "min_count": 1, "dimension": 8, "step_tokens": 256}

    def first_loss(name: str, **more: object) -> float:
        model = train(Config.of(output=tmp_path / name, epochs=3, **settings, **more)).model
        assert model is not None
        loss: float = model.manifest["training"]["loss_by_epoch"][0]
        return loss

    cold = first_loss("cold")
    assert first_loss("warm", init_vectors=str(tmp_path / "cold")) < cold


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("2 3\na 1 2 3\nx 3 4 5\n", "vectors of 3 numbers, but this run has 2; pass --dimension 3"),
        ("1 2\nx 3 4\n", "no word of the text has a vector in --init-vectors"),
        ("1 2\na 3 x\n", "expected a word and 2 numbers"),
        (None, "no such file; check --init-vectors"),
    ],
    ids=["dimension", "no word", "damaged", "absent"],
)
def test_vectors_that_do_not_fit_end_the_run_before_tensorflow(
    run_and_list_modules: Callable[..., Finished],
    corpus: Path,
    tmp_path: Path,
    content: str | None,
    message: str,
) -> None:
    if content is not None:
        (tmp_path / "known").write_text(content)
    arguments = ["train", str(corpus), *SHORT, "--init-vectors", "known", "-o", "model"]
    done, modules = run_and_list_modules(*arguments, cwd=tmp_path)
    assert done.returncode == 1
    assert message in done.stderr.splitlines()[-1]
    assert "tensorflow" not in modules
    assert not (tmp_path / "model").exists()


def test_words_and_rows_of_a_large_table_are_not_mixed_up(make_model: Callable[..., Path]) -> None:
    words = [f"w{id}" for id in range(500)]
    table = np.arange(500, dtype=np.float32)[:, np.newaxis]
    known = load_vectors(make_model(words, [5] * 500, table))
    shuffled = [words[id] for id in np.random.default_rng(2).permutation(500)]
    rows = rows_for(Vocabulary(shuffled, np.full(500, 5)), known, Config())
    assert [f"w{int(value)}" for value in rows.center[:, 0]] == shuffled


def test_no_word_in_common_is_an_error(make_model: Callable[..., Path]) -> None:
    known = load_vectors(make_model(["a", "b"], [5, 5], [[1], [2]]))
    with pytest.raises(ModelError, match="check case and language"):
        rows_for(Vocabulary(["A", "B"], np.array([2, 1])), known, Config())
