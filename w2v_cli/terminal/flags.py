"""The flags that several commands share, and the flags made from the configuration."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import typer

from w2v_cli.config.config import options
from w2v_cli.config.options import Option

if TYPE_CHECKING:
    from w2v_cli.config.sources import Resolved

Command = TypeVar("Command", bound=Callable[..., None])

ModelOption = Annotated[
    Path,
    typer.Option(
        "-m",
        "--model",
        envvar="W2V_MODEL",
        help="Model directory, or vector file of another program.",
        metavar="PATH",
    ),
]
ModelArgument = Annotated[
    Path,
    typer.Argument(
        envvar="W2V_MODEL",
        help="Model directory, or vector file of another program.",
        metavar="MODEL",
    ),
]
PairsOption = Annotated[
    list[Path] | None,
    typer.Option("--pairs", help="`word word score` lines; can be given again.", metavar="FILE"),
]
AnalogiesOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--analogies",
        help="`a b c d` lines under `: section` lines; can be given again.",
        metavar="FILE",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
KindOption = Annotated[
    Literal["center", "context", "sum", "average"],
    typer.Option(
        "--vectors",
        help="Which vectors to use. sum and average combine the center and context vectors.",
    ),
]
NeighborsOption = Annotated[int, typer.Option("-k", help="Number of words to show.", min=1)]
RestrictOption = Annotated[
    int | None,
    typer.Option("--restrict", help="Search only the N most frequent words.", min=1, metavar="N"),
]
AllWordsOption = Annotated[
    str | None,
    typer.Option(
        "-o",
        "--output",
        help="Write all words to this file, or to stdout for -, as TSV.",
        metavar="FILE",
    ),
]
ComparedOption = Annotated[
    int,
    typer.Option(
        "-k",
        help="Number of nearest words that are compared, at most a quarter of the words.",
        min=1,
    ),
]
RestrictSharedOption = Annotated[
    int | None,
    typer.Option(
        "--restrict",
        help="Compare only the N most frequent shared words.",
        min=2,
        metavar="N",
    ),
]
DEFAULT_MODEL = Path("w2v-model")
MOST_USED = (
    "output", "dimension", "window", "min_count", "epochs",
    "objective", "subsample", "num_sampled", "learning_rate", "threads",
)  # fmt: skip
"""The ten options that come first in the help of a command."""

HEADINGS = (
    "Text", "Vocabulary", "Pairs", "Objective", "Model", "Optimizer", "Training", "Evaluation",
    "Devices", "Output",
)  # fmt: skip
"""The headings of the other options, in the order of the help."""

WordsOption = Annotated[
    int | None,
    typer.Option(
        "--words",
        help="Write only the N most frequent words. [default: all, tensorboard 10000]",
        min=1,
        metavar="N",
    ),
]
NormalizeOption = Annotated[
    bool, typer.Option("--normalize", help="Scale every vector to length 1.")
]
DtypeOption = Annotated[
    Literal["float32", "float16", "int8"],
    typer.Option(
        "--dtype",
        help="Type of the numbers. text and the word2vec formats have float32 only; npy, npz,"
        " safetensors and parquet also have int8, with the scale beside it.",
    ),
]
EncodingOption = Annotated[
    str,
    typer.Option(
        "--encoding", help="Encoding of the words of IN, such as latin-1.", metavar="NAME"
    ),
]
EncodingErrorsOption = Annotated[
    Literal["strict", "replace", "skip"],
    typer.Option(
        "--encoding-errors",
        help="What becomes of bytes in words of IN that are not of the encoding; strict is an"
        " error.",
    ),
]
StrictOption = Annotated[
    bool,
    typer.Option(
        "--strict", help="Refuse empty and repeated words of IN instead of leaving them out."
    ),
]
SpacesOption = Annotated[
    Literal["refuse", "skip", "replace"],
    typer.Option(
        "--spaces",
        help="What becomes of words with spaces where OUT cannot hold them; replace writes _.",
    ),
]

CorpusArgument = Annotated[
    list[str] | None,
    typer.Argument(
        help="Text files (also compressed), directories or quoted patterns. Each line is one"
        " sentence.",
        metavar="CORPUS...",
    ),
]
ConfigOption = Annotated[
    str | None,
    typer.Option("--config", help="YAML file with settings, such as `window: 5`.", metavar="FILE"),
]


def with_options(command: Command) -> Command:
    """Add a flag for every option of the configuration to a command with `**flags`.

    Flags are passed on as text, so that `Option.parse` reads flags, environment and YAML alike.
    """
    return _with_flags(command, list(options().values()))


def with_some_options(*names: str) -> Callable[[Command], Command]:
    """Add the flags of some options, or of whole sections, to a command with `**flags`."""
    chosen = [found for found in options().values() if {found.key, found.section} & {*names}]
    return lambda command: _with_flags(command, chosen)


def _with_flags(command: Command, chosen: list[Option]) -> Command:
    own = [
        parameter
        for parameter in inspect.signature(command, eval_str=True).parameters.values()
        if parameter.kind is not inspect.Parameter.VAR_KEYWORD
    ]
    others = [found for found in chosen if found.key not in {each.name for each in own}]
    flags = [
        inspect.Parameter(
            found.key, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=_flag(found)
        )
        for found in sorted(others, key=_place)
    ]
    signature = inspect.Signature(own + flags)
    command.__signature__ = signature  # type: ignore[attr-defined]
    command.__annotations__ = {p.name: p.annotation for p in signature.parameters.values()}
    return command


def _place(found: Option) -> tuple[int, int]:
    """Return the sort key of the help: the most used options first, then by heading."""
    if found.key in MOST_USED:
        return 0, MOST_USED.index(found.key)
    return 1, HEADINGS.index(found.heading)


def _flag(found: Option) -> Any:
    heading = "Most used" if found.key in MOST_USED else found.heading
    names = ["-o", found.flag] if found.key == "output" else [found.flag]
    text = found.help
    if found.default is not None:
        text += f" [default: {found.default}]"
    if found.type is bool:
        names = [f"{found.flag}/--no-{found.flag[2:]}"]
        switch = typer.Option(*names, help=text, show_default=False, rich_help_panel=heading)
        return Annotated[bool | None, switch]
    words = {int: "INT", float: "FLOAT", str: "TEXT"}
    number = [] if found.type is str and found.choices else [words[found.type]]
    metavar = "|".join([*number, *found.choices])
    # Without this, the shell would offer file names in place of the choices.
    completion = (lambda: found.choices) if found.choices else None
    flag = typer.Option(
        *names, help=text, metavar=metavar, rich_help_panel=heading, autocompletion=completion
    )
    return Annotated[str | None, flag]


def resolve_configuration(
    corpus: list[str] | None,
    config_path: str | None,
    flags: dict[str, Any],
    resumed: dict[str, object] | None = None,
) -> "Resolved":
    """Return the configuration of a command line. `resumed` has the options of a resumed run."""
    # PyYAML takes 15 ms to import, and most commands do not need it.
    from w2v_cli.config.sources import resolve

    return resolve({**flags, "corpus": tuple(corpus or ())}, config_path, resumed=resumed)
