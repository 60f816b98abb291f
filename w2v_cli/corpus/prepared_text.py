"""A text that is ready for training: what is known about it, and its files.

ids.i32, starts.i64  the text as ids, see `encoding`; weights.f32 if its lines have weights
vocab.tsv            the vocabulary
context_vocab.tsv    that of the contexts, where pairs have one for each side
held_out_...         the lines that are set aside, if there are some, as two files like these
text_counts.npy      int64 [n_words], occurrences in the lines to train on
rare.tsv             words without a vector, and their counts
text.json            sealed: the ledger, the rest of `PreparedText`, size and sha256 of each
file above
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from w2v_cli.corpus.encoding import EncodedCorpus, open_encoded
from w2v_cli.corpus.holdout import HELD_OUT
from w2v_cli.corpus.ledger import Account, Ledger, LineLedger, PairLedger
from w2v_cli.corpus.subsampling import expected_kept
from w2v_cli.storage import Fingerprints, faults, fingerprints, read_sealed, write_sealed
from w2v_cli.vocabulary import Vocabulary, read_vocabulary

VOCABULARY, CONTEXTS, TEXT_COUNTS, RARE, DESCRIPTION = (
    "vocab.tsv", "context_vocab.tsv", "text_counts.npy", "rare.tsv", "text.json",
)  # fmt: skip
WORK = "work"
MEGABYTE = 1_000_000

Tell = Callable[[str], None]
"""Hears, in a line, what happens."""


@dataclass(frozen=True, eq=False)
class PreparedText:
    """A text that is ready to train on.

    Attributes:
        vocabulary: the words that get vectors.
        account: what is known about the words of the text.
        lines: what became of its lines.
        corpus: the text as ids.
        directory: where its files lie.
        files: size and sha256 of each file there but `text.json`, which holds them.
        counting_bytes: the most memory that the processes which counted it took together, 0 where
            it was counted by an earlier run.
        held_out: the lines that are set aside, as ids, or None.
        contexts: the vocabulary of the contexts; None if it is `vocabulary`.
        pairs: what became of the pairs, where the text is a file of pairs.
    """

    vocabulary: Vocabulary
    account: Account
    lines: LineLedger
    corpus: EncodedCorpus
    directory: Path
    files: Fingerprints
    counting_bytes: int = 0
    held_out: EncodedCorpus | None = None
    contexts: Vocabulary | None = None
    pairs: PairLedger | None = None

    def kept(self, threshold: float | None) -> int:
        """Return how many words an epoch is expected to keep with a subsampling threshold."""
        if threshold == 0:
            return self.corpus.n_tokens
        return expected_kept(self.vocabulary.counts, self.account.counts, threshold)

    def moved_to(self, directory: Path) -> "PreparedText":
        """Return the same text, whose files now lie in `directory`."""
        corpus = open_encoded(directory, self.corpus.sha256)
        held_out = self.held_out and open_encoded(directory, self.held_out.sha256, HELD_OUT)
        return replace(self, corpus=corpus, directory=directory, held_out=held_out)


def seal(
    directory: Path,
    account: Account,
    lines: LineLedger,
    corpus: EncodedCorpus,
    held_out: EncodedCorpus | None = None,
    pairs: PairLedger | None = None,
) -> Fingerprints:
    """Write the description of a text, whose other files lie in `directory`; return its files."""
    files = fingerprints(directory)
    description = {
        "ledger": asdict(account.ledger),
        "lines": asdict(lines),
        "pairs": asdict(pairs) if pairs else None,
        "words_by_count": sorted(account.words_by_count.items()),
        "sha256_of_ids": corpus.sha256,
        "sha256_of_held_out": held_out.sha256 if held_out else None,
        "files": files,
    }
    write_sealed(directory / DESCRIPTION, description)
    return files


def open_prepared(directory: Path) -> PreparedText:
    """Open what `prepare` made in `directory`, after reading all of it.

    Raises:
        OSError, ValueError: a file is not as it was written.
    """
    description: dict[str, Any] = read_sealed(directory / DESCRIPTION)
    if found := faults(directory, description["files"]):
        raise ValueError(found[0])
    return _open(directory, description)


def open_shared(directory: Path, sha256_of_ids: str) -> PreparedText | None:
    """Open what another worker has just prepared in `directory`, without reading all of it.

    Returns:
        The text, or None if this machine has not these ids there.
    """
    try:
        description: dict[str, Any] = read_sealed(directory / DESCRIPTION)
        if description["sha256_of_ids"] != sha256_of_ids:
            return None
        return _open(directory, description)
    except (OSError, ValueError):
        return None


def _open(directory: Path, description: dict[str, Any]) -> PreparedText:
    account = Account(
        np.load(directory / TEXT_COUNTS, allow_pickle=False),
        Ledger(**description["ledger"]),
        dict(description["words_by_count"]),
    )
    sha256, pairs = description["sha256_of_held_out"], description["pairs"]
    contexts = directory / CONTEXTS
    return PreparedText(
        read_vocabulary(directory / VOCABULARY),
        account,
        LineLedger(**description["lines"]),
        open_encoded(directory, description["sha256_of_ids"]),
        directory,
        description["files"],
        held_out=open_encoded(directory, sha256, HELD_OUT) if sha256 else None,
        contexts=read_vocabulary(contexts) if contexts.exists() else None,
        pairs=PairLedger(**pairs) if pairs else None,
    )
