"""Make a text ready for training: one pass over it, all that is known about it on disk.

In: the configuration. Out: vocabulary, ledger and encoded text in a directory, which can be kept
and opened again; see `prepared_text`.
"""

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, TextIO

import numpy as np

from w2v_cli.config.config import Config
from w2v_cli.corpus.counting.counted_text import CountedText, count_text
from w2v_cli.corpus.counting.given_counts import LINE_END_WORD, GivenCounts, read_given_counts
from w2v_cli.corpus.counting.runs import Run, occurs, summed
from w2v_cli.corpus.counting.workers import MOST_WORKERS
from w2v_cli.corpus.encoding import Written, encode_counted
from w2v_cli.corpus.holdout import set_aside
from w2v_cli.corpus.ledger import Account, Ledger, account_for
from w2v_cli.corpus.line_weights import LineWeights
from w2v_cli.corpus.lint.hints import with_hint
from w2v_cli.corpus.pair_preparation import prepare_pairs
from w2v_cli.corpus.prepared_text import (
    MEGABYTE,
    RARE,
    TEXT_COUNTS,
    VOCABULARY,
    WORK,
    PreparedText,
    Tell,
    seal,
)
from w2v_cli.corpus.reading.files import find_files
from w2v_cli.corpus.reading.tokenizer import Tokenizer
from w2v_cli.corpus.records.reading import Records, corpus_blocks
from w2v_cli.corpus.selection import Rules, choose_vocabulary
from w2v_cli.corpus.word_lists import read_rules
from w2v_cli.errors import CorpusError, InternalError
from w2v_cli.vocabulary import Vocabulary, write_vocabulary

RECORD_WEIGHTS = "weights.txt"

FEW_WORDS = 1 << 19
"""Different words that may be held with their counts; they take about 60 MB."""


class Survey(NamedTuple):
    """What one pass over a text tells.

    Attributes:
        vocabulary: the words that get vectors.
        account: what is known about the words of the text.
        encoded: the text as ids, if it was to be encoded.
        counting_bytes: the most memory that the counting processes took together.
    """

    vocabulary: Vocabulary
    account: Account
    encoded: Written | None
    counting_bytes: int


Encode = Callable[[CountedText, Vocabulary], Written]


def survey(
    config: Config,
    directory: Path,
    tell: Tell,
    left_out: TextIO | None = None,
    encode: Encode | None = None,
) -> Survey:
    """Read the text, choose the vocabulary and account for every word.

    Args:
        config: every setting of the run.
        directory: where temporary files are written; exists.
        tell: hears what happens.
        left_out: where words without a vector and their counts are written.
        encode: encodes the text, in a thread, while the words are accounted for.

    Raises:
        ConfigError: two lists of words contradict each other.
        CorpusError: the text or a list cannot be read, or nothing is left to train on.
    """
    memory = config.run.count_memory * MEGABYTE
    tokenizer, rules = Tokenizer.of(config.text), read_rules(config.text)
    # Weights count only where the text is encoded.
    weight_field = config.run.weight_field if encode else None
    records = Records.of(config.text, weight_field)
    files = find_files(config.run.corpus)
    name = config.text.vocab
    given = read_given_counts(name, tokenizer, directory, memory) if name else None
    tell(f"counting the words of {', '.join(config.run.corpus)}")
    with (directory / RECORD_WEIGHTS).open("w") if weight_field else nullcontext() as weights:
        blocks = corpus_blocks(files, tokenizer, records, weights)
        counted = count_text(
            blocks if records else with_hint(blocks),
            tokenizer,
            directory,
            min(config.devices.n_threads, MOST_WORKERS),
            memory,
            spool=encode is not None,
        )
    runs = counted.all_runs
    few = sum(run.n_words for run in runs) <= FEW_WORDS
    held = list(summed(runs)) if few else None  # to add them up once
    if given is None:
        vocabulary = choose_vocabulary(held or summed(runs), rules)
    else:
        vocabulary = _chosen_from(given, runs, rules, tell)
    n_skipped = counted.n_long if tokenizer.long_words == "skip" else 0
    n_read = counted.n_tokens + n_skipped
    # The one is Python's work, the other NumPy's and the disk's.
    with ThreadPoolExecutor(1) as thread:
        encoding = thread.submit(encode, counted, vocabulary) if encode else None
        account = account_for(
            held or summed(runs), n_read, n_skipped, vocabulary, rules, given is not None, left_out
        )
    in_vocabulary = account.ledger.in_vocabulary
    if not in_vocabulary:
        raise CorpusError(f"no word of the text is in {name}; check that they belong together")
    _tell_losses(tokenizer, counted, tell)
    tell(
        f"{n_read:,} words, {account.n_different:,} different; vocabulary of {len(vocabulary):,}"
        f" words that cover {in_vocabulary / n_read:.1%}"
    )
    encoded = encoding.result() if encoding else None
    return Survey(vocabulary, account, encoded, counted.peak_bytes)


def _chosen_from(given: GivenCounts, runs: list[Run], rules: Rules, tell: Tell) -> Vocabulary:
    """Choose the vocabulary from counts that another program made."""
    if given.n_undecodable:
        tell(f"bytes of --vocab replaced or skipped in {given.n_undecodable:,} places")
    if given.names_line_ends and not occurs(LINE_END_WORD, runs):
        tell(f"{LINE_END_WORD}, first in --vocab, is word2vec's mark of a line's end and left out")
        rules = replace(rules, stop=rules.stop | {LINE_END_WORD})
    return choose_vocabulary(summed(given.runs), rules)


def _tell_losses(tokenizer: Tokenizer, counted: CountedText, tell: Tell) -> None:
    if counted.n_long:
        done = "words skipped" if tokenizer.long_words == "skip" else "cuts made in words"
        tell(f"{counted.n_long:,} {done} for their length")
    if counted.n_undecodable:
        done = "skipped" if tokenizer.encoding_errors == "skip" else "replaced"
        tell(f"bytes {done} in {counted.n_undecodable:,} places")


def prepare(config: Config, directory: Path, tell: Tell) -> PreparedText:
    """Prepare the text of a configuration in `directory`, which exists and is empty.

    Raises:
        ConfigError, CorpusError: as `survey` does; also where weights do not fit the lines.
    """
    if config.run.pairs:
        return prepare_pairs(config, directory, tell)
    work = directory / WORK
    work.mkdir()

    weights = LineWeights(config.run.weights) if config.run.weights is not None else None

    def encode(counted: CountedText, vocabulary: Vocabulary) -> Written:
        of_lines = weights
        if config.run.weight_field is not None:
            of_lines = LineWeights(str(work / RECORD_WEIGHTS))
        return encode_counted(counted, vocabulary, directory, config.sentence_length, of_lines)

    with (directory / RARE).open("w", encoding="utf-8", newline="\n") as left_out:
        surveyed = survey(config, work, tell, left_out, encode)
    vocabulary, account, encoded, counting_bytes = surveyed
    write_vocabulary(vocabulary, directory / VOCABULARY)
    shutil.rmtree(work)
    assert encoded is not None
    corpus = encoded.corpus
    if corpus.n_tokens != account.ledger.in_vocabulary:
        raise InternalError(
            f"{account.ledger.in_vocabulary:,} words of the vocabulary were counted, but"
            f" {corpus.n_tokens:,} encoded"
        )
    held_out = None
    if (share := config.evaluation.holdout) is not None:
        corpus, held_out = set_aside(corpus, vocabulary.words, share, directory)
        account = account.without(held_out.ids)
    np.save(directory / TEXT_COUNTS, account.counts, allow_pickle=False)
    if corpus.n_sentences == corpus.n_tokens:
        raise CorpusError(_no_pairs(account.ledger))
    files = seal(directory, account, encoded.lines, corpus, held_out)
    return PreparedText(
        vocabulary, account, encoded.lines, corpus, directory, files, counting_bytes, held_out
    )


def _no_pairs(ledger: Ledger) -> str:
    """Say why no word has another one beside it, and how to get pairs."""
    what = "two words" if ledger.read == ledger.in_vocabulary else "two words of the vocabulary"
    ways = "put the words of a sentence on one line, such as by `paste -sd ' '`"
    if ledger.below_min_count:
        ways += ", or lower --min-count"
    return f"no line holds {what}, so there are no pairs to train on; {ways}"
