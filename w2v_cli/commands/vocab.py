"""`w2v vocab`: count the words of a text, or check the text."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from w2v_cli.errors import ConfigError
from w2v_cli.terminal.exit_codes import with_exit_codes
from w2v_cli.terminal.flags import (
    ConfigOption,
    CorpusArgument,
    JsonOption,
    resolve_configuration,
    with_some_options,
)
from w2v_cli.terminal.streams import output_stream, refuse_two_results

if TYPE_CHECKING:
    from w2v_cli.config.config import Config
    from w2v_cli.corpus.ledger import Account
    from w2v_cli.corpus.lint import Finding
    from w2v_cli.vocabulary import Vocabulary


@with_exit_codes
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
            help="Write the vocabulary to this file, or to stdout for -: word<TAB>count lines, by"
            " falling count.",
            metavar="FILE",
        ),
    ] = None,
    lint: Annotated[
        bool, typer.Option("--lint", help="List problems of the text; do not count its words.")
    ] = False,
    json: JsonOption = False,
    **flags: Any,
) -> None:
    """Count the words of a text and show what share of it a vocabulary covers.

    `w2v train --vocab` accepts the file that -o writes.
    """
    from json import dumps
    from tempfile import TemporaryDirectory

    settings = resolve_configuration(corpus, config, flags).config
    if not settings.run.corpus:
        raise ConfigError("no corpus: name the text files to count")
    if lint and output is not None:
        raise ConfigError("--lint writes no vocabulary; leave out -o")
    refuse_two_results(json, output)

    if lint:
        _show_findings(settings, json=json)
        return

    from w2v_cli.corpus.preparation import survey
    from w2v_cli.corpus.subsampling import expected_kept
    from w2v_cli.terminal.console import ConsoleObserver

    with TemporaryDirectory(prefix="w2v-") as directory:
        surveyed = survey(settings, Path(directory), ConsoleObserver().stage)
    vocabulary, account = surveyed.vocabulary, surveyed.account
    if output is not None:
        with output_stream(output) as file:
            for word, n in zip(vocabulary.words, vocabulary.counts.tolist(), strict=True):
                file.write(f"{word}\t{n}\n".encode())
    summary = _summary(vocabulary, account)
    summary["expected_kept_by_epoch"] = expected_kept(
        vocabulary.counts, account.counts, settings.threshold
    )
    shown = dumps(summary, indent=2) if json else "\n".join(_summary_lines(summary, account))
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


def _summary_lines(summary: dict[str, Any], account: "Account") -> Iterator[str]:
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


def _show_findings(config: "Config", *, json: bool) -> None:
    """Read the text and print its problems, as JSON or as lines of text."""
    from json import dumps

    from w2v_cli.corpus.lint import lint
    from w2v_cli.corpus.reading.files import find_files
    from w2v_cli.corpus.reading.tokenizer import Tokenizer
    from w2v_cli.corpus.records.reading import Records

    paths, tokenizer = find_files(config.run.corpus), Tokenizer.of(config.text)
    records = Records.of(config.text)
    findings = lint(paths, tokenizer, config.sentence_length, records)
    if json:
        print(dumps([found._asdict() for found in findings], indent=2, ensure_ascii=False))
    else:
        print("\n".join(_finding_lines(findings)) or "nothing looks wrong")


def _finding_lines(findings: "Iterable[Finding]") -> Iterator[str]:
    for found in findings:
        yield f"{found.n:,} {found.what}, first at {found.where}"
        if found.examples:
            yield "    " + " | ".join(map(_name_invisible, found.examples))
        yield f"    -> {found.remedy}"


def _name_invisible(text: str) -> str:
    r"""Replace each invisible character with its code point.

    >>> _name_invisible("co\xadop")
    'co<U+00AD>op'
    """
    return "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in text)
