"""List what looks wrong with a text: how often, where first, examples, and what mends it.

Files come in and are read once; findings go out. What the settings of the tokenizer mend, such as
upper case with `lowercase`, is no finding. Memory is bounded: `words` and `lines` say how.
"""

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain
from pathlib import Path

from w2v_cli.corpus.lint.characters import Characters, LostBytes
from w2v_cli.corpus.lint.finding import Finding
from w2v_cli.corpus.lint.layout import Layouts
from w2v_cli.corpus.lint.lines import LongLines, RepeatedLines
from w2v_cli.corpus.lint.patterns import PatternLosses
from w2v_cli.corpus.lint.scripts import Unspaced, ZeroWidthSpaces
from w2v_cli.corpus.lint.words import LongWords, Twins
from w2v_cli.corpus.reading.tokenizer import Tokenizer
from w2v_cli.corpus.records.reading import Records, corpus_blocks

__all__ = ["Finding", "lint"]


def lint(
    paths: Iterable[Path | str],
    tokenizer: Tokenizer,
    sentence_length: int = 10_000,
    records: Records | None = None,
) -> list[Finding]:
    """Return what looks wrong with the text; nothing for clean text.

    Args:
        paths: files as for `Tokenizer.text_blocks`.
        tokenizer: how the text would be read; where it would refuse, the search goes on.
        sentence_length: lines of more words are a finding.
        records: which field of records is the text; None for plain text.

    Raises:
        CorpusError: a file cannot be read.
    """
    reader = replace(
        tokenizer,
        encoding_errors="skip",
        long_words="skip" if tokenizer.long_words == "refuse" else tokenizer.long_words,
    )
    watchers = (
        LostBytes(tokenizer.encoding),
        Characters(),
        ZeroWidthSpaces(tokenizer),
        Unspaced(),
        Layouts(),
        RepeatedLines(),
        LongLines(sentence_length),
        LongWords(tokenizer),
        PatternLosses(reader),
        Twins(),
    )
    if records is not None:
        records = replace(records, encoding_errors="skip", bad_records="skip")
    for block in corpus_blocks(paths, reader, records):
        words = reader.words(block)
        for watcher in watchers:
            watcher.add(block, words)
    return list(chain.from_iterable(watcher.findings() for watcher in watchers))
