"""`w2v neighbors` on a model of five words; its cosines are worked out in conftest."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

KING = " 0.9600  queen\n 0.8000  apple\n 0.6000  the\n-0.6000  café\n"


def test_each_line_is_a_similarity_and_a_word(run_w2v: Run, tiny_model: Path) -> None:
    done = run_w2v("neighbors", "king", "-m", tiny_model)
    assert (done.returncode, done.stdout, done.stderr) == (0, KING, "")


def test_several_words_have_a_list_each_in_the_order_asked(run_w2v: Run, tiny_model: Path) -> None:
    done = run_w2v("neighbors", "queen", "king", "café", "-k", "1", "-m", tiny_model)
    assert done.stdout == (
        # café is (-1, 0) and apple (0, 1), which are at a right angle; all others point away.
        "queen:\n 0.9600  king\n\nking:\n 0.9600  queen\n\ncafé:\n 0.0000  apple\n"
    )


def test_k_limits_the_list(run_w2v: Run, tiny_model: Path) -> None:
    assert run_w2v("neighbors", "king", "-k", "2", "-m", tiny_model).stdout == (
        " 0.9600  queen\n 0.8000  apple\n"
    )
    assert run_w2v("neighbors", "king", "-k", "99", "-m", tiny_model).stdout == KING


def test_json_holds_words_and_similarities(run_w2v: Run, tiny_model: Path) -> None:
    done = run_w2v("neighbors", "king", "the", "-k", "2", "--json", "-m", tiny_model)
    records = json.loads(done.stdout)
    near = [[tuple(each.values()) for each in record["neighbors"]] for record in records]
    assert [record.keys() for record in records] == [{"query", "neighbors"}] * 2
    assert [record["query"] for record in records] == ["king", "the"]
    assert records[0]["neighbors"][0].keys() == {"word", "similarity"}
    assert near[0] == [("queen", pytest.approx(0.96)), ("apple", pytest.approx(0.8))]
    assert near[1] == [("queen", pytest.approx(0.8)), ("king", pytest.approx(0.6))]


def test_json_is_a_list_for_one_word_too(run_w2v: Run, tiny_model: Path) -> None:
    done = run_w2v("neighbors", "café", "--json", "-m", tiny_model)
    assert [record["query"] for record in json.loads(done.stdout)] == ["café"]


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("kings", "error: 'kings' has no vector; near spellings: king\n"),
        ("quince", "error: 'quince' has no vector, seen 2 times, below --min-count 3\n"),
        ("two\nlines", "error: 'two\\nlines' has no vector\n"),
    ],
)
@pytest.mark.parametrize("before", [[], ["king"], ["king", "--json"]])
def test_unknown_word_is_one_line_on_stderr(
    run_w2v: Run, tiny_model: Path, word: str, message: str, before: list[str]
) -> None:
    done = run_w2v("neighbors", *before, word, "-m", tiny_model)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", message)


def test_word_that_is_not_utf8_is_an_unknown_word(run_w2v: Run, tiny_model: Path) -> None:
    # Python gives a byte of an argument that it cannot decode as a lone surrogate.
    done = run_w2v("neighbors", "caf\udce9", "-m", tiny_model)
    assert "has no vector" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_model_is_the_flag_else_the_variable_else_w2v_model(
    run_w2v: Run, tiny_model: Path, make_model: Callable[..., Path], tmp_path: Path
) -> None:
    other = make_model(["king", "pawn"], [2, 1], [[1, 0], [1, 0]])
    pawn = " 1.0000  pawn\n"
    variable = {"W2V_MODEL": str(other)}
    (tmp_path / "w2v-model").symlink_to(tiny_model)
    assert run_w2v("neighbors", "king", cwd=tmp_path).stdout == KING
    assert run_w2v("neighbors", "king", cwd=tmp_path, env=variable).stdout == pawn
    assert run_w2v("neighbors", "king", "--model", tiny_model, env=variable).stdout == KING


def test_missing_model_says_how_to_get_one(run_w2v: Run, tmp_path: Path) -> None:
    done = run_w2v("neighbors", "king", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "error: no model at w2v-model; train one with `w2v train CORPUS`,"
        " or name its directory with -m\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [["king", "--restrict", "0"], ["king", "-k", "0"], ["king", "-k", "two"], ["king", "--near"]],
)
def test_usage_error_ends_with_2(run_w2v: Run, tiny_model: Path, arguments: list[str]) -> None:
    done = run_w2v("neighbors", *arguments, "-m", tiny_model)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Usage: " in done.stderr
    assert "Traceback" not in done.stderr


# With vectors of length 1: queen (0.8, 0.6) - king (0.6, 0.8) + the (1, 0) = (1.2, -0.2). Its
# length is 1.2166: cosine -0.2 / 1.2166 with apple (0, 1), -1.2 / 1.2166 with café (-1, 0).
SUM = "-0.1644  apple\n-0.9864  café\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["queen - king + the"],
        ["queen", "-", "king", "+", "the"],
        ["queen -", "king + the"],
        ["the + queen - king"],
    ],
)
def test_a_sum_of_words_may_be_one_argument_or_several(
    run_w2v: Run, tiny_model: Path, arguments: list[str]
) -> None:
    done = run_w2v("neighbors", *arguments, "-m", tiny_model)
    assert (done.returncode, done.stdout, done.stderr) == (0, SUM, "")


def test_an_operator_without_a_word_is_a_usage_error(run_w2v: Run, tiny_model: Path) -> None:
    done = run_w2v("neighbors", "king", "-", "-m", tiny_model)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == ("error: no word after the last -; write it like king - man + woman\n")


def test_only_frequent_words_are_answers(run_w2v: Run, tiny_model: Path) -> None:
    frequent = " 0.9600  queen\n 0.6000  the\n"
    of_king = ["neighbors", "king", "-m", tiny_model]
    assert run_w2v(*of_king, "--restrict", "3").stdout == frequent
    # Counts are 10, 6, 5, 4, 3.
    assert run_w2v(*of_king, "--min-count", "5").stdout == frequent
    assert run_w2v(*of_king, "--min-count", "4", "--restrict", "3").stdout == frequent
    assert run_w2v(*of_king, "--min-count", "5", "--restrict", "4").stdout == frequent
    none = run_w2v(*of_king, "--min-count", "11")
    assert (none.returncode, none.stdout) == (2, "")
    assert none.stderr == "error: no word was seen 11 times; lower --min-count\n"


def test_vectors_option_chooses_the_table(run_w2v: Run, tiny_model: Path) -> None:
    # As tests/vectors/test_queries.py has it for the context vector (1, 1) of café.
    done = run_w2v("neighbors", "café", "-k", "2", "--vectors", "context", "-m", tiny_model)
    assert done.stdout == " 0.7071  the\n 0.7071  king\n"


LINES = "king\n\nqueen - king + the\nquince\nking -\nking the"


def test_each_line_of_stdin_is_answered_by_one_line(run_w2v: Run, tiny_model: Path) -> None:
    done = run_w2v("neighbors", "-k", "2", "-m", tiny_model, input=LINES)
    assert done.stdout.splitlines() == [
        "king\tqueen\t0.9600\tapple\t0.8000",
        "queen - king + the\tapple\t-0.1644\tcafé\t-0.9864",
        "quince\terror: 'quince' has no vector, seen 2 times, below --min-count 3",
        "king -\terror: no word after the last -; write it like king - man + woman",
        "king the\terror: 'king the' has no vector",
    ]
    assert (done.returncode, done.stderr) == (1, "error: 3 of the queries have no answer\n")


def test_json_lines_for_stdin(run_w2v: Run, tiny_model: Path) -> None:
    done = run_w2v("neighbors", "-", "-k", "1", "--json", "-m", tiny_model, input=LINES)
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert records[0]["query"] == "king"
    assert records[0]["neighbors"] == [{"word": "queen", "similarity": pytest.approx(0.96)}]
    assert records[2] == {
        "query": "quince",
        "error": "'quince' has no vector, seen 2 times, below --min-count 3",
    }


def test_a_batch_without_failures_ends_with_0(run_w2v: Run, tiny_model: Path) -> None:
    done = run_w2v("neighbors", "-k", "1", "-m", tiny_model, input="king\n" * 30_000)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "king\tqueen\t0.9600\n" * 30_000
    assert run_w2v("neighbors", "-m", tiny_model, input="").returncode == 0


def test_stdin_that_is_not_utf8_comes_back_as_it_was(tiny_model: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "w2v_cli", "neighbors", "-m", tiny_model],
        input=b"caf\xe9\n",
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout.startswith(b"caf\xe9\terror: 'caf\\udce9' has no vector")


def test_a_giant_line_is_one_error(run_w2v: Run, tiny_model: Path) -> None:
    done = run_w2v("neighbors", "-m", tiny_model, input="king\n" + "x" * 3_000_000)
    assert done.returncode == 1
    assert done.stdout == "king\tqueen\t0.9600\tapple\t0.8000\tthe\t0.6000\tcafé\t-0.6000\n"
    assert done.stderr == "error: standard input has a line of more than 1,048,576 bytes\n"


def test_a_line_is_answered_before_the_next_one_comes(tiny_model: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "w2v_cli", "neighbors", "-k", "1", "-m", tiny_model],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as talk:
        assert talk.stdin is not None
        assert talk.stdout is not None
        for word, answer in [("king", "queen\t0.9600"), ("café", "apple\t0.0000")] * 2:
            talk.stdin.write(f"{word}\n")
            talk.stdin.flush()
            assert talk.stdout.readline() == f"{word}\t{answer}\n"
        talk.stdin.close()
        assert talk.wait() == 0


class Terminal:
    """The program on a terminal of its own, and what it shows there."""

    def __init__(self, arguments: list[str]) -> None:
        self._master, slave = pty.openpty()
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("W2V_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "w2v_cli", *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            # A terminal that can do nothing, so that readline writes no control sequences.
            env={**inherited, "TERM": "dumb"},
        )
        os.close(slave)

    def type(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def read_until(self, text: str) -> str:
        """Return what is shown up to `text`; fail if the program ends before."""
        shown = b""
        while not shown.endswith(text.encode()):
            ready, _, _ = select.select([self._master], [], [], 60)
            assert ready, f"no {text!r} for a minute after {shown!r}"
            try:
                byte = os.read(self._master, 1)
            except OSError:  # Linux: the program has ended
                byte = b""
            assert byte, f"no {text!r} in {shown!r}"
            shown += byte
        return shown.decode().replace("\r\n", "\n")

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._master)


def test_the_prompt_answers_remembers_and_goes_on_after_an_error(tiny_model: Path) -> None:
    terminal = Terminal(["neighbors", "-k", "1", "-m", str(tiny_model)])
    try:
        terminal.read_until("w2v> ")
        terminal.type("king\n")
        assert " 0.9600  queen\n" in terminal.read_until("w2v> ")
        terminal.type("kings\n")
        assert "error: 'kings' has no vector; near spellings: king\n" in (
            terminal.read_until("w2v> ")
        )
        terminal.type("the + queen - king\n")
        assert "-0.1644  apple\n" in terminal.read_until("w2v> ")
        up, enter = "\x10", "\n"  # Ctrl-P is the line before
        terminal.type(up * 3 + enter)
        terminal.read_until(" 0.9600  queen\r\n")
        terminal.read_until("w2v> ")
        terminal.type("\x04")
        assert terminal.process.wait() == 0
    finally:
        terminal.close()


def test_ctrl_c_at_the_prompt_ends_with_130(tiny_model: Path) -> None:
    terminal = Terminal(["neighbors", "-m", str(tiny_model)])
    try:
        terminal.read_until("w2v> ")
        # Python's readline does not notice a signal that comes just before it begins to wait.
        for _ in range(6):
            terminal.process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                # Long enough that a busy machine is not signalled again while the process ends.
                terminal.process.wait(timeout=10)
                break
        terminal.read_until("stopped\r\n")
        assert terminal.process.poll() == 130
    finally:
        terminal.close()


@pytest.mark.parametrize("text", ["\ufeffking\nqueen\n", "\ufeffking\nqueen", "\ufeffking"])
def test_byte_order_mark_of_stdin_is_no_part_of_the_first_query(
    run_w2v: Run, tiny_model: Path, text: str
) -> None:
    done = run_w2v("neighbors", "-k", "1", "-m", tiny_model, input=text)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == text[1:].split()
