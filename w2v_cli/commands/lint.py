"""What `w2v vocab --lint` shows: what looks wrong with a text."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from w2v_cli.config import Config

if TYPE_CHECKING:
    from w2v_cli.corpus.lint import Finding


def show_findings(config: Config, *, json: bool) -> None:
    """Read the text and print what looks wrong with it, as JSON or as lines for people."""
    from json import dumps

    from w2v_cli.corpus.lint import lint
    from w2v_cli.corpus.readers import find_files
    from w2v_cli.corpus.tokenizer import Tokenizer

    paths, tokenizer = find_files(config.run.corpus), Tokenizer.of(config.text)
    findings = lint(paths, tokenizer, config.text.sentence_length)
    if json:
        print(dumps([found._asdict() for found in findings], indent=2, ensure_ascii=False))
    else:
        print("\n".join(_lines(findings)) or "nothing looks wrong")


def _lines(findings: "Iterable[Finding]") -> Iterator[str]:
    for found in findings:
        yield f"{found.n:,} {found.what}, first at {found.where}"
        if found.examples:
            yield "    " + " | ".join(map(_visible, found.examples))
        yield f"    -> {found.remedy}"


def _visible(text: str) -> str:
    r"""Name the characters that cannot be seen.

    >>> _visible("co\xadop")
    'co<U+00AD>op'
    """
    return "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in text)
