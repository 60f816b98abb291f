"""Read a text once, or a sample of it, and find out how large it is."""

import time
from dataclasses import dataclass, replace
from pathlib import Path

from w2v_cli.config.config import Config
from w2v_cli.corpus.coverage import coverage
from w2v_cli.corpus.preparation import prepare
from w2v_cli.corpus.prepared_text import PreparedText, Tell
from w2v_cli.corpus.reading.files import find_files
from w2v_cli.planning.sample import Estimate, Sample, take_sample, words_in_whole
from w2v_cli.planning.text_size import TextSize


@dataclass(frozen=True, eq=False)
class TextSurvey:
    """What reading a text once has shown.

    Attributes:
        config: the settings with which it was prepared, see `text`.
        text: the text, or the sample. The least count for a sample is lower in proportion, so that
            about the words of the whole vocabulary are in it.
        sample: None if all of the text was read.
        seconds: how long it takes to count and encode the text; estimated from a sample.
    """

    config: Config
    text: PreparedText
    sample: Sample | None
    seconds: float

    @property
    def read_size(self) -> TextSize:
        """Size of what was read."""
        return TextSize.of(self.text, self.config)

    def words_with(self, min_count: int) -> Estimate:
        """Return how many words of the whole text occur at least so often."""
        words_by_count = self.text.account.words_by_count
        if self.sample:
            return words_in_whole(words_by_count, min_count, self.sample.factor)
        return Estimate(coverage(words_by_count, [min_count])[0].words, 0.0)

    def share_with(self, min_count: int) -> Estimate:
        """Return which share of the text these words have, from 0 to 1."""
        factor = self.sample.factor if self.sample else 1.0
        counts = [max(1, round(min_count / factor)), min_count]
        by_count = self.text.account.words_by_count
        ledger = self.text.account.ledger
        counted = max(ledger.read - ledger.skipped, 1)
        high, low = (row.tokens / counted for row in coverage(by_count, counts))
        return Estimate((high + low) / 2, (high - low) / 2)

    def size(self, config: Config) -> TextSize:
        """Return the size of the whole text with the vocabulary that `config` asks for."""
        read = self.read_size
        if self.sample is None:
            return read
        factor, words = self.sample.factor, read.words
        if config.text.vocab is None:
            words = round(self.words_with(config.text.min_count).value)
            words = min(words, config.text.max_vocab or words)
        different = max(round(self.words_with(1).value), words)
        bytes_of_a_word = (read.vocabulary_bytes + read.rare_bytes) / read.different
        return TextSize(
            read=round(read.read * factor),
            different=different,
            words=words,
            tokens=round(read.tokens * factor),
            kept=round(read.kept * factor),
            sentences=round(read.sentences * factor),
            pairs=round(read.pairs * factor),
            vocabulary_bytes=round(words * read.vocabulary_bytes / read.words),
            rare_bytes=round((different - words) * bytes_of_a_word),
        )


def survey_text(config: Config, directory: Path, tell: Tell, sample_bytes: int) -> TextSurvey:
    """Read a text.

    Args:
        config: every setting of the run.
        directory: where the encoded text is written; exists and is empty.
        tell: hears what happens.
        sample_bytes: of a larger text, a sample of this size is read; 0 reads any text whole, and
            so are records.

    Raises:
        ConfigError, CorpusError: as `prepare` does.
    """
    files = find_files(config.run.corpus)
    # Pieces of a table lack its first line, and those of a Parquet file mean nothing.
    can_be_cut = sample_bytes and config.text.field is None
    sample = take_sample(files, sample_bytes, directory) if can_be_cut else None
    if sample:
        tell(f"reading a sample of {sample.bytes / 1e6:,.0f} of {sample.total_bytes / 1e6:,.0f} MB")
        least = max(1, round(config.text.min_count / sample.factor))
        config = replace(
            config,
            run=replace(config.run, corpus=(str(sample.path),), weights=None),
            text=replace(config.text, min_count=least),
        )
    encoded = directory / "encoded"
    encoded.mkdir()
    started = time.perf_counter()
    text = prepare(config, encoded, tell)
    seconds = (time.perf_counter() - started) * (sample.factor if sample else 1.0)
    return TextSurvey(config, text, sample, seconds)
