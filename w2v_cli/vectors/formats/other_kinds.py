"""Say what a file is that holds no vectors in a form that is read, and what to do about it.

Nothing is opened for that: first bytes show what a file is, or the names of an archive's members.
"""

import re
from collections.abc import Sequence

SAVE_AS_TEXT = "in the program that wrote it, save the vectors as text, `word v1 v2 ...` lines"

GENSIM = (
    "gensim's own file, a Python pickle, which could run code and is never opened; in gensim, write"
    " KeyedVectors.load(file).save_word2vec_format(new_file), of a model its .wv"
)
PYTORCH = (
    "a PyTorch file, whose pickle could run code and is never opened; in PyTorch, save the table by"
    " safetensors, or by numpy.save beside a vocab.tsv with a word a line"
)
PICKLE = (
    "a Python pickle, which could run code and is never opened; in gensim, write"
    " vectors.save_word2vec_format(file) instead, elsewhere numpy.save and a vocab.tsv with a word"
    " a line"
)
KERAS = "a Keras model; save the weights of its embedding by numpy.save, and its words as vocab.tsv"
UNPACK = "an archive that is not unpacked here; unpack it first and name the file that was in it"

# A safetensors file can begin with the same two bytes, but has a { as its ninth.
PICKLED = rb"(?:\x80[\x02-\x05](?!.{6}\{)|ccopy_reg\n|\((?:dp|lp|i)|cgensim)"

KINDS = {
    rb"version https://git-lfs\.github\.com/": (
        "a Git LFS pointer, not the file itself: git lfs pull fetches it"
    ),
    rb"(?i)\s*<(!doctype\s+html|html|head|body|script|meta)\b": (
        "an HTML page, such as that of an error or a log-in, not the file itself; download the file"
        " again"
    ),
    rb"\s*<\?xml": "XML, not vectors; " + SAVE_AS_TEXT,
    rb"\x89HDF\r\n\x1a\n": "an HDF5 file; " + SAVE_AS_TEXT + ", or save arrays by numpy.save",
    rb"SQLite format 3\0": (
        "an SQLite database, as Magnitude's files are; write its rows as `word v1 v2 ...` lines"
    ),
    rb"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19\.": PYTORCH,
    PICKLED + rb".*gensim": GENSIM,
    PICKLED: PICKLE,
    rb"\xba\x16\x4f\x2f": (
        "fastText's .bin model; name the .vec file that fastText writes beside it"
    ),
    rb"FiFu": "a finalfusion file; " + SAVE_AS_TEXT,
    rb"ARROW1\0\0|FEA1": "an Arrow file; write Parquet with the columns word and vector instead",
    rb"GGUF": "a GGUF model, which has no words with a vector each",
    rb"MATLAB 5\.0 MAT-file": "a MATLAB file; " + SAVE_AS_TEXT,
    rb"7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|\x04\x22\x4d\x18|\x1f\x9d|LZIP\x01": UNPACK,
    rb"%PDF-": "a PDF document, not vectors",
    rb"\x89PNG|\xff\xd8\xff|GIF8": "an image, not vectors",
    rb"\x7fELF": "a program, not vectors",
}
"""What the first bytes match -> what it is."""

JSON = re.compile(rb"\s*(\{\s*[\"}]|\[\s*[\[{\"\d\]-])")
SPARSE = re.compile(rb"\d+:[-+.\d]\S*")
SPARSE_LINES = re.compile(rb"(\d+\s\d+\s+)?\S+(\s\d+:[-+.\d]\S*){2}")
NUMBER = re.compile(rb"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?|[-+]?(?i:nan|inf|infinity)")
DECIMAL = re.compile(rb"[-+]?\d*\.\d+([eE][-+]?\d+)?")

SPARSE_ROWS = "sparse rows, `word index:value ...`; write all numbers of every row, zeros too"

MAKE_ROWS = "write it as text, a line `word v1 v2 ...` for each word"

CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\v\f\r")

SHOWN_BYTES = 60

KIND_BYTES = 1024
"""How much of a file `kind_of` looks at."""


def kind_of(start: bytes) -> str | None:
    """Return what a file is, and what to do about it, if its first bytes are those of a kind.

    >>> kind_of(b"%PDF-1.7"), kind_of(b"the 1 2")
    ('a PDF document, not vectors', None)
    """
    head = start[:KIND_BYTES]
    if SPARSE_LINES.match(head):
        return SPARSE_ROWS
    return next((kind for magic, kind in KINDS.items() if re.match(magic, head, re.DOTALL)), None)


def kind_of_members(names: Sequence[str]) -> str | None:
    """Return what a zip archive is, and what to do about it, if its names are those of a kind."""
    if any(name == "data.pkl" or name.endswith("/data.pkl") for name in names):
        return PYTORCH
    if "model.weights.h5" in names:
        return KERAS
    if "[Content_Types].xml" in names or "mimetype" in names or "META-INF/MANIFEST.MF" in names:
        return "a document or a program packed as zip, not vectors"
    return None


def kind_of_text(start: bytes) -> str:
    """Return what something is that is none of the forms, nor of the kinds that `kind_of` knows."""
    if not start:
        return "empty; whatever was to write or fetch it has failed"
    if encoding := _utf16_or_32(start):
        return f"text in {encoding.upper()}; `w2v convert --encoding {encoding}` reads it"
    if not CONTROLS.isdisjoint(start[:4096]):
        return "binary data of no kind that is known here; " + SAVE_AS_TEXT
    if JSON.match(start):
        return "JSON; " + MAKE_ROWS
    line = start.partition(b"\n")[0]
    fields = line.replace(b"\t", b" ").split()
    if len(fields) == 2 and NUMBER.fullmatch(fields[1]):
        return (
            "rows of a word and one number, such as a vocabulary with counts; vectors of one number"
            " are read with `w2v convert --from glove`"
        )
    if b"\n" not in start:
        return f"text whose first line does not end: {first_bytes(line)}"
    return (
        "text, but no row of vectors: line 1 is neither `number of words, dimension` nor a word and"
        f" its numbers: {first_bytes(line)}"
    )


def first_bytes(line: bytes) -> str:
    """Return the beginning of a line for a message."""
    return repr(line[:SHOWN_BYTES].decode(errors="replace")) + ("…" if line[SHOWN_BYTES:] else "")


def _utf16_or_32(start: bytes) -> str | None:
    """Return the encoding whose byte order mark, or whose zeros between letters, are there."""
    if start.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return "utf-32"
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = start[:64]
    # Digits, spaces and line ends are ASCII in any script, so the first line has its zeros.
    for encoding in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"):
        text = head[: len(head) // 4 * 4].decode(encoding, errors="replace")
        if text and sum(c.isascii() and (c.isprintable() or c in "\t\n\r") for c in text) > (
            len(text) * 3 // 4
        ):
            return encoding
    return None
