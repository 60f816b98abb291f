"""How large a text is, in the numbers that memory, disk and time depend on."""

from dataclasses import dataclass

from w2v_cli.config.config import Config
from w2v_cli.corpus.prepared_text import RARE, VOCABULARY, PreparedText
from w2v_cli.corpus.windows import Windows


@dataclass(frozen=True, kw_only=True)
class TextSize:
    """The size of a text and of its vocabulary.

    Attributes:
        read: words of the text.
        different: different words of the text.
        words: words of the vocabulary; where contexts have their own, the mean of both.
        tokens: words of the text that are in the vocabulary; an epoch.
        kept: how many of these subsampling is expected to keep.
        sentences: sentences, or pieces of long ones.
        pairs: pairs of an epoch without subsampling; with drawn windows, their mean.
        vocabulary_bytes, rare_bytes: size of `vocab.tsv` and `rare.tsv`.
    """

    read: int
    different: int
    words: int
    tokens: int
    kept: int
    sentences: int
    pairs: int
    vocabulary_bytes: int
    rare_bytes: int

    @classmethod
    def of(cls, text: PreparedText, config: Config) -> "TextSize":
        """Return the size of a text that was prepared with this configuration."""
        return cls(
            read=text.account.ledger.read,
            different=text.account.n_different,
            words=(len(text.vocabulary) + len(text.contexts or text.vocabulary) + 1) // 2,
            tokens=text.corpus.n_tokens,
            kept=text.kept(config.threshold),
            sentences=text.corpus.n_sentences,
            pairs=Windows.of(config).mean_pairs(text.corpus.starts),
            vocabulary_bytes=text.files[VOCABULARY]["bytes"],
            rare_bytes=text.files[RARE]["bytes"],
        )
