"""Read a text with the vocabulary of another one, to score a model on it."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from w2v_cli.config.config import Config
from w2v_cli.corpus.counting.counted_text import count_text
from w2v_cli.corpus.counting.runs import N_PARTS, Run
from w2v_cli.corpus.counting.workers import MOST_WORKERS
from w2v_cli.corpus.encoding import EncodedCorpus, encode_counted
from w2v_cli.corpus.prepared_text import MEGABYTE
from w2v_cli.corpus.reading.files import find_files
from w2v_cli.corpus.reading.tokenizer import Tokenizer
from w2v_cli.corpus.records.reading import Records, corpus_blocks
from w2v_cli.errors import CorpusError
from w2v_cli.vocabulary import Vocabulary


def encode_other_text(
    config: Config, names: Sequence[str], vocabulary: Vocabulary, directory: Path
) -> EncodedCorpus:
    """Write a text as ids. Words that are not in the vocabulary are left out.

    Args:
        config: how the text is split into words, and which field of records it is; memory and
            threads for it.
        names: files, directories or patterns.
        vocabulary: the words that have ids.
        directory: where the ids are written; exists.

    Raises:
        CorpusError: the text cannot be read, or no word of it is in the vocabulary.
    """
    tokenizer = Tokenizer.of(config.text)
    with TemporaryDirectory(dir=directory) as work:
        counted = count_text(
            corpus_blocks(find_files(tuple(names)), tokenizer, Records.of(config.text)),
            tokenizer,
            Path(work),
            min(config.devices.n_threads, MOST_WORKERS),
            config.run.count_memory * MEGABYTE,
        )
        if not any(_knows(vocabulary, run) for run in counted.all_runs):
            raise CorpusError(f"{', '.join(names)}: no word of this text has a vector")
        return encode_counted(counted, vocabulary, directory, config.sentence_length).corpus


def _knows(vocabulary: Vocabulary, run: Run) -> bool:
    """Return whether a word of a run is in the vocabulary."""
    parts = (run.words(part) for part in range(N_PARTS))
    return any(word in vocabulary.ids for words in parts for word in words)
