"""`w2v evaluate` on a model of five words; the score itself is tested in tests/vectors."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """A directory with pairs.tsv and analogies.txt; King, pear and plum are not in the model."""
    # The scores are ten times the cosines: 0.96, 0.8 and -1.
    (tmp_path / "pairs.tsv").write_text(
        "king\tqueen\t9.6\nking\tapple\t8\nthe\tcafé\t-10\nKing\tpear\t5\n", encoding="utf-8"
    )
    (tmp_path / "analogies.txt").write_text(
        ": capital\nthe king queen apple\nthe King queen apple\n: gram1\nthe king queen plum\n",
        encoding="utf-8",
    )
    return tmp_path


def test_the_table_shows_scores_and_what_is_left_out(
    run_w2v: Run, tiny_model: Path, questions: Path
) -> None:
    files = ["--pairs", "pairs.tsv", "--analogies", "analogies.txt"]
    done = run_w2v("evaluate", *files, "-m", tiny_model, cwd=questions)
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "all 5 words, words as they stand",
        "",
        "pairs      Spearman  Pearson  scored      of  coverage",
        "pairs.tsv    1.0000   1.0000       3       4     75.0%",
        "pairs.tsv: left out 1; missing words (2): King, pear",
        "",
        "analogies.txt  accuracy  correct   asked      of  coverage",
        "capital          100.0%        1       1       2     50.0%",
        "gram1                 -        0       0       1      0.0%",
        "",
        "semantic         100.0%        1       1       2     50.0%",
        "syntactic             -        0       0       1      0.0%",
        "all              100.0%        1       1       3     33.3%",
        "analogies.txt: left out 2; missing words (2): King, plum",
    ]
    assert done.stderr == "missing only for their case, see --ignore-case: 1\n"


def test_ignore_case_and_restrict_are_stated(
    run_w2v: Run, tiny_model: Path, questions: Path
) -> None:
    options = ["--analogies", "analogies.txt", "--ignore-case", "--restrict", "4"]
    done = run_w2v("evaluate", *options, "-m", tiny_model, cwd=questions)
    lines = done.stdout.splitlines()
    assert lines[0] == "the 4 most frequent of 5 words, words in any case"
    assert lines[-1] == "analogies.txt: left out 3; missing words (2): apple, plum"
    assert done.stderr == ""


def test_json_has_every_number_and_every_missing_word(
    run_w2v: Run, tiny_model: Path, questions: Path
) -> None:
    files = ["--pairs", "pairs.tsv", "--analogies", "analogies.txt"]
    done = run_w2v("evaluate", *files, "--json", "-m", tiny_model, cwd=questions)
    record = json.loads(done.stdout)
    assert (record["vectors"], record["words"], record["words_searched"]) == ("center", 5, 5)
    assert record["pairs"] == [
        {
            "file": "pairs.tsv",
            "spearman": pytest.approx(1),
            "pearson": pytest.approx(1),
            "n_scored": 3,
            "n_pairs": 4,
            "missing": ["King", "pear"],
        }
    ]
    (analogies,) = record["analogies"]
    capital = {"accuracy": 1.0, "n_correct": 1, "n_asked": 1, "n_questions": 2}
    gram1 = {"accuracy": None, "n_correct": 0, "n_asked": 0, "n_questions": 1}
    assert analogies["sections"] == [{"name": "capital", **capital}, {"name": "gram1", **gram1}]
    assert analogies["semantic"] == {"name": "semantic", **capital}
    assert analogies["syntactic"] == {"name": "syntactic", **gram1}
    assert analogies["total"]["n_questions"] == 3
    assert analogies["missing"] == ["King", "plum"]


def test_groups_and_sequences_stand_beside_their_baselines(
    run_w2v: Run, tiny_model: Path, tmp_path: Path
) -> None:
    (tmp_path / "g.tsv").write_text("king\troyal\nqueen\troyal\nthe\tall\napple\tall\npear\tall\n")
    (tmp_path / "s.txt").write_text("king apple\nking queen king\nking pear\n")
    files = ["--groups", "g.tsv", "--sequences", "s.txt", "-k", "1"]
    done = run_w2v("evaluate", *files, "-m", tiny_model, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "all 5 words, words as they stand",
        "",
        "g.tsv  purity  chance  outliers found  chance  words      of",
        "royal  100.0%   33.3%          100.0%   33.3%      2       2",
        "all      0.0%   33.3%            0.0%   33.3%      2       3",
        "",
        "all     50.0%   33.3%           50.0%   33.3%      4       5",
        "g.tsv: left out 1; missing words (1): pear",
        "",
        "sequences  by            HR@1     MRR  scored      of",
        "s.txt      cosine        0.0%  0.5000       1       3",
        "s.txt      logit         0.0%  0.3333       1       3",
        "s.txt      popularity    0.0%  0.2500       1       3",
        "s.txt: left out 1 whose last item occurs earlier in them",
        "s.txt: left out 1; missing words (1): pear",
    ]
    record = json.loads(
        run_w2v("evaluate", *files, "--json", "-m", tiny_model, cwd=tmp_path).stdout
    )
    assert record["k"] == 1
    (groups,), (sequences,) = record["groups"], record["sequences"]
    assert [each["name"] for each in groups["groups"]] == ["royal", "all"]
    assert (groups["total"]["purity"], groups["total"]["detected"]) == (0.5, 0.5)
    assert groups["missing"] == sequences["missing"] == ["pear"]
    assert sequences["cosine"] == {"hit_rate": 0.0, "mrr": 0.5}
    assert (sequences["file"], sequences["n_repeats"]) == ("s.txt", 1)


def test_without_a_file_it_is_a_usage_error(run_w2v: Run, tiny_model: Path) -> None:
    done = run_w2v("evaluate", "-m", tiny_model)
    assert (done.returncode, done.stdout) == (2, "")
    assert "name a file with --pairs, --analogies, --groups, --sequences or --corpus" in done.stderr


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"king\tqueen\n", "bad.tsv:1: expected word, word, score: 'king\\tqueen'"),
        (b"\x89PNG\r\n\x1a\n", "bad.tsv:1: not valid UTF-8"),
        (b"", "bad.tsv: holds no word pairs"),
        (None, "bad.tsv: there is no such file"),
    ],
)
def test_a_bad_file_is_one_line_before_the_model_is_opened(
    run_w2v: Run, tmp_path: Path, content: bytes | None, message: str
) -> None:
    if content is not None:
        (tmp_path / "bad.tsv").write_bytes(content)
    done = run_w2v("evaluate", "--pairs", "bad.tsv", "-m", "absent", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"error: {message}\n")


def test_lines_that_are_no_questions_are_named_beside_the_result(
    run_w2v: Run, tiny_model: Path, tmp_path: Path
) -> None:
    (tmp_path / "p.txt").write_text("# ours\nking queen 9\nking apple 2\n#king #apple 3\n")
    done = run_w2v("evaluate", "--pairs", "p.txt", "--json", "-m", tiny_model, cwd=tmp_path)
    (record,) = json.loads(done.stdout)["pairs"]
    assert (record["n_pairs"], record["missing"]) == (3, ["#king", "#apple"])
    assert done.stderr == "warning: p.txt: 1 line is not taken for a question: line 1 '# ours'\n"


@pytest.fixture
def predictor(make_model: Callable[..., Path]) -> Path:
    """A model of two words: a as center knows nothing, b gives a 1/4 and b 3/4."""
    center, context = [[0.0], [1.0]], [[0.0], [float(np.log(3))]]
    settings = {"subsample": 0, "window": 1, "min_count": 1, "objective": "sampled_softmax"}
    return make_model(["a", "b"], [3, 1], center, context, **settings)


def test_the_loss_on_a_text_stands_beside_that_of_models_that_know_less(
    run_w2v: Run, predictor: Path, tmp_path: Path
) -> None:
    (tmp_path / "text.txt").write_text("a b unknown\n")
    done = run_w2v("evaluate", "--corpus", "text.txt", "-m", predictor, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    # The pair (a, b) costs log 2, and (b, a) log 4. The shares of a and b are 3/4 and 1/4.
    assert done.stdout.splitlines() == [
        "all 2 words, words as they stand",
        "",
        "full softmax on 2 pairs of the text, in nats a pair:",
        "  model     1.0397 ± 0.3466   perplexity 2.8",
        "  unigram   0.8370",
        "  uniform   0.6931",
        "",
        "    rank of context    pairs    model  ± error  unigram",
        "             1 to 2        2   1.0397   0.3466   0.8370",
    ]


def test_the_noise_of_negative_sampling_belongs_to_its_loss_on_a_text(
    run_w2v: Run, make_model: Callable[..., Path], tmp_path: Path
) -> None:
    # Noise 3/4 and 1/4. After a the logits are 0, so the model says 3/4 and 1/4; after b they are 0
    # and log 9, so it says 3/4 : 9/4. Both pairs, (a, b) and (b, a), have a chance of 1/4.
    settings = {"subsample": 0, "window": 1, "min_count": 1, "noise_exponent": 1}
    tables = [[0.0], [1.0]], [[0.0], [float(np.log(9))]]
    model = make_model(["a", "b"], [3, 1], *tables, **settings)
    (tmp_path / "text.txt").write_text("a b\n")
    done = run_w2v("evaluate", "--corpus", "text.txt", "--json", "-m", model, cwd=tmp_path)
    loss = json.loads(done.stdout)["loss"]
    assert loss["cross_entropy"] == pytest.approx(np.log(4), rel=1e-6)


def test_the_loss_on_a_text_as_json(run_w2v: Run, predictor: Path, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("a b\n")
    done = run_w2v("evaluate", "--corpus", "text.txt", "--json", "-m", predictor, cwd=tmp_path)
    loss = json.loads(done.stdout)["loss"]
    assert loss["cross_entropy"] == pytest.approx(1.5 * np.log(2), rel=1e-6)
    assert (loss["corpus"], loss["pairs"], len(loss["bands"])) == (["text.txt"], 2, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("c d\n", "text.txt: no word of this text has a vector"),
        ("a\nb\n", "the held-out text has no pairs; it needs lines of two words that have vectors"),
        (None, "text.txt: no such file"),
    ],
)
def test_a_text_without_pairs_is_one_line_on_stderr(
    run_w2v: Run, predictor: Path, tmp_path: Path, text: str | None, message: str
) -> None:
    if text is not None:
        (tmp_path / "text.txt").write_text(text)
    done = run_w2v("evaluate", "--corpus", "text.txt", "-m", predictor, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"error: {message}")
    assert len(done.stderr.splitlines()) == 1


def test_a_file_of_vectors_has_no_loss(run_w2v: Run, tmp_path: Path) -> None:
    (tmp_path / "vectors.txt").write_text("2 1\na 1\nb 2\n")
    (tmp_path / "text.txt").write_text("a b\n")
    done = run_w2v("evaluate", "--corpus", "text.txt", "-m", "vectors.txt", cwd=tmp_path)
    assert done.returncode == 1
    assert "a file of vectors has no context vectors" in done.stderr
