"""Words in, an encoded corpus out, without a file of text."""

from collections import Counter
from collections.abc import Iterable
from itertools import repeat
from pathlib import Path

import numpy as np

from w2v_cli.corpus.encoding import BORDER, UNKNOWN, EncodedCorpus, write_encoded
from w2v_cli.corpus.reading.tokenizer import LINE_END
from w2v_cli.vocabulary import Vocabulary


def count_words(portions: Iterable[list[str]]) -> Counter[str]:
    """Return how often each word occurs."""
    counts: Counter[str] = Counter()
    for words in portions:
        counts.update(words)
    del counts[LINE_END]
    return counts


def encode(
    portions: Iterable[list[str]], vocabulary: Vocabulary, directory: Path, sentence_length: int
) -> EncodedCorpus:
    """Encode words, `LINE_END` after each line, into `directory`, which exists."""
    lookup = vocabulary.ids | {LINE_END: BORDER}
    codes = (
        np.fromiter(map(lookup.get, words, repeat(UNKNOWN)), dtype="<i4", count=len(words))
        for words in portions
    )
    return write_encoded(codes, directory, sentence_length).corpus
