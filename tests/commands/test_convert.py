"""`w2v convert`: any form in, any form out."""

import gzip
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from w2v_cli import load_vectors
from w2v_cli.vectors.formats.names import FORMS

Run = Callable[..., subprocess.CompletedProcess[str]]

WORDS = ["the", "king", "queen", "café", "apple"]
TEXT = "5 2\nthe 1.0 0.0\nking 3.0 4.0\nqueen 4.0 3.0\ncafé -1.0 0.0\napple 0.0 1.0\n"


@pytest.mark.parametrize("form", FORMS)
def test_there_and_back_gives_the_same_bytes(
    run_w2v: Run, tiny_model: Path, tmp_path: Path, form: str
) -> None:
    there = run_w2v("convert", tiny_model, "there", "--to", form, cwd=tmp_path)
    assert (there.returncode, there.stdout) == (0, "")
    assert there.stderr == "5 vectors of 2 numbers in there\n"
    back = run_w2v("convert", "there", "-", "--to", "text", cwd=tmp_path)
    assert (back.returncode, back.stderr, back.stdout) == (0, "", TEXT)
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


@pytest.mark.parametrize("form", FORMS)
def test_neighbors_asks_files_of_every_form(
    run_w2v: Run, tiny_model: Path, tmp_path: Path, form: str
) -> None:
    run_w2v("convert", tiny_model, "there", "--to", form, cwd=tmp_path)
    done = run_w2v("neighbors", "king", "-k", "1", "-m", "there", cwd=tmp_path)
    # king is (3, 4) and queen (4, 3), both of length 5: 24 / 25.
    assert (done.returncode, done.stdout, done.stderr) == (0, " 0.9600  queen\n", "")
    unknown = run_w2v("neighbors", "kin", "-m", "there", cwd=tmp_path)
    assert unknown.stderr == "error: 'kin' has no vector; near spellings: king\n"


def test_form_of_the_output_follows_its_name(
    run_w2v: Run, tiny_model: Path, tmp_path: Path
) -> None:
    starts = {"a.txt": b"5 2\nthe 1.0", "a.bin": b"5 2\nthe \0", "a.vec": b"5 2\nthe 1.0"}
    starts |= {"a.glove.txt": b"the 1.0 0.0\n", "a.npz": b"PK", "a.parquet": b"PAR1"}
    for name, start in starts.items():
        assert run_w2v("convert", tiny_model, tmp_path / name).returncode == 0
        assert (tmp_path / name).read_bytes().startswith(start)
    done = run_w2v("convert", tiny_model, "a.dat", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("error: a.dat: say its form with --to, one of text, binary, ")


def test_form_of_the_input_can_be_said(run_w2v: Run, tmp_path: Path) -> None:
    # Could be GloVe's vectors of one number, or a word2vec header that is wrong.
    (tmp_path / "in").write_text("5 1\na 2\n")
    done = run_w2v("convert", "in", "-", "--to", "glove", cwd=tmp_path)
    assert done.returncode == 1
    assert "line 1 states 5 words" in done.stderr
    done = run_w2v("convert", "in", "-", "--to", "glove", "--from", "glove", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "5 1.0\na 2.0\n")


@pytest.mark.parametrize("form", ["text", "binary", "glove", "fasttext"])
def test_name_that_ends_in_gz_is_packed_and_repeats(
    run_w2v: Run, tiny_model: Path, tmp_path: Path, form: str
) -> None:
    for name in ("a.gz", "b.gz", "c"):
        run_w2v("export", "--format", form, "-m", tiny_model, "-o", name, cwd=tmp_path)
    packed = (tmp_path / "a.gz").read_bytes()
    assert gzip.decompress(packed) == (tmp_path / "c").read_bytes()
    assert packed == (tmp_path / "b.gz").read_bytes()
    assert load_vectors(tmp_path / "a.gz").vocabulary.words == WORDS


def test_normalized_vectors_have_length_1(run_w2v: Run, tiny_model: Path) -> None:
    done = run_w2v("convert", tiny_model, "-", "--to", "text", "--normalize", "--words", "2")
    assert done.stdout == "2 2\nthe 1.0 0.0\nking 0.6 0.8\n"


def test_average_is_half_the_sum(run_w2v: Run, tiny_model: Path) -> None:
    arguments = ["export", "-m", tiny_model, "-o", "-", "--format", "text", "--words", "2"]
    # the: (1 + 0.5) / 2, (0 + 0) / 2; king: (3 + 0) / 2, (4 + 0.25) / 2.
    done = run_w2v(*arguments, "--vectors", "average")
    assert done.stdout == "2 2\nthe 0.75 0.0\nking 1.5 2.125\n"


def test_projector_gets_the_most_frequent_words_and_says_so(
    run_w2v: Run, make_model: Callable[..., Path], tmp_path: Path
) -> None:
    words = [f"w{id}" for id in range(10_003)]
    model = make_model(words, range(20_003, 10_000, -1), np.ones((len(words), 2)))
    arguments = ["export", "-m", model, "--format", "tensorboard", "-o"]
    done = run_w2v(*arguments, "few", cwd=tmp_path)
    assert done.stderr.splitlines() == [
        "warning: only the 10,000 most frequent words of 10,003 are written; --words N writes more",
        "10,000 vectors of 2 numbers in few",
    ]
    assert load_vectors(tmp_path / "few").vocabulary.words == words[:10_000]
    done = run_w2v(*arguments, "all", "--words", "10003", cwd=tmp_path)
    assert done.stderr == "10,003 vectors of 2 numbers in all\n"


def test_float16_has_half_the_size_or_is_refused(
    run_w2v: Run, make_model: Callable[..., Path], tmp_path: Path
) -> None:
    model = make_model(["a", "b"], [2, 1], [[1.5, 2], [3, 70_000]])
    half = ["--dtype", "float16"]
    done = run_w2v("convert", model, "a.npz", *half, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("error: the vector of 'b' has a number beyond 65,504")
    assert run_w2v("convert", model, "a.npz", *half, "--words", "1", cwd=tmp_path).returncode == 0
    with np.load(tmp_path / "a.npz") as found:
        assert (found["vectors"].dtype, found["vectors"].tolist()) == (np.float16, [[1.5, 2]])
    done = run_w2v("convert", model, "a.txt", *half, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("error: text has no float16; these have: npy, ")
    assert [path.name for path in tmp_path.iterdir()] == ["a.npz"]


@pytest.mark.parametrize(
    ("output", "form", "message"),
    [
        ("-", "npy", "error: npy is a directory, which stdout cannot take"),
        ("a.npz.gz", "npz", "error: a.npz.gz: npz is not packed by gzip"),
        ("a.gz", "tensorboard", "error: a.gz: tensorboard is not packed by gzip"),
    ],
)
def test_what_a_form_cannot_do_is_wrong_usage(
    run_w2v: Run, tiny_model: Path, tmp_path: Path, output: str, form: str, message: str
) -> None:
    done = run_w2v("convert", tiny_model, output, "--to", form, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(message)
    assert list(tmp_path.iterdir()) == []


def test_directory_that_exists_is_not_replaced(
    run_w2v: Run, tiny_model: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("important")
    done = run_w2v("convert", tiny_model, "mine", "--to", "npy", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("error: mine exists already; ")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("form", FORMS)
def test_word_that_does_not_fit_leaves_nothing_behind(
    run_w2v: Run, tmp_path: Path, form: str
) -> None:
    (tmp_path / "in").write_text("the 1 2\nnew york 3 4\n")
    done = run_w2v("convert", "in", "out", "--to", form, cwd=tmp_path)
    if done.returncode == 0:
        assert load_vectors(tmp_path / "out").vocabulary.words == ["the", "new york"]
        return
    assert done.stderr.splitlines()[0].endswith("--spaces replace to `w2v convert`")
    assert "cannot carry the word 'new york' (row 2)" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_missing_input_is_one_line(run_w2v: Run, tmp_path: Path) -> None:
    done = run_w2v("convert", "absent.vec", "out.txt", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "error: absent.vec: no such file or directory; check the path\n"


def test_context_vectors_are_in_model_directories_only(
    run_w2v: Run, tiny_model: Path, tmp_path: Path
) -> None:
    run_w2v("convert", tiny_model, "a.vec", cwd=tmp_path)
    arguments = ["--format", "text", "--vectors", "context", "-o", "-"]
    done = run_w2v("export", "-m", "a.vec", *arguments, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(
        "error: a.vec: is no model directory, which alone has context vectors"
    )


@pytest.mark.parametrize(
    ("form", "library"), [("parquet", "pyarrow"), ("safetensors", "safetensors")]
)
def test_library_that_is_missing_is_named_with_how_to_get_it(
    tiny_model: Path, tmp_path: Path, form: str, library: str
) -> None:
    # As if it were not installed: None in sys.modules makes an import fail.
    script = f"import sys; sys.modules[{library!r}] = None; from w2v_cli.cli import main; main()"
    arguments = ["convert", str(tiny_model), f"out.{form}"]
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.endswith(f": pip install {library}\n")
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


SPACED = "the 1 2\n. . . 3 4\nnew york 5 6\nnew_york 7 8\nfoo\u00a0bar 9 1\nfoo bar 2 3\n"


@pytest.mark.parametrize("form", ["text", "binary", "npy", "tensorboard", "sentence-transformers"])
def test_words_with_spaces_are_left_out_or_replaced_on_request(
    run_w2v: Run, tmp_path: Path, form: str
) -> None:
    (tmp_path / "in").write_text(SPACED, encoding="utf-8")
    done = run_w2v("convert", "in", "a", "--to", form, "--spaces", "skip", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == (
        "warning: left out 4 words with spaces: '. . .', 'new york', 'foo\\xa0bar', 'foo bar'\n"
        "2 vectors of 2 numbers in a\n"
    )
    found = load_vectors(tmp_path / "a")
    assert found.vocabulary.words == ["the", "new_york"]
    assert found.table.tolist() == [[1, 2], [7, 8]]
    done = run_w2v("convert", "in", "b", "--to", form, "--spaces", "replace", cwd=tmp_path)
    assert done.stderr == (
        "warning: wrote _ for the spaces of 2 words: '. . .', 'foo\\xa0bar'\n"
        "warning: left out 2 words that would be other words with _: 'new york', 'foo bar'\n"
        "4 vectors of 2 numbers in b\n"
    )
    found = load_vectors(tmp_path / "b")
    assert found.vocabulary.words == ["the", "._._.", "new_york", "foo_bar"]
    assert found.table.tolist() == [[1, 2], [3, 4], [7, 8], [9, 1]]


@pytest.mark.parametrize("spaces", ["refuse", "skip", "replace"])
@pytest.mark.parametrize("form", ["npz", "safetensors", "parquet"])
def test_forms_that_hold_spaces_keep_them(
    run_w2v: Run, tmp_path: Path, form: str, spaces: str
) -> None:
    (tmp_path / "in").write_text(SPACED, encoding="utf-8")
    done = run_w2v("convert", "in", "a", "--to", form, "--spaces", spaces, cwd=tmp_path)
    assert done.stderr == "6 vectors of 2 numbers in a\n"
    assert ". . ." in load_vectors(tmp_path / "a").vocabulary.words


def test_so_many_words_are_written_after_those_that_do_not_fit_are_left_out(
    run_w2v: Run, tmp_path: Path
) -> None:
    (tmp_path / "in").write_text(SPACED, encoding="utf-8")
    options = ["--to", "glove", "--spaces", "skip", "--words", "2"]
    done = run_w2v("convert", "in", "-", *options, cwd=tmp_path)
    assert done.stdout == "the 1.0 2.0\nnew_york 7.0 8.0\n"


def test_words_that_are_not_utf8_are_mended_on_request(run_w2v: Run, tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"2 2\nthe 1 2\ncaf\xe9 3 4\n")
    convert = ["convert", "in", "-", "--to", "glove"]
    done = run_w2v(*convert, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "error: in:3: the word 'caf\ufffd' is not UTF-8; `w2v convert` mends such words with"
        " --encoding-errors replace or skip, or reads another --encoding\n"
    )
    done = run_w2v(*convert, "--encoding-errors", "replace", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "the 1.0 2.0\ncaf\ufffd 3.0 4.0\n")
    warning = "warning: 1 word is not UTF-8; wrong bytes were replaced: 'caf\ufffd' at in:3\n"
    assert done.stderr == warning
    done = run_w2v(*convert, "--encoding-errors", "skip", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "the 1.0 2.0\ncaf 3.0 4.0\n")
    done = run_w2v(*convert, "--encoding", "latin-1", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "the 1.0 2.0\ncafé 3.0 4.0\n", "")
    done = run_w2v(*convert, "--encoding", "latn-1", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: unknown encoding 'latn-1', did you mean latin-1?")


def test_repeated_and_empty_words_are_left_out_or_refused_as_asked(
    run_w2v: Run, tmp_path: Path
) -> None:
    (tmp_path / "in").write_text("4 2\nthe 1 2\n 3 4\nof 5 6\nthe 7 8\n")
    done = run_w2v("convert", "in", "-", "--to", "text", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "2 2\nthe 1.0 2.0\nof 5.0 6.0\n")
    assert done.stderr == (
        "warning: left out 1 row without a word: in:3\n"
        "warning: left out 1 row of a word that an earlier row has: 'the' at in:5\n"
    )
    done = run_w2v("convert", "in", "-", "--to", "text", "--strict", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "error: in:3: the word is empty\n"


def test_commands_that_ask_keep_the_first_of_repeated_words_and_warn(
    run_w2v: Run, tmp_path: Path
) -> None:
    (tmp_path / "in").write_text("the 1 2\nof 5 6\nthe 7 8\n")
    warning = "warning: left out 1 row of a word that an earlier row has: 'the' at in:3\n"
    for arguments in (["neighbors", "of"], ["similarity", "of", "the"]):
        done = run_w2v(*arguments, "-m", "in", cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, warning)
        # (5 + 12) / (sqrt(5) sqrt(61)) = 0.9734
        assert "0.9734" in done.stdout
