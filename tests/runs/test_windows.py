"""Runs with fixed, one-sided and whole-line windows: exact pairs, exact resume, gensim's scores."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import numpy as np
import pytest

from tests.long import long_after
from tests.reliability.runs import run_here
from w2v_cli import Config, evaluate, train

Run = Callable[..., CompletedProcess[str]]
ROOT = Path(__file__).parents[2]

LINES = ["a b c d", "b", "", "c a", "a b c d a b c"]
KINDS: dict[str, tuple[dict[str, object], int]] = {
    # Sentences of 4, 2 and 7 words, 1 alone. Fixed radius 2: 10 + 2 + 22 ordered pairs.
    "fixed": ({"window": 2, "windows": "fixed"}, 34),
    # One word on the right: 3 + 1 + 6.
    "right only": ({"window": 1, "window_left": 0}, 10),
    # n (n - 1): 12 + 2 + 42.
    "line": ({"window": "line"}, 56),
    # The line of 7 words is cut in 4 and 3: 12 + 2 + 12 + 6.
    "cut lines": ({"window": "line", "sentence_length": 4}, 32),
}


@pytest.mark.parametrize("engine", long_after(1, ["blocks", "pairs"]))
@pytest.mark.parametrize("kind", KINDS)
def test_an_epoch_has_exactly_the_pairs_of_its_windows(
    tmp_path: Path, kind: str, engine: str
) -> None:
    settings, n_pairs = KINDS[kind]
    text = tmp_path / "corpus.txt"
    text.write_text(("\n".join(LINES) + "\n") * 400)
    config = Config.of(
        corpus=text, output=tmp_path / "model", engine=engine, dimension=4, min_count=1,
        epochs=3, subsample=0.0, **settings,
    )  # fmt: skip
    model = train(config).model
    assert model is not None
    assert model.manifest["training"]["pairs"] == 3 * 400 * n_pairs
    assert model.manifest["corpus"]["pairs_without_subsampling"] == 400 * n_pairs
    n_cut = 400 if kind == "cut lines" else 0
    assert model.manifest["corpus"]["lines"] == {"read": 2000, "cut": n_cut, "weight": None}


@pytest.mark.long
def test_a_run_on_lines_says_how_many_are_cut_and_how_many_pairs_there_are(
    tmp_path: Path, run_w2v: Run
) -> None:
    text = tmp_path / "baskets.txt"
    text.write_text("\n".join(LINES))  # the last line has no line end
    flags = ["--window", "line", "--sentence-length", "4", "--min-count", "1"]
    done = run_w2v("train", text, *flags, "--dimension", "4", "-o", tmp_path / "model")
    assert done.returncode == 0, done.stderr
    line = "5 lines read, 1 of them cut; 32 pairs without subsampling\n"
    assert line in done.stderr
    planned = run_w2v("plan", text, *flags, "--seconds", "0")
    assert "1 lines are cut, because they have more than 4 words\n" in planned.stdout
    assert "; 32 pairs without subsampling\n" in planned.stdout
    as_json = run_w2v("plan", text, *flags, "--seconds", "0", "--json")
    assert json.loads(as_json.stdout)["text"]["pairs"] == 32


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return 60,000 words in lines of 1 to 29 words."""
    random = np.random.default_rng(5)
    path = tmp_path_factory.mktemp("windows") / "corpus.txt"
    path.write_text(
        "".join(
            " ".join(f"w{id}" for id in np.minimum(random.zipf(1.3, random.integers(1, 30)), 300))
            + "\n"
            for _ in range(4_000)
        )
    )
    return path


class EndError(Exception):
    """Ends a run in this process."""


def _end_at_third(number: int) -> None:
    if number == 3:
        raise EndError


@pytest.mark.long
@pytest.mark.parametrize("engine", ["blocks", "pairs"])
@pytest.mark.parametrize(
    "windows",
    [
        {"window": 80, "windows": "fixed", "window_right": 0},
        {"window": "line", "sentence_length": 40},
    ],
)
def test_a_run_that_was_stopped_goes_on_to_the_same_bytes(
    text: Path,
    tmp_path: Path,
    windows: dict[str, Any],
    engine: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("w2v_cli.training.chunks.CHUNK_DISTANCES", 1 << 17)
    settings = {"engine": engine, "learning_rate": 0.01, "epochs": 2, **windows}
    unbroken = run_here(text, tmp_path / "unbroken", **settings)
    with pytest.raises(EndError):
        run_here(text, tmp_path / "model", heard=_end_at_third, **settings)
    assert run_here(text, tmp_path / "model", resume=True, **settings) == unbroken


@pytest.mark.long
@pytest.mark.filterwarnings("ignore")
def test_fixed_windows_score_as_gensim_s_on_the_sample(tmp_path: Path) -> None:
    from gensim.models import Word2Vec
    from gensim.models.word2vec import LineSentence

    sample = ROOT / "data" / "sample.txt"
    theirs = Word2Vec(
        LineSentence(str(sample)), shrink_windows=False, vector_size=64, window=5, sg=1,
        negative=5, epochs=15, min_count=5, sample=1e-3, workers=1, seed=1,
    )  # fmt: skip
    theirs.wv.save_word2vec_format(str(tmp_path / "theirs.txt"))
    train(
        Config.of(
            corpus=sample,
            output=tmp_path / "ours",
            windows="fixed",
            dimension=64,
            epochs=15,
            subsample=1e-3,
            step_tokens=512,
            objective="negative_sampling",
            sampler="fixed_unigram",
            seed=1,
        )
    )
    theirs_scored, ours_scored = (_scores(tmp_path / name) for name in ("theirs.txt", "ours"))
    for of_theirs, of_ours in zip(theirs_scored, ours_scored, strict=True):
        assert of_ours >= of_theirs - 0.02, (theirs_scored, ours_scored)


def _scores(path: Path) -> tuple[float, float]:
    """Return the correlation with the pairs of the sample, and the share of its analogies."""
    scores = evaluate(
        path, pairs=[ROOT / "data" / "pairs.tsv"], analogies=[ROOT / "data" / "analogies.txt"]
    )
    (of_pairs,), (of_analogies,) = scores.pairs.values(), scores.analogies.values()
    assert of_pairs.spearman is not None
    assert of_analogies.total.accuracy is not None
    return of_pairs.spearman, of_analogies.total.accuracy
