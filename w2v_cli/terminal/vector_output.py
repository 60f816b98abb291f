"""Write vectors to a path, or to stdout for `-`."""

import sys
from typing import Any

from w2v_cli.vectors.queries import Vectors
from w2v_cli.vectors.writing import export


def write_vectors(vectors: Vectors, form: str, output: str, **how: Any) -> None:
    """Write vectors as `export` does; print to stderr what a path got and what is lost."""
    stream = sys.stdout.buffer if output == "-" else None
    written = export(vectors, form, output, stream=stream, **how)
    if stream is None:
        print(
            f"{written.n_words:,} vectors of {written.dimension} numbers in {output}",
            file=sys.stderr,
        )
    if written.variance_kept is not None:
        print(
            f"{written.dimension} of {vectors.table.shape[1]} dimensions keep"
            f" {written.variance_kept:.1%} of the variance",
            file=sys.stderr,
        )
