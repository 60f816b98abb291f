"""`w2v train` on the sample corpus: what a user gets, and that it repeats."""

import gzip
import hashlib
import json
import lzma
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import numpy as np
import pytest

from w2v_cli import Config, load_vectors, train
from w2v_cli.config.config import options
from w2v_cli.vectors.queries import Vectors

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample.txt"
Run = Callable[..., CompletedProcess[str]]
SHORT = ("--dimension", "16", "--step-tokens", "2048", "--epochs", "2")


def train_here(output: Path, *, corpus: Path = SAMPLE, **settings: object) -> Vectors:
    """Train in this process with the settings of SHORT, which takes a quarter of the time."""
    short = {"dimension": 16, "step_tokens": 2048, "epochs": 2}
    return train(Config.of(corpus=str(corpus), output=str(output), **{**short, **settings}))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory, run_w2v: Run) -> Path:
    """Return the directory in which the demo's model was trained."""
    directory = tmp_path_factory.mktemp("demo")
    finished = run_w2v("train", SAMPLE, "--config", ROOT / "configs" / "small.yaml", cwd=directory)
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout == ""
    assert "Warning" not in finished.stderr
    assert "tensorflow" not in finished.stderr  # its start-up messages are held back
    return directory / "w2v-model"


def test_neighbors_are_of_the_same_kind(model: Path) -> None:
    vectors = load_vectors(model)

    def words(word: str, k: int) -> set[str]:
        return {near.word for near in vectors.neighbors(word, k)}

    capitals = {"berlin", "warsaw", "budapest", "vilnius", "sofia", "lisbon", "rome", "oslo"}
    assert words("paris", 10) & capitals
    assert words("monday", 3) <= {
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    }
    assert words("seven", 5) & {"six", "eight"}


def analogy_accuracy(vectors: Vectors, path: Path) -> float:
    """Return the share of `a b c d` questions that d answers: nearest to b - a + c (3CosAdd)."""
    lines = [line.split() for line in path.read_text().splitlines() if not line.startswith(":")]
    ids = np.array([[vectors.id(word) for word in line] for line in lines])
    unit = vectors.table / np.linalg.norm(vectors.table, axis=1, keepdims=True)
    a, b, c, d = ids.T
    similarities = (unit[b] - unit[a] + unit[c]) @ unit.T
    for asked in (a, b, c):
        similarities[np.arange(len(ids)), asked] = -np.inf
    return float(np.mean(similarities.argmax(axis=1) == d))


def test_planted_analogies_are_found(model: Path) -> None:
    # 0.85 when the sample was made; a quarter of it would already be far from chance.
    assert analogy_accuracy(load_vectors(model), ROOT / "data" / "analogies.txt") > 0.7


def test_the_model_describes_itself(model: Path) -> None:
    manifest = json.loads((model / "model.json").read_text())
    n_words = len((model / "vocab.tsv").read_bytes().splitlines())
    assert (manifest["n_words"], manifest["dimension"]) == (n_words, 64)
    assert manifest["status"] == "finished"
    assert manifest["training"]["tokens"] == 10 * manifest["corpus"]["tokens"]
    ledger = manifest["corpus"]["ledger"]
    assert ledger["read"] == ledger["in_vocabulary"] + ledger["below_min_count"] == 392_840
    assert ledger["in_vocabulary"] == manifest["corpus"]["tokens"]
    rare = [line.split("\t") for line in (model / "rare.tsv").read_text().splitlines()]
    assert sum(int(count) for _, count in rare) == ledger["below_min_count"] == 6
    losses = manifest["training"]["loss_by_epoch"]
    assert len(losses) == 10
    assert losses[-1] < losses[0]
    assert 100e6 < manifest["peak_resident_bytes"] < 1.5e9
    assert manifest["config"]["epochs"] == 10
    reports = [json.loads(line) for line in (model / "metrics.jsonl").read_text().splitlines()]
    assert sum(report["pairs"] for report in reports) == manifest["training"]["pairs"]
    assert sorted(path.name for path in model.iterdir()) == [
        "config.yaml",
        "context_biases.npy",
        "context_vectors.npy",
        "metrics.csv",
        "metrics.jsonl",
        "model.json",
        "rare.tsv",
        "vectors.npy",
        "vocab.tsv",
    ]


def test_vectors_are_the_center_vectors_and_sums_are_made_when_asked_for(model: Path) -> None:
    center, context = np.load(model / "vectors.npy"), np.load(model / "context_vectors.npy")
    assert np.abs(center).min(axis=1).all()
    assert np.abs(context).min(axis=1).all()
    np.testing.assert_array_equal(load_vectors(model).table, center)
    np.testing.assert_array_equal(load_vectors(model, "sum").table, center + context)


def test_the_working_directory_holds_the_model_and_nothing_else(model: Path) -> None:
    assert [path.name for path in model.parent.iterdir()] == ["w2v-model"]


def test_gensim_agrees_on_the_neighbors_of_both_exports(
    model: Path, run_w2v: Run, tmp_path: Path
) -> None:
    from gensim.models import KeyedVectors

    vectors = load_vectors(model)
    for form in ("text", "binary"):
        path = tmp_path / form
        run_w2v("export", "--format", form, "-m", model, "-o", path)
        theirs = KeyedVectors.load_word2vec_format(path, binary=form == "binary")
        assert theirs.index_to_key == list(vectors.vocabulary.words)
        np.testing.assert_array_equal(theirs.vectors, vectors.table)
        for word in ("paris", "dog", "walked", "seven", "the"):
            ours = vectors.neighbors(word, 10)
            expected = theirs.most_similar(word, topn=10)
            assert [near.word for near in ours] == [near for near, _ in expected]
            np.testing.assert_allclose(
                [near.similarity for near in ours], [value for _, value in expected], rtol=1e-5
            )


def digest(model: Path) -> str:
    return hashlib.sha256((model / "vectors.npy").read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def short_model(tmp_path_factory: pytest.TempPathFactory, run_w2v: Run) -> Path:
    output = tmp_path_factory.mktemp("short") / "first"
    assert run_w2v("train", SAMPLE, *SHORT, "-o", output).returncode == 0
    return output


def test_the_saved_config_repeats_the_run_byte_for_byte(
    short_model: Path, run_w2v: Run, tmp_path: Path
) -> None:
    saved = short_model / "config.yaml"
    again = run_w2v("train", "--config", saved, "-o", tmp_path / "again")
    assert again.returncode == 0, again.stderr
    assert digest(tmp_path / "again") == digest(short_model)


@pytest.mark.parametrize(
    ("engine", "flag"),
    [
        ("blocks", "--deterministic"),
        pytest.param("pairs", "--no-deterministic", marks=pytest.mark.long),
        pytest.param("blocks", "--no-deterministic", marks=pytest.mark.long),
        pytest.param("pairs", "--deterministic", marks=pytest.mark.long),
    ],
)
def test_runs_repeat_byte_for_byte(run_w2v: Run, tmp_path: Path, engine: str, flag: str) -> None:
    for name in ("first", "second"):
        run = run_w2v("train", SAMPLE, *SHORT, flag, "--engine", engine, "-o", tmp_path / name)
        assert run.returncode == 0, run.stderr
    assert digest(tmp_path / "first") == digest(tmp_path / "second")


def test_the_number_of_threads_does_not_change_the_vectors(
    short_model: Path, run_w2v: Run, tmp_path: Path
) -> None:
    run_w2v("train", SAMPLE, *SHORT, "--threads", "1", "-o", tmp_path / "one")
    assert digest(tmp_path / "one") == digest(short_model)


@pytest.mark.long
def test_stdin_and_the_cache_give_the_same_vectors(
    short_model: Path, run_w2v: Run, tmp_path: Path
) -> None:
    run_w2v("train", "-", *SHORT, "-o", tmp_path / "stdin", input=SAMPLE.read_text())
    assert digest(tmp_path / "stdin") == digest(short_model)
    cache = ("--cache", tmp_path / "cache")
    train_here(tmp_path / "first", cache=str(tmp_path / "cache"))
    again = run_w2v("train", SAMPLE, *SHORT, *cache, "-o", tmp_path / "again")
    assert "using the text encoded in" in again.stderr
    assert "counting the words" not in again.stderr
    assert digest(tmp_path / "first") == digest(tmp_path / "again") == digest(short_model)


def test_another_seed_gives_other_vectors(short_model: Path, tmp_path: Path) -> None:
    train_here(tmp_path / "other", seed=2)
    assert digest(tmp_path / "other") != digest(short_model)


def test_python_trains_the_same_vectors(short_model: Path, tmp_path: Path) -> None:
    vectors = train_here(tmp_path / "model")
    assert vectors.model is not None
    assert vectors.model.manifest["config"]["dimension"] == 16
    assert vectors.neighbors("monday", k=1)
    assert digest(tmp_path / "model") == digest(short_model)


@pytest.mark.long
def test_overwrite_replaces_a_model(run_w2v: Run, tmp_path: Path) -> None:
    (tmp_path / "corpus.txt").write_text("a b a b c\nb c a\n" * 20)
    small = ("train", tmp_path / "corpus.txt", "--epochs", "1", "-o", tmp_path / "model")
    train_here(tmp_path / "model", corpus=tmp_path / "corpus.txt", dimension=3, epochs=1)
    refused = run_w2v(*small, "--dimension", "4")
    assert refused.returncode == 1
    assert "already holds a model" in refused.stderr
    assert load_vectors(tmp_path / "model").table.shape == (3, 3)
    assert run_w2v(*small, "--dimension", "4", "--overwrite").returncode == 0
    assert load_vectors(tmp_path / "model").table.shape == (3, 4)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus.txt", "model"]


def test_a_warning_is_seen_though_tensorflow_s_messages_are_not(
    run_w2v: Run, tmp_path: Path
) -> None:
    (tmp_path / "corpus.txt").write_text("a b a b c\nb c a\n" * 20)
    run = run_w2v(
        "train", "corpus.txt", "--epochs", "1", "--subsample", "0", "--threads", "1", cwd=tmp_path
    )
    warnings = [line for line in run.stderr.splitlines() if line.startswith("warning: ")]
    assert warnings[0] == "warning: num_sampled is 64 but the vocabulary has 3 words; drawing 3"
    assert all("have learned little" in warning for warning in warnings[1:])


@pytest.mark.long
def test_text_may_be_packed_in_parts_and_in_another_encoding(tmp_path: Path, run_w2v: Run) -> None:
    lines = SAMPLE.read_text(encoding="utf-8").splitlines(keepends=True)[:4000]
    (tmp_path / "plain.txt").write_bytes("".join(lines).encode())
    (tmp_path / "parts").mkdir()
    first, second = "".join(lines[:2500]).upper(), "".join(lines[2500:]).replace("\n", "\r\n")
    (tmp_path / "parts" / "1").write_bytes(lzma.compress(first.encode("utf-16")))
    (tmp_path / "parts" / "2").write_bytes(gzip.compress(second.encode("utf-16")))

    train_here(tmp_path / "plain", corpus=tmp_path / "plain.txt")
    options = ("--encoding", "utf-16", "--lowercase")
    packed = run_w2v("train", "parts", *options, *SHORT, "-o", "packed", cwd=tmp_path)
    assert packed.returncode == 0, packed.stderr
    for name in ("vocab.tsv", "vectors.npy"):
        assert (tmp_path / "plain" / name).read_bytes() == (tmp_path / "packed" / name).read_bytes()
    files = json.loads((tmp_path / "packed" / "model.json").read_text())["corpus"]["files"]
    assert [file["path"] for file in files] == ["parts/1", "parts/2"]


def test_what_was_lost_of_the_text_is_said(tmp_path: Path, run_w2v: Run) -> None:
    (tmp_path / "corpus.txt").write_bytes(b"one two caf\xe9 three four\n" * 50)
    options = ("--encoding-errors", "replace", "--longest-word", "4", "--long-words", "skip")
    done = run_w2v("train", "corpus.txt", *options, *SHORT, "--subsample", "0", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "50 words skipped for their length\nbytes replaced in 50 places\n" in done.stderr
    assert (tmp_path / "w2v-model" / "vocab.tsv").read_text(encoding="utf-8") == (
        "caf\ufffd\t50\nfour\t50\none\t50\ntwo\t50\n"
    )


def test_help_has_the_ten_most_used_options_first_and_the_others_under_headings(
    run_w2v: Run,
) -> None:
    lines = run_w2v("train", "--help").stdout.splitlines()
    headings = [line.removesuffix(":") for line in lines if re.fullmatch(r"[A-Z][\w ]*:", line)]
    assert headings == [
        "Arguments", "Most used", "Text", "Vocabulary", "Pairs", "Objective", "Model",
        "Optimizer", "Training", "Evaluation", "Devices", "Output", "Options",
    ]  # fmt: skip
    flags = [found[0] for line in lines if (found := re.search(r"--[a-z][a-z-]*", line))]
    first = lines.index("Most used:"), lines.index("Text:")
    most_used = [line for line in lines[first[0] : first[1]] if line.lstrip().startswith("-")]
    assert len(most_used) == 10
    # Every option stands there, once.
    known = {option.flag for option in options().values()} - {"CORPUS"}
    assert known <= set(flags)


def test_threads_that_a_step_cannot_use_are_said(run_w2v: Run, tmp_path: Path) -> None:
    (tmp_path / "corpus.txt").write_text("a b a b c\nb c a\n" * 20)
    small = ("train", "corpus.txt", "--epochs", "1", "--subsample", "0", "--num-sampled", "3")
    run = run_w2v(*small, "--threads", "6", "--step-tokens", "512", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    warning = (
        "warning: a step of engine blocks is cut into 1 part, so 4 of 6 threads have nothing to do"
    )
    assert warning in run.stderr.splitlines()
    training = json.loads((tmp_path / "w2v-model" / "model.json").read_text())["training"]
    assert (training["threads"], training["threads_of_a_step"]) == (6, 1)


def test_memory_of_the_processes_that_count_is_in_the_peak(tmp_path: Path) -> None:
    # In a process that does not load TensorFlow, the counting processes are most of it.
    text = tmp_path / "corpus.txt"
    text.write_text("one two three four five six seven eight nine ten\n" * 200_000)
    program = (
        "import sys; from pathlib import Path; from w2v_cli import Config\n"
        "from w2v_cli.corpus.preparation import survey\n"
        "from w2v_cli.memory import peak_resident_bytes\n"
        "def peak(threads):\n"
        "    config = Config.of(corpus=sys.argv[1], threads=threads)\n"
        "    work = Path(sys.argv[2], str(threads)); work.mkdir()\n"
        "    return survey(config, work, lambda _: None).counting_bytes, peak_resident_bytes()\n"
        "alone, own = peak(1); assert alone <= own, (alone, own)\n"
        "together, own = peak(3); assert together > own + 2 * 20_000_000, (together, own)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(text), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
