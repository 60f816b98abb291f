"""`w2v phrases`: the text that it writes, the list of phrases, and what it refuses."""

import gzip
import subprocess
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from w2v_cli.commands.phrases import WORD_OPTIONS
from w2v_cli.corpus.reading.tokenizer import Tokenizer
from w2v_cli.corpus.records.reading import Records

Run = Callable[..., subprocess.CompletedProcess[str]]

# 43 words, new 5, york 5: (5 - 4) / (5 * 5) * 43 = 1.72; all other pairs occur less than 4 times.
TEXT = "in New York\n\nto  new\tyork\nnew york new york\n" + "".join(
    f"some{n} other{n} words{n} here{n} now{n} and{n}\n" for n in range(5)
)
TEXT += "of new york"
JOINED = TEXT.replace("New York", "new_york").replace("new\tyork", "new_york")
JOINED = JOINED.replace("new york", "new_york").replace("  ", " ") + "\n"
OPTIONS = ["--lowercase", "--min-count", "4", "--threshold", "1.5"]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_phrases_are_joined_and_lines_stay(run_w2v: Run, corpus: Path, tmp_path: Path) -> None:
    done = run_w2v("phrases", corpus, "-o", "out.txt", *OPTIONS, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "out.txt").read_text(encoding="utf-8") == JOINED
    assert done.stderr.splitlines() == [
        "43 words, 35 different",
        "pass 1: 1 phrases, joined 5 times",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus.txt", "out.txt"]


def test_stdin_and_stdout_are_files_like_any_other(run_w2v: Run) -> None:
    assert run_w2v("phrases", "-", "-o", "-", *OPTIONS, input=TEXT).stdout == JOINED


def test_output_is_packed_if_its_name_says_so(run_w2v: Run, corpus: Path, tmp_path: Path) -> None:
    for name in ("a.gz", "b.gz"):
        run_w2v("phrases", corpus, "-o", tmp_path / name, *OPTIONS)
    packed = (tmp_path / "a.gz").read_bytes()
    assert gzip.decompress(packed).decode() == JOINED
    assert packed == (tmp_path / "b.gz").read_bytes()


def test_several_files_do_not_share_a_line(run_w2v: Run, tmp_path: Path) -> None:
    for name, text in [("1.txt", "new"), ("2.txt", "york\n"), ("3.txt", ""), ("4.txt", "\nend")]:
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = run_w2v("phrases", tmp_path, "-o", "-", "--min-count", "1", "--threshold", "0")
    assert done.stdout == "new\nyork\n\nend\n"


def test_list_names_the_phrases_with_counts_and_scores(
    run_w2v: Run, corpus: Path, tmp_path: Path
) -> None:
    run_w2v("phrases", corpus, "-o", "-", "--list", "list.tsv", *OPTIONS, cwd=tmp_path)
    # (5 - 4) / (5 * 5) * 43 = 1.72
    assert (tmp_path / "list.tsv").read_text(encoding="utf-8") == (
        "phrase\tpass\tjoined\tpairs\tscore\nnew_york\t1\t5\t5\t1.72\n"
    )


def test_passes_end_when_nothing_is_left_to_join(run_w2v: Run, corpus: Path) -> None:
    done = run_w2v("phrases", corpus, "-o", "-", "--passes", "9", *OPTIONS)
    assert done.stderr.splitlines()[1:] == [
        "pass 1: 1 phrases, joined 5 times",
        "pass 2: 0 phrases, joined 0 times",
    ]


def test_npmi_has_a_threshold_of_its_own(run_w2v: Run, corpus: Path) -> None:
    options = ["--score", "npmi", "--delimiter", "++", "--lowercase"]
    done = run_w2v("phrases", corpus, "-o", "-", *options)
    assert done.stdout == JOINED.replace("_", "++")


def test_settings_of_the_words_come_from_a_config_file_too(
    run_w2v: Run, corpus: Path, tmp_path: Path
) -> None:
    (tmp_path / "c.yaml").write_text(f"lowercase: true\ncorpus: {corpus}\nwindow: 3\n")
    done = run_w2v("phrases", "--config", "c.yaml", "-o", "-", *OPTIONS[1:], cwd=tmp_path)
    assert done.stdout == JOINED


def test_what_was_skipped_is_said(run_w2v: Run, tmp_path: Path) -> None:
    (tmp_path / "t").write_bytes(b"caf\xe9 word longlonglong\n")
    options = ["--encoding-errors", "skip", "--longest-word", "5", "--long-words", "skip"]
    done = run_w2v("phrases", tmp_path / "t", "-o", "-", *options)
    assert done.stdout == "caf word\n"
    assert done.stderr.splitlines()[0] == (
        "2 words, 2 different; 1 too long, cut or skipped; 1 places not of the encoding"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["absent.txt", "-o", "out"], 1, "error: absent.txt: no such file"),
        (["-o", "out"], 2, "error: no corpus"),
        (["corpus.txt", "-o", "absent/out"], 1, "error: absent/out: there is no directory"),
        (["corpus.txt", "-o", "out", "--list", "no/l"], 1, "error: no/l: there is no directory"),
        (["corpus.txt", "-o", "-", "--list", "-"], 2, "error: --list and -o name the same"),
        (["corpus.txt", "-o", "out", "--delimiter", " "], 2, "error: delimiter must be"),
        (["corpus.txt", "-o", "out", "--token-pattern", "("], 2, "error: "),
    ],
)
def test_refusal_is_one_line_and_leaves_nothing(
    run_w2v: Run, corpus: Path, tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    done = run_w2v("phrases", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith(message)
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == [corpus]


def test_the_options_of_words_are_those_of_the_tokenizer_and_of_records() -> None:
    names = {field.name for kind in (Tokenizer, Records) for field in fields(kind)}
    assert names - {"weight_field"} == set(WORD_OPTIONS)  # phrases weigh nothing
