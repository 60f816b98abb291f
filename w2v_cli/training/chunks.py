"""How large a chunk of the text is, and a round: what is trained between two reports."""

from w2v_cli.config.config import Config
from w2v_cli.corpus.windows import Windows

CHUNK_DISTANCES = 1 << 21
"""Tokens times window in a chunk: bounds its pairs, its memory and the time between reports.

A chunk's last step is part empty and the threads wait between chunks, so few large ones are faster.
"""

LINES_AS_WINDOW = 5
"""Blocks of whole lines have no words around them. Their chunks are as large as with this window.
"""

ROUND_TOKENS = 2_000_000
"""Tokens that all workers train between two combinations; see `docs/scaling.md`."""

LEAST_ROUNDS = 8
"""Rounds of an epoch of a small text."""


def most_chunk_tokens(config: Config) -> int:
    """Return about how many tokens a chunk has; with several workers it can have fewer."""
    windows = Windows.of(config)
    widest = windows.widest
    if windows.whole_lines and config.engine == "blocks":
        widest = LINES_AS_WINDOW
    return max(1, CHUNK_DISTANCES // widest)


def cut_tokens(config: Config, n_words: int, n_tokens: int, n_workers: int) -> tuple[int, int]:
    """Return about how many tokens a chunk has, and a round of all workers.

    Args:
        config: every setting of the run.
        n_words: words of the vocabulary.
        n_tokens: tokens of the text.
        n_workers: how many workers train.
    """
    most = most_chunk_tokens(config)
    if n_workers == 1:
        return most, most
    of_round = round_tokens(config, n_words, n_tokens)
    return min(most, max(1, of_round // n_workers)), of_round


def chunks_of_a_round(round_tokens: int, chunk_tokens: int, n_workers: int) -> int:
    """Return how many chunks a round has: equally many for each worker.

    >>> chunks_of_a_round(2_000_000, 400_000, n_workers=2)
    4
    """
    return n_workers * max(1, round(round_tokens / chunk_tokens / n_workers))


def round_tokens(config: Config, n_words: int, n_tokens: int) -> int:
    """Return about how many tokens all workers train between two combinations of the tables.

    More words take longer to combine, so their rounds are longer. A small text has short ones.

    Args:
        config: every setting of the run.
        n_words: words of the vocabulary.
        n_tokens: tokens of the text.
    """
    if config.devices.combine_tokens is not None:
        return config.devices.combine_tokens
    return min(max(ROUND_TOKENS, 2 * n_words), max(1, n_tokens // LEAST_ROUNDS))
