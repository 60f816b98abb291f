"""What is in a file, as bytes."""

from collections.abc import Iterator
from pathlib import Path

from w2v_cli.corpus.reading.readers import READ_SIZE, read_texts


def read_blocks(path: Path | str, size: int = READ_SIZE) -> Iterator[bytes]:
    """Yield the blocks of all texts in a file, with a line end between two texts."""
    for number, text in enumerate(read_texts(path, size)):
        if number:
            yield b"\n"
        yield from text.blocks
