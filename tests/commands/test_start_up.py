"""What every command loads, and what the program says about itself and its failures."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import w2v_cli
from tests.long import long_after

Run = Callable[..., subprocess.CompletedProcess[str]]

DATA = Path(__file__).parents[2] / "data"
HEAVY = {"tensorflow", "keras", "tqdm", "gensim", "scipy", "rich", "pyarrow", "safetensors"}


@pytest.fixture
def imports_of(
    run_and_list_modules: Callable[..., tuple[subprocess.CompletedProcess[str], set[str]]],
    tiny_model: Path,
    tmp_path: Path,
) -> Callable[..., tuple[int, set[str]]]:
    """Return a function that runs a command and gives its exit code and what it loaded."""

    def run(*arguments: str) -> tuple[int, set[str]]:
        variables = {"W2V_MODEL": str(tiny_model)}
        named = [argument.replace("MODEL", str(tiny_model)) for argument in arguments]
        done, modules = run_and_list_modules(*named, cwd=tmp_path, env=variables)
        return done.returncode, modules

    return run


Imports = Callable[..., tuple[int, set[str]]]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        ["train", "--help"],
        ["phrases", "--help"],
        ["neighbors", "--help"],
        ["export", "--help"],
        ["tune", "--help"],
        ["info"],
        ["config"],
        ["config", "corpus.txt", "--window", "3"],
    ],
    ids=" ".join,
)
def test_what_computes_nothing_loads_no_numpy(imports_of: Imports, arguments: list[str]) -> None:
    code, modules = imports_of(*arguments)
    assert code == 0
    heavy = HEAVY if arguments[0] == "info" else HEAVY | {"numpy"}
    assert modules & heavy == set()


@pytest.mark.parametrize(
    "arguments",
    long_after(
        4,
        [
            ["neighbors", "king"],
            ["evaluate", "--pairs", str(DATA / "pairs.tsv")],
            ["plot", "-o", "map.svg"],
            ["export", "--format", "text"],
            ["analogy", "king", "queen", "the"],
            ["similarity", "king", "queen"],
            ["odd-one-out", "king", "queen", "the"],
            ["contexts", "king"],
            ["explain", "king", "queen"],
            ["neighbors", "king", "--stability", "MODEL"],
            ["diagnose"],
            ["stability", "MODEL", "MODEL"],
            ["diff", "MODEL", "MODEL"],
            ["align", "MODEL", "MODEL", "-o", "out.npz"],
            ["plot", "-o", "map.html"],
            ["export", "--format", "binary"],
        ],
    ),
    ids=" ".join,
)
def test_queries_load_numpy_and_no_tensorflow(imports_of: Imports, arguments: list[str]) -> None:
    code, modules = imports_of(*arguments)
    assert code == 0
    assert "numpy" in modules
    assert modules & HEAVY == set()


@pytest.mark.parametrize(
    ("arguments", "code"), [(["train", "absent.txt"], 1), (["train"], 2)], ids=["absent", "none"]
)
def test_train_finds_bad_input_before_it_loads_tensorflow(
    imports_of: Imports, arguments: list[str], code: int
) -> None:
    ended_with, modules = imports_of(*arguments)
    assert ended_with == code
    assert "w2v_cli.runs.train" in modules
    assert modules & {"tensorflow", "keras"} == set()


def test_version_is_the_package_version(run_program: Run) -> None:
    done = run_program("--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"w2v {w2v_cli.__version__}\n"


def test_help_names_every_command(run_program: Run) -> None:
    for flag in ("--help", "-h"):
        done = run_program(flag)
        assert (done.returncode, done.stderr) == (0, "")
        commands = done.stdout.partition("Commands:")[2].splitlines()
        named = [line.split()[0] for line in commands if line.strip()]
        assert named == [
            "train", "plan", "tune", "vocab", "phrases", "walks", "neighbors", "analogy",
            "similarity", "odd-one-out", "contexts", "explain", "evaluate", "diagnose", "stability",
            "diff", "align", "plot", "report", "export", "convert", "info", "verify", "config",
        ]  # fmt: skip


def test_unknown_command_ends_with_2(run_program: Run) -> None:
    done = run_program("trian")
    assert (done.returncode, done.stdout) == (2, "")
    assert "trian" in done.stderr


def test_debug_shows_a_traceback(run_program: Run, tiny_model: Path) -> None:
    query = ["neighbors", "kings", "-m", tiny_model]
    assert "Traceback" not in run_program(*query).stderr
    done = run_program("--debug", *query)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Traceback (most recent call last):\n")
    assert done.stderr.splitlines()[-1].startswith("w2v_cli.errors.UnknownWordError: 'kings' has")
