"""`w2v train --pairs`: the pairs of a text give what the text gives; both sides can be asked."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.reliability.runs import Watched, learned
from w2v_cli import Config, evaluate, load_vectors, train
from w2v_cli.corpus.preparation import prepare
from w2v_cli.corpus.prepared_text import PreparedText
from w2v_cli.errors import ConfigError, ModelError
from w2v_cli.training.devices import Placement
from w2v_cli.training.engines.pair_engine import PairEngine
from w2v_cli.training.tables import Tables

Run = Callable[..., CompletedProcess[str]]
ROOT = Path(__file__).parents[2]
SHORT = ["--min-count", "1", "--dimension", "8", "--epochs", "2"]


def pairs_of_line(words: list[str], window: int) -> Iterator[tuple[str, str]]:
    for place, center in enumerate(words):
        for other in range(max(place - window, 0), min(place + window + 1, len(words))):
            if other != place:
                yield center, words[other]


def write_pairs(text: Path, target: Path, window: int) -> None:
    """Write the pairs of a text with a fixed window, in random order."""
    lines = [
        f"{center}\t{context}\n"
        for line in text.read_text().splitlines()
        for center, context in pairs_of_line(line.split(), window)
    ]
    np.random.default_rng(0).shuffle(lines)
    target.write_text("".join(lines))


def pairs_of_an_epoch(text: PreparedText, config: Config) -> Counter[tuple[str, str]]:
    """Return the pairs that engine `pairs` trains, as words."""
    contexts = text.contexts or text.vocabulary
    tables = Tables(text.vocabulary.counts, config, Placement(), None, contexts.counts)
    engine = PairEngine(tables, contexts.counts, config, Placement())
    borders = text.corpus.chunks(1000)
    visits = np.stack([np.zeros(len(borders) - 1, np.int64), np.arange(len(borders) - 1)], axis=1)
    found: Counter[tuple[str, str]] = Counter()
    for chunk in engine.dataset(text.corpus, borders, visits):
        ids = zip(chunk.centers.numpy().tolist(), chunk.contexts.numpy().tolist(), strict=True)
        found.update((text.vocabulary.words[c], contexts.words[o]) for c, o in ids)
    return found


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return 12,000 words in lines of 1 to 11 words, of two topics that never meet."""
    random = np.random.default_rng(9)
    path = tmp_path_factory.mktemp("pairs") / "corpus.txt"
    lines = [
        " ".join(f"{'ab'[number % 2]}{id}" for id in random.integers(0, 20, random.integers(1, 12)))
        for number in range(2_000)
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize("shared", [False, True])
def test_the_pairs_of_a_text_are_trained_as_those_of_the_text(
    text: Path, tmp_path: Path, shared: bool
) -> None:
    write_pairs(text, tmp_path / "pairs.tsv", window=3)
    of_text = Config.of(
        corpus=text, engine="pairs", window=3, windows="fixed", subsample=0.0, min_count=1,
        dimension=2,
    )  # fmt: skip
    of_pairs = Config.of(
        corpus=tmp_path / "pairs.tsv", pairs=True, shared_vocabulary=shared, min_count=1,
        dimension=2,
    )  # fmt: skip
    found = []
    for name, config in {"text": of_text, "pairs": of_pairs}.items():
        (tmp_path / name).mkdir()
        found.append(pairs_of_an_epoch(prepare(config, tmp_path / name, lambda line: None), config))
    assert found[0] == found[1]


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return who bought what: customers c0 to c19 and goods g0 to g39, in two groups."""
    random = np.random.default_rng(10)
    customers = random.integers(0, 20, 20_000)
    goods = random.integers(0, 20, 20_000) * 2 + customers % 2
    path = tmp_path_factory.mktemp("orders") / "orders.tsv"
    pairs = zip(customers.tolist(), goods.tolist(), strict=True)
    path.write_text("".join(f"c{customer}\tg{good}\n" for customer, good in pairs))
    return path


def test_commands_work_on_either_side(orders: Path, tmp_path: Path, run_w2v: Run) -> None:
    def run(*arguments: str | Path) -> str:
        done = run_w2v(*arguments, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("train", "--pairs", orders, *SHORT, "--epochs", "6", "-o", "model")
    model = load_vectors(tmp_path / "model").model
    assert model is not None
    assert (len(model.vocabulary), len(model.contexts)) == (20, 40)
    assert model.table("center").shape == (20, 8)
    assert model.table("context").shape == (40, 8)
    assert model.table("biases").shape == (40,)
    customers = json.loads(run("neighbors", "c4", "-m", "model", "-k", "5", "--json"))
    words = [neighbor["word"] for neighbor in customers[0]["neighbors"]]
    assert {int(word[1:]) % 2 for word in words} == {0}
    goods = run("neighbors", "g7", "-m", "model", "--vectors", "context", "-k", "5", "--json")
    words = [neighbor["word"] for neighbor in json.loads(goods)[0]["neighbors"]]
    assert all(word[0] == "g" and int(word[1:]) % 2 == 1 for word in words)
    for side, n_words in {"center": 20, "context": 40}.items():
        run("export", "--format", "text", "-m", "model", "--vectors", side, "-o", f"{side}.txt")
        assert (tmp_path / f"{side}.txt").read_text().startswith(f"{n_words} 8\n")
    explained = json.loads(run("explain", "c2", "c6", "-m", "model", "--json"))
    assert {shared["word"][0] for shared in explained["contexts"]} == {"g"}
    assert run("verify", "model") == "model: as it was written\n"
    assert "20 words and 40 contexts x 8" in run("info", "-m", "model")
    for kind in ("sum", "average"):
        done = run_w2v("neighbors", "c4", "-m", "model", "--vectors", kind, cwd=tmp_path)
        assert done.returncode == 1
        assert f"so they have no {kind}; use center or context" in done.stderr


def test_the_nodes_of_a_graph_share_a_vocabulary(text: Path, tmp_path: Path, run_w2v: Run) -> None:
    write_pairs(text, tmp_path / "edges.tsv", window=2)
    flags = ["--pairs", "edges.tsv", "--shared-vocabulary", *SHORT, "-o", "model"]
    done = run_w2v("train", *flags, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "40 names have vectors\n" in done.stderr
    vectors = load_vectors(tmp_path / "model", "sum")
    assert {neighbor.word[0] for neighbor in vectors.neighbors("a3", k=10)} == {"a"}
    assert not (tmp_path / "model" / "context_vocab.tsv").exists()


def settings(orders: Path, output: Path, **more: Any) -> Config:
    return Config.of(
        **{"corpus": orders, "output": output, "pairs": True, "dimension": 8, "epochs": 3, **more}
    )


@pytest.mark.long
@pytest.mark.parametrize("shared", [False, True])
def test_a_run_on_pairs_that_was_stopped_goes_on_to_the_same_bytes(
    orders: Path, tmp_path: Path, shared: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("w2v_cli.training.chunks.CHUNK_DISTANCES", 1 << 13)
    more = {"shared_vocabulary": shared, "checkpoint_minutes": 1e-6}
    train(settings(orders, tmp_path / "unbroken", **more))

    def end_at_fourth(number: int) -> None:
        if number == 4:
            raise RuntimeError

    config = settings(orders, tmp_path / "model", **more)
    with pytest.raises(RuntimeError):
        train(config, observer=Watched(end_at_fourth))
    train(config, resume=True)
    assert learned(tmp_path / "model") == learned(tmp_path / "unbroken")
    cached = {**more, "cache": str(tmp_path / "cache")}
    for name in ("first", "second"):
        train(settings(orders, tmp_path / name, **cached))
        assert learned(tmp_path / name) == learned(tmp_path / "unbroken")


def test_pairs_of_weight_0_teach_nothing(tmp_path: Path) -> None:
    random = np.random.default_rng(11)
    lines = [
        f"{'ab'[number % 2]}{random.integers(5)}\tx{random.integers(9)}\t{number % 2}\n"
        for number in range(4_000)
    ]
    (tmp_path / "pairs.tsv").write_text("".join(lines))
    # With biases at zero, center vectors are written with their mean.
    config = settings(tmp_path / "pairs.tsv", tmp_path / "model", min_count=1, biases="zero")
    model = train(config).model
    assert model is not None
    words, centers = model.vocabulary.words, model.table("center")
    started = Tables(
        model.vocabulary.counts, config, Placement(), None, model.contexts.counts
    ).center.variable.numpy()
    moved = (centers != started).any(axis=1)
    np.testing.assert_array_equal(moved, np.array([word[0] == "b" for word in words]))
    assert model.manifest["corpus"]["pairs"]["weight"] == 2_000


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"pairs": False, "shared_vocabulary": True}, "context_min_count and shared_vocabulary"),
        ({"shared_vocabulary": True, "context_min_count": 2}, "a shared vocabulary has one"),
        ({"engine": "blocks"}, "engine blocks trains on lines of text; pairs need engine pairs"),
        ({"windows": "fixed", "subsample": 1e-3}, "windows, subsample is for text"),
        ({"weights": "w.txt"}, "weights is for text"),
        ({"holdout": 0.1}, "holdout is for text"),
        ({"workers": "2"}, "need one vocabulary for centers and contexts"),
        ({"init_vectors": "m"}, "need one vocabulary for centers and contexts"),
    ],
)
def test_options_of_text_and_of_pairs_do_not_mix(more: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Config.of(**{"pairs": True, **more})


def test_a_model_of_two_sides_is_no_beginning_for_another_run(
    orders: Path, text: Path, tmp_path: Path
) -> None:
    train(settings(orders, tmp_path / "model"))
    with pytest.raises(ModelError, match="have vocabularies of their own; export one side"):
        train(Config.of(corpus=text, output=tmp_path / "next", init_vectors=tmp_path / "model"))


def _scores(path: Path) -> NDArray[np.float64]:
    scores = evaluate(
        path, pairs=[ROOT / "data" / "pairs.tsv"], analogies=[ROOT / "data" / "analogies.txt"]
    )
    (of_pairs,), (of_analogies,) = scores.pairs.values(), scores.analogies.values()
    return np.array([of_pairs.spearman, of_analogies.total.accuracy])


@pytest.mark.long
def test_pairs_of_the_sample_score_as_the_sample(tmp_path: Path) -> None:
    sample = ROOT / "data" / "sample.txt"
    write_pairs(sample, tmp_path / "pairs.tsv", window=5)
    common: dict[str, Any] = {"dimension": 64, "epochs": 3}
    train(
        Config.of(
            corpus=sample, output=tmp_path / "text", windows="fixed", subsample=0.0,
            engine="pairs", **common,
        )
    )  # fmt: skip
    # A word stands in up to ten pairs, so the least count of the text is about 20 here.
    train(settings(tmp_path / "pairs.tsv", tmp_path / "pairs", min_count=20, **common))
    difference = _scores(tmp_path / "pairs") - _scores(tmp_path / "text")
    assert np.abs(difference).max() < 0.03, difference


def test_a_plan_counts_pairs(orders: Path, run_w2v: Run) -> None:
    planned = run_w2v("plan", "--pairs", orders, "--seconds", "0")
    assert planned.returncode == 0, planned.stderr
    assert "20,000 pairs read = 20,000 kept\n" in planned.stdout
    assert "an epoch has 20,000 pairs, which are 40,000 words\n" in planned.stdout
