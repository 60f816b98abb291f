"""`w2v info`: the facts of a model for people, and model.json for programs."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_facts_are_one_to_a_line(run_w2v: Run, tiny_model: Path) -> None:
    done = run_w2v("info", "-m", tiny_model)
    assert (done.returncode, done.stderr) == (0, "")
    # 10 + 6 + 5 + 4 + 3 = 28 words have a vector; quince and kin, 2 + 1, have none.
    assert done.stdout.splitlines()[:-1] == [
        "vectors        5 words x 2",
        "corpus         corpus.txt: 31 words, 28 with a vector, 7 sentences",
        "objective      sampled_softmax, noise log_uniform",
        "loss by epoch  2.5000; untrained 4.5000",
        "training       28 words and 40 pairs in 2 s, 14 words/s",
        "threads        2, of which 1 compute a step side by side",
        "precision      bfloat16",
        "memory         300 MB at most; at the end 200 MB without pages of files",
        "written        2024-05-06T07:08:09+00:00 by w2v 0.1.0, TensorFlow 2.21",
    ]
    assert done.stdout.splitlines()[-1] == "on disk        0.0 MB"


def test_json_is_the_description_of_the_model(run_w2v: Run, tiny_model: Path) -> None:
    done = run_w2v("info", "--json", "-m", tiny_model)
    assert (done.returncode, done.stderr) == (0, "")
    manifest = json.loads(done.stdout)
    assert manifest == json.loads((tiny_model / "model.json").read_text(encoding="utf-8"))
    assert (manifest["n_words"], manifest["dimension"]) == (5, 2)


def test_model_is_taken_from_the_environment(run_w2v: Run, tiny_model: Path) -> None:
    done = run_w2v("info", env={"W2V_MODEL": str(tiny_model)})
    assert done.stdout.startswith("vectors        5 words x 2\n")


def test_missing_model_is_one_line_on_stderr(run_w2v: Run, tmp_path: Path) -> None:
    for arguments in (["info"], ["info", "--json"], ["info", "-m", "absent"]):
        done = run_w2v(*arguments, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("error: no model at ")
        assert len(done.stderr.splitlines()) == 1


def test_damaged_model_is_one_line_on_stderr(
    run_w2v: Run, tiny_model: Path, tmp_path: Path
) -> None:
    model = Path(shutil.copytree(tiny_model, tmp_path / "model"))
    (model / "vectors.npy").write_bytes(b"")
    done = run_w2v("info", "-m", model)
    assert (done.returncode, done.stdout) == (1, "")
    # The file is a header of 128 bytes and 5 x 2 numbers of 4 bytes.
    assert done.stderr == (
        f"error: {model}/vectors.npy: missing or not 168 bytes long; the model is damaged\n"
    )


def test_usage_error_ends_with_2(run_w2v: Run, tiny_model: Path) -> None:
    done = run_w2v("info", tiny_model)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Usage: " in done.stderr
