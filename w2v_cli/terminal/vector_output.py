"""Write vectors to a path, or to stdout for `-`."""

import sys
from typing import Any

from w2v_cli.vectors.queries import Vectors
from w2v_cli.vectors.writing import export


def write_vectors(vectors: Vectors, form: str, output: str, **how: Any) -> None:
    """Write vectors as `export` does. For a path, print their number and size to stderr."""
    if output == "-":
        export(vectors, form, output, stream=sys.stdout.buffer, **how)
        return
    n_words, dimension = export(vectors, form, output, **how)
    print(f"{n_words:,} vectors of {dimension} numbers in {output}", file=sys.stderr)
