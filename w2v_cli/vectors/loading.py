"""Open vectors, whoever wrote them."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from w2v_cli.errors import ModelError
from w2v_cli.vectors.queries import Vectors
from w2v_cli.vectors.store import MANIFEST, Model, open_model
from w2v_cli.vocabulary import Vocabulary

if TYPE_CHECKING:
    from w2v_cli.vectors.formats.word_rules import EncodingErrors

KINDS = ("center", "context", "sum", "average")


def load_vectors(
    path: str | Path = "w2v-model",
    kind: str = "center",
    form: str | None = None,
    *,
    encoding: str = "utf-8",
    encoding_errors: "EncodingErrors" = "strict",
    strict: bool = False,
) -> Vectors:
    """Open the vectors of a model directory, or of a file that another program wrote.

    Args:
        path: the directory that `w2v train` wrote, or a file or directory in one of the forms of
            `w2v_cli.vectors.formats`.
        kind: `center` or `context`, which are memory-mapped; their `sum` or `average`, which take
            memory. Other programs' files have one kind only, which is taken for the first.
        form: the form of another program's file; by default it is recognized by its content.
        encoding: of the words of another program's file.
        encoding_errors: what becomes of bytes in it that are not of the encoding: `strict` ends the
            reading, `replace` puts a replacement character for them, `skip` leaves them out.
        strict: whether an empty or repeated word in it is an error; by default such rows are left
            out, and a warning says which.

    Returns:
        The vectors; where another program's file does not tell counts, all are 0.

    Raises:
        ConfigError: the encoding is not known.
        ModelError: there is nothing, it is damaged, or it is in no form that is known.
    """
    path = Path(path)
    if form is None and (not path.exists() or (path / MANIFEST).exists()):
        model = open_model(path)
        if kind == "context" and model.has_own_contexts:
            # `model` knows why a center has no vector, not why a context has none.
            return Vectors(model.contexts, table_of(model, kind))
        return Vectors(model.vocabulary, table_of(model, kind), model)

    from w2v_cli.vectors.formats.registry import read
    from w2v_cli.vectors.formats.word_rules import WordRules

    if kind != "center":
        raise ModelError(f"{path}: is no model directory, which alone has {kind} vectors")
    contents = read(path, form, WordRules(encoding, encoding_errors, strict))
    counts = contents.counts
    if counts is None:
        counts = np.zeros(len(contents.words), dtype=np.int64)
    return Vectors(Vocabulary(contents.words, counts), contents.table, model=None)


def table_of(model: Model, kind: str) -> NDArray[np.float32]:
    """Return the [n_words, D] float32 table of a kind named in `KINDS`."""
    if kind not in KINDS:
        raise ModelError(f"vectors must be one of {', '.join(KINDS)}, got {kind!r}")
    if kind in ("center", "context"):
        return model.table(kind)
    if model.has_own_contexts:
        raise ModelError(
            f"{model.path}: centers and contexts have vocabularies of their own, so they have no"
            f" {kind}; use center or context"
        )
    sums: NDArray[np.float32] = model.table("center") + model.table("context")
    return sums if kind == "sum" else sums / np.float32(2)
