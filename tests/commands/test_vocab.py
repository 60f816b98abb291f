"""`w2v vocab`: counts, coverage, and a file that train takes."""

import io
import json
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

TEXT = "the cat saw the dog\nthe dog ran\n" * 3 + "once\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "corpus.txt").write_text(TEXT)
    return tmp_path / "corpus.txt"


def test_the_vocabulary_is_written_by_falling_count(run_w2v: Run, corpus: Path) -> None:
    done = run_w2v("vocab", corpus, "--min-count", "3", "-o", "v.tsv", cwd=corpus.parent)
    assert done.returncode == 0, done.stderr
    # the: 2 + 1 = 3 in two lines, and three times those; dog 2 x 3; the rest once in each.
    expected = "the\t9\ndog\t6\ncat\t3\nran\t3\nsaw\t3\n"
    assert (corpus.parent / "v.tsv").read_text() == expected
    to_stdout = run_w2v("vocab", corpus, "--min-count", "3", "-o", "-")
    assert to_stdout.stdout == expected
    assert "25 words read = 24 in the vocabulary + 1 below --min-count" in to_stdout.stderr
    assert sorted(path.name for path in corpus.parent.iterdir()) == ["corpus.txt", "v.tsv"]


def test_the_summary_says_what_each_min_count_covers(run_w2v: Run, corpus: Path) -> None:
    lines = run_w2v("vocab", corpus, "--min-count", "3", "--subsample", "0").stdout.splitlines()
    assert lines[0] == "25 words read = 24 in the vocabulary + 1 below --min-count"
    assert lines[1] == "subsampling is expected to keep 24 of them in each epoch"
    rows = [line.split() for line in lines]
    assert ["1", "6", "100.00%"] in rows
    assert ["2", "5", "96.00%"] in rows  # 24 of 25
    assert ["5", "2", "60.00%"] in rows  # 9 + 6 of 25
    assert ["10", "0", "0.00%"] in rows
    # log 2 / log 6 = 38.69%, and the word is 9 of 24.
    assert ["1", "37.50%", "38.69%"] in rows


def test_json_has_the_same_figures(run_w2v: Run, corpus: Path) -> None:
    done = run_w2v("vocab", corpus, "--min-count", "3", "--json")
    summary = json.loads(done.stdout)
    assert (summary["words"], summary["different_words"]) == (5, 6)
    assert summary["ledger"]["read"] == 25
    assert summary["ledger"]["below_min_count"] == 1
    assert summary["coverage"][2] == {"min_count": 5, "words": 2, "tokens": 15}
    assert summary["rank_shares"][-1] == {"rank": 5, "share": 1.0, "log_uniform": 1.0}
    assert 0 < summary["log_uniform_overlap"] < 1


def test_stdin_is_counted_as_a_file_is(run_w2v: Run, corpus: Path) -> None:
    from_stdin = run_w2v("vocab", "-", "--json", input=TEXT)
    assert from_stdin.returncode == 0, from_stdin.stderr
    assert from_stdin.stdout == run_w2v("vocab", corpus, "--json").stdout


def test_lists_of_words_and_given_counts_are_used(run_w2v: Run, corpus: Path) -> None:
    (corpus.parent / "keep").write_text("once\n")
    (corpus.parent / "stop").write_text("the\n")
    lists = ("--keep-words", "keep", "--stop-words", "stop", "--min-count", "4")
    done = run_w2v("vocab", corpus, *lists, "-o", "-", cwd=corpus.parent)
    assert done.stdout == "dog\t6\nonce\t1\n"
    ledger = "25 words read = 7 in the vocabulary + 9 below --min-count + 9 stop words"
    assert ledger in done.stderr
    (corpus.parent / "counts").write_text("dog 100\nonce 50\n")
    done = run_w2v("vocab", corpus, "--vocab", "counts", "-o", "-", cwd=corpus.parent)
    assert done.stdout == "dog\t100\nonce\t50\n"
    assert "25 words read = 7 in the vocabulary + 18 not in --vocab" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "error: no corpus: name the text files to count"),
        (["absent.txt"], 1, "error: absent.txt: no such file"),
        (["corpus.txt", "--json", "-o", "-"], 2, "error: --json and -o - both write to stdout"),
        (["corpus.txt", "--vocab", "corpus.txt"], 1, "error: corpus.txt:1: expected a word and"),
        (["corpus.txt", "--keep-words", "absent"], 1, "error: absent: no such file"),
        (["corpus.txt", "-o", "absent/v.tsv"], 1, "error: absent/v.tsv: there is no directory"),
    ],
)
def test_wrong_use_is_one_line(
    run_w2v: Run, corpus: Path, arguments: list[str], code: int, message: str
) -> None:
    done = run_w2v("vocab", *arguments, cwd=corpus.parent)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.splitlines()[-1].startswith(message)


def test_a_byte_order_mark_in_a_given_vocabulary_loses_no_word(run_w2v: Run, corpus: Path) -> None:
    (corpus.parent / "v.tsv").write_bytes(b"\xef\xbb\xbfthe\t9\ndog\t6\n")
    done = run_w2v("vocab", corpus, "--vocab", "v.tsv", "-o", "-", cwd=corpus.parent)
    assert done.stdout == "the\t9\ndog\t6\n"


def test_what_word2vec_put_first_into_its_vocabulary_is_left_out_and_said(
    run_w2v: Run, corpus: Path
) -> None:
    (corpus.parent / "w2v.vocab").write_text("</s> 40\nthe 30\ndog 20\n")
    done = run_w2v("vocab", corpus, "--vocab", "w2v.vocab", "-o", "-", cwd=corpus.parent)
    assert done.stdout == "the\t30\ndog\t20\n"
    assert "</s>, first in --vocab, is word2vec's mark of a line's end and left out" in done.stderr


def test_bytes_of_a_given_vocabulary_that_are_replaced_are_counted(
    run_w2v: Run, corpus: Path
) -> None:
    (corpus.parent / "v").write_bytes(b"the 9\ncaf\xc3 5\n")
    options = ["--vocab", "v", "--encoding-errors", "skip", "-o", "-"]
    done = run_w2v("vocab", corpus, *options, cwd=corpus.parent)
    assert done.stdout == "the\t9\ncaf\t5\n"
    assert "bytes of --vocab replaced or skipped in 1 places" in done.stderr


def test_members_of_a_packed_tar_archive_are_counted_and_nothing_else(
    run_w2v: Run, tmp_path: Path
) -> None:
    with tarfile.open(tmp_path / "shards.tar.gz", "w:gz") as archive:
        for number in range(2):
            info = tarfile.TarInfo(f"shards/part-{number}.txt")
            content = b"the cat sat\n" * 600
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    done = run_w2v("vocab", tmp_path / "shards.tar.gz", "--min-count", "1", "-o", "-")
    assert done.stdout == "cat\t1200\nsat\t1200\nthe\t1200\n"
