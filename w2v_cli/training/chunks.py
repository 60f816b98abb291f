"""How large a chunk of the text is: what is trained between two reports."""

from w2v_cli.config.sections import Config

CHUNK_DISTANCES = 1 << 21
"""Tokens times window in a chunk: bounds its pairs, its memory and the time between reports.

A chunk's last step is part empty and the threads wait between chunks, so few large ones are faster.
"""


def most_chunk_tokens(config: Config) -> int:
    """Return about how many tokens a chunk has."""
    return max(1, CHUNK_DISTANCES // config.pairs.window)
