"""Read lists of words to keep and to leave out."""

from w2v_cli.config.sections import TextConfig
from w2v_cli.corpus.reading.tokenizer import LINE_END, Tokenizer
from w2v_cli.corpus.selection import Rules
from w2v_cli.errors import ConfigError


def read_rules(config: TextConfig) -> Rules:
    """Return the rules of a configuration, with the words of its lists.

    The lists are read as text is: with the same encoding, lower case and so on.

    Raises:
        ConfigError: a word is to be kept and to be left out.
        CorpusError: a list cannot be read.
    """
    tokenizer = Tokenizer.of(config)
    keep, stop = (_words(path, tokenizer) for path in (config.keep_words, config.stop_words))
    if both := keep & stop:
        raise ConfigError(f"{min(both)!r} is in --keep-words and in --stop-words; choose one")
    return Rules(min_count=config.min_count, max_vocab=config.max_vocab, keep=keep, stop=stop)


def _words(path: str | None, tokenizer: Tokenizer) -> frozenset[str]:
    if path is None:
        return frozenset()
    words: set[str] = set()
    for block in tokenizer.text_blocks([path]):
        words.update(tokenizer.words(block).words)
    return frozenset(words - {LINE_END})
