"""The text and binary formats of word2vec.c, which gensim, fastText and spaCy also read.

Both begin with a line `n_words D`. Text has `word v1 ... vD` lines with one space between fields
and the shortest digits that give the same float32 back. Binary has `word `, D little-endian
float32, and a newline that readers skip. Words come in the order given, by falling count.
"""

from collections.abc import Iterator, Sequence
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

BLOCK_ROWS = 1 << 10


def write_text(file: BinaryIO, words: Sequence[str], vectors: NDArray[np.float32]) -> None:
    """Write `vectors`, [n_words, D] float32, as word2vec text."""
    file.write(_header(vectors))
    for names, block in _blocks(words, vectors):
        # NumPy's conversion to bytes gives the shortest digits that read back as the same float32.
        rows = block.astype("S").tolist()
        file.writelines(
            b"%b %b\n" % (name, b" ".join(row)) for name, row in zip(names, rows, strict=True)
        )


def write_binary(file: BinaryIO, words: Sequence[str], vectors: NDArray[np.float32]) -> None:
    """Write `vectors`, [n_words, D] float32, as word2vec binary."""
    file.write(_header(vectors))
    for names, block in _blocks(words, vectors):
        rows = block.astype("<f4")
        file.writelines(
            b"%b %b\n" % (name, row.tobytes()) for name, row in zip(names, rows, strict=True)
        )


def _header(vectors: NDArray[np.float32]) -> bytes:
    return b"%d %d\n" % vectors.shape


def _blocks(
    words: Sequence[str], vectors: NDArray[np.float32]
) -> Iterator[tuple[list[bytes], NDArray[np.float32]]]:
    for start in range(0, len(vectors), BLOCK_ROWS):
        block = slice(start, start + BLOCK_ROWS)
        yield [word.encode() for word in words[block]], vectors[block]
