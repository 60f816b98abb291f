"""`w2v vocab`: count the words of a text."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from w2v_cli.commands.lint import show_findings
from w2v_cli.commands.shared import (
    ConfigOption,
    CorpusArgument,
    JsonOption,
    output_stream,
    reported,
    resolved,
    show_warnings,
    with_some_options,
)
from w2v_cli.errors import ConfigError

if TYPE_CHECKING:
    from w2v_cli.corpus.ledger import Account
    from w2v_cli.corpus.vocabulary import Vocabulary


@reported
@with_some_options("text", "count_memory", "threads", "subsample")
def vocab(
    corpus: CorpusArgument = None,
    *,
    config: ConfigOption = None,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            help="File for the vocabulary, word<TAB>count by falling count; - for stdout.",
            metavar="FILE",
        ),
    ] = None,
    lint: Annotated[
        bool, typer.Option("--lint", help="List what looks wrong with the text instead.")
    ] = False,
    json: JsonOption = False,
    **flags: Any,
) -> None:
    """Count the words of a text and say what a vocabulary would cover.

    The file that -o writes can be given to `w2v train --vocab`.
    """
    from json import dumps
    from tempfile import TemporaryDirectory

    settings = resolved(corpus, config, flags).config
    if not settings.run.corpus:
        raise ConfigError("no corpus: name the text files to count")
    if lint and output is not None:
        raise ConfigError("--lint writes no vocabulary; leave out -o")
    if json and output == "-":
        raise ConfigError("--json and -o - both write to stdout; choose one")

    if lint:
        show_findings(settings, json=json)
        return

    from w2v_cli.commands.pipeline import expected_kept
    from w2v_cli.commands.progress import ConsoleProgress
    from w2v_cli.corpus.preparation import survey

    show_warnings()
    with TemporaryDirectory(prefix="w2v-") as directory:
        vocabulary, account, _ = survey(settings, Path(directory), ConsoleProgress().stage)
    if output is not None:
        with output_stream(output) as file:
            for word, n in zip(vocabulary.words, vocabulary.counts.tolist(), strict=True):
                file.write(f"{word}\t{n}\n".encode())
    summary = _summary(vocabulary, account)
    summary["expected_kept_by_epoch"] = expected_kept(vocabulary, account, settings)
    shown = dumps(summary, indent=2) if json else "\n".join(_lines(summary, account))
    print(shown, file=sys.stderr if output == "-" else sys.stdout)


def _summary(vocabulary: "Vocabulary", account: "Account") -> dict[str, Any]:
    from dataclasses import asdict

    from w2v_cli.corpus.coverage import coverage, log_uniform_overlap, rank_shares

    return {
        "words": len(vocabulary),
        "different_words": account.n_different,
        "ledger": asdict(account.ledger),
        "coverage": [asdict(row) for row in coverage(account.words_by_count)],
        "rank_shares": [asdict(row) for row in rank_shares(vocabulary.counts)],
        "log_uniform_overlap": log_uniform_overlap(vocabulary.counts),
    }


def _lines(summary: dict[str, Any], account: "Account") -> Iterator[str]:
    n_tokens = summary["ledger"]["read"] - summary["ledger"]["skipped"]
    yield str(account.ledger)
    yield (
        f"subsampling is expected to keep {summary['expected_kept_by_epoch']:,} of them in each"
        " epoch"
    )
    yield ""
    yield f"{'min-count':>9}  {'words':>13}  {'of the text':>11}"
    for row in summary["coverage"]:
        yield f"{row['min_count']:9}  {row['words']:13,}  {row['tokens'] / n_tokens:11.2%}"
    yield ""
    yield f"{'first words':>11}  {'of the vocabulary':>17}  {'log-uniform noise':>17}"
    for row in summary["rank_shares"]:
        yield f"{row['rank']:11,}  {row['share']:17.2%}  {row['log_uniform']:17.2%}"
    yield f"log-uniform noise and the text have {summary['log_uniform_overlap']:.1%} in common"
