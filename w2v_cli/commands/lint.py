"""Show what `corpus.lint` found."""

from collections.abc import Iterator, Sequence

from w2v_cli.corpus.lint import Finding


def lint_lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield lines for people: what, how often, where; then examples, then what to do."""
    if not findings:
        yield "nothing looks wrong"
    for finding in findings:
        yield f"{finding.n:,} {finding.what}, first at {finding.where}"
        if finding.examples:
            yield "    " + " | ".join(map(_visible, finding.examples))
        yield f"    -> {finding.remedy}"


def _visible(text: str) -> str:
    r"""Name the characters that cannot be seen.

    >>> _visible("co\xadop")
    'co<U+00AD>op'
    """
    return "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in text)
