"""Write and open the model directory.

    model.json           what the model is, and size and sha256 of every other file
    config.yaml          the configuration that repeats the run
    vocab.tsv            word<TAB>count, line number = id
    context_vocab.tsv    the same for contexts, where pairs have a vocabulary for each side
    rare.tsv             the same for words that were left out, so that a query can say so
    vectors.npy          float32 [n_words, D], the center vectors: what is served
    context_vectors.npy  float32 [n_contexts, D]; n_contexts is n_words without `context_vocab.tsv`
    context_biases.npy   float32 [n_contexts]
    metrics.jsonl        one line for each report and each evaluation of the run
    metrics.csv          the same as a table; absent from older models

It appears whole or not at all: it is filled under another name and renamed.
"""

import json
import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v_cli.errors import InputMissingError, ModelError, OutputExistsError
from w2v_cli.noise import lacking_in_logits
from w2v_cli.storage import fingerprints, json_sha256, require_writable, staged_directory
from w2v_cli.vocabulary import Vocabulary, read_vocabulary

FORMAT_VERSION = 3
MANIFEST = "model.json"
TABLES = {
    "center": "vectors.npy",
    "context": "context_vectors.npy",
    "biases": "context_biases.npy",
}
METRICS, METRICS_TABLE = "metrics.jsonl", "metrics.csv"
VOCABULARY, CONTEXTS = "vocab.tsv", "context_vocab.tsv"
FILES = ("config.yaml", VOCABULARY, "rare.tsv", METRICS, *TABLES.values())


@contextmanager
def new_directory(target: Path) -> Iterator[Path]:
    """Give a directory to fill that becomes `target` when the block ends, whole or not at all.

    Raises:
        OutputError: the target exists, or cannot be written.
    """
    check_writable(target, overwrite=False)
    with staged_directory(target) as directory:
        yield directory


def check_writable(target: Path, overwrite: bool) -> None:
    """Raise OutputError unless `target` can be written: free, or a model that may be replaced."""
    if target.exists():
        if not (target / MANIFEST).is_file():
            raise OutputExistsError(f"{target} exists and is not a model; choose another --output")
        if not overwrite:
            raise OutputExistsError(
                f"{target} already holds a model; choose another --output or pass --overwrite"
            )
    require_writable(target.resolve().parent, target)


def write_manifest(directory: Path, description: dict[str, Any]) -> None:
    """Write `model.json` last: `description`, size and sha256 of each file beside it, its own."""
    files = fingerprints(directory)
    content = {"format_version": FORMAT_VERSION, **description, "files": files}
    (directory / MANIFEST).write_text(manifest_text(content), encoding="utf-8")


def manifest_text(content: dict[str, Any]) -> str:
    """Return what `model.json` holds: `content`, and its sha256."""
    return json.dumps({**content, "sha256": json_sha256(content)}, indent=2) + "\n"


def sampler_of(manifest: dict[str, Any]) -> str:
    """Return the distribution of a model's noise words, given or derived."""
    # Older models have no derived sampler: theirs is in their settings.
    return str(manifest["config"]["sampler"] or manifest["derived"]["sampler"])


@dataclass(frozen=True, eq=False)
class Model:
    """An open model directory; tables are memory-mapped when first used."""

    path: Path
    manifest: dict[str, Any]

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words, which have center vectors."""
        return self._read_vocabulary(VOCABULARY, self.manifest["n_words"])

    @cached_property
    def contexts(self) -> Vocabulary:
        """The words that have context vectors: those of `vocabulary` unless they have their own."""
        if not self.has_own_contexts:
            return self.vocabulary
        return self._read_vocabulary(CONTEXTS, self.manifest["n_contexts"])

    @property
    def has_own_contexts(self) -> bool:
        """Whether contexts have a vocabulary of their own."""
        return "n_contexts" in self.manifest

    def _read_vocabulary(self, name: str, n_words: int) -> Vocabulary:
        vocabulary = read_vocabulary(self.path / name)
        if len(vocabulary) != n_words:
            raise ModelError(f"{self.path}: {name} and model.json differ in their words")
        return vocabulary

    @cached_property
    def context_offsets(self) -> NDArray[np.float32]:
        """What is added to v_w . u_c for each context c so that it follows log p(c | w).

        [n_contexts] float32: the biases, and what logits of the objective lack.

        Raises:
            ModelError: as `table`.
        """
        run, counts = self.manifest["config"], self.contexts.counts
        sampler = sampler_of(self.manifest)
        lacking = lacking_in_logits(run["objective"], sampler, counts, run["noise_exponent"])
        return np.asarray(self.table("biases") + lacking)

    def table(self, name: str) -> NDArray[np.float32]:
        """Return a memory-mapped table: `center` [n_words, D], `context` and `biases` of contexts.

        Raises:
            ModelError: the file is not what `model.json` says it is.
        """
        path = self.path / TABLES[name]
        n_rows = self.manifest["n_words"]
        if name != "center":
            n_rows = self.manifest.get("n_contexts", n_rows)
        shape: tuple[int, ...] = (n_rows,)
        if name != "biases":
            shape += (self.manifest["dimension"],)
        try:
            table: NDArray[np.float32] = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError, SyntaxError, TokenError) as error:
            # The last two from a damaged header, which NumPy reads as Python's literals.
            raise ModelError(f"{path}: cannot be read as a NumPy file: {error}") from None
        if not isinstance(table, np.ndarray):
            raise ModelError(f"{path}: is an archive, not an array")
        if table.shape != shape or table.dtype != np.float32:
            raise ModelError(f"{path}: expected float32 {shape}, found {table.dtype} {table.shape}")
        return table

    def rare_count(self, word: str) -> int:
        """Return how often a word that has no vector was seen in the corpus."""
        with (self.path / "rare.tsv").open("rb") as file:
            if os.fstat(file.fileno()).st_size == 0:
                return 0
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
                line = f"{word}\t".encode(errors="surrogateescape")
                if text[: len(line)] == line:
                    at = 0
                elif (found := text.find(b"\n" + line)) >= 0:
                    at = found + 1
                else:
                    return 0
                count = text[at + len(line) : text.find(b"\n", at)]
                if not count.isdigit():
                    raise ModelError(f"{self.path / 'rare.tsv'}: damaged at {word!r}")
                return int(count)


def open_model(path: Path) -> Model:
    """Open a model directory after checking its manifest and the size of each file.

    Raises:
        ModelError: there is no model, it is of another version, or a file is not as it was written.
    """
    manifest = read_manifest(path)
    for name in (*FILES, *([CONTEXTS] if "n_contexts" in manifest else [])):
        file, size = path / name, manifest["files"][name]["bytes"]
        if not file.is_file() or file.stat().st_size != size:
            raise ModelError(f"{file}: missing or not {size:,} bytes long; the model is damaged")
    return Model(path, manifest)


def read_manifest(path: Path) -> dict[str, Any]:
    """Return what `model.json` says of the model directory `path`.

    Raises:
        ModelError: it is not there, of another version, or not what was written.
    """
    try:
        text = (path / MANIFEST).read_bytes().decode()
        manifest: dict[str, Any] = json.loads(text)
    except (FileNotFoundError, NotADirectoryError):
        raise InputMissingError(
            f"no model at {path}; train one with `w2v train CORPUS`, or name its directory with -m"
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{path / MANIFEST}: cannot be read: {error}") from None
    version = manifest.get("format_version") if isinstance(manifest, dict) else None
    if version is not None and version != FORMAT_VERSION:
        raise ModelError(
            f"{path}: format version {version}, this program reads {FORMAT_VERSION}; use the"
            " version of w2v that wrote it"
        )
    try:
        whole = manifest_text({k: v for k, v in manifest.items() if k != "sha256"}) == text
        for name in (*FILES, *([CONTEXTS] if "n_contexts" in manifest else [])):
            int(manifest["files"][name]["bytes"])
        shape = [int(manifest["n_words"]), int(manifest["dimension"])]
        n_contexts = int(manifest.get("n_contexts", 1))
        min_count = int(manifest["config"]["min_count"])
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        raise ModelError(f"{path / MANIFEST}: is not the description of a model") from None
    if not whole:
        raise ModelError(f"{path / MANIFEST}: its content is not what was written")
    if min(*shape, n_contexts, min_count) < 1:
        raise ModelError(
            f"{path / MANIFEST}: a model of {shape[0]} words x {shape[1]} is not usable"
        )
    return manifest
