"""Name the files that are no text: documents, pictures, databases, programs, other archives.

Their first bytes tell, of documents that are zip archives the names of the files in them. Where the
first bytes are letters too, what follows them in such a file and not in a text is asked for as
well.
"""

import re
from collections.abc import Collection
from typing import NamedTuple

from w2v_cli.errors import CorpusError


class Kind(NamedTuple):
    """A kind of file that holds no text, or holds it in a form that is not read.

    Attributes:
        what: what it is, with its article.
        way_out: how to get at the text.
    """

    what: str
    way_out: str

    def refused(self, name: str) -> CorpusError:
        """Return the error about a file of this kind."""
        return CorpusError(f"{name}: is {self.what}, not text; {self.way_out}")


_UNPACK = "unpack it first, such as by `{}`"
_AS_TEXT = "save it as plain text first, such as by `soffice --convert-to txt`"
_OF_SHEETS = "save each sheet as CSV, and take out the column with the text"
_NO_WORDS = "name the files with the text"
PARQUET = "a Parquet file"

_EXPORT = "write its column of text to a file first, a sentence a line"

KINDS: tuple[tuple[str, bytes, str], ...] = (
    ("a PDF document", rb"\s*%PDF-\d\.\d[ \t]*[\r\n]", "turn it into text first: pdftotext"),
    ("a Rich Text document", rb"\s*\{\\rtf\d", _AS_TEXT),
    ("a PostScript document", rb"%!PS-Adobe-", "turn it into text first: ps2ascii"),
    ("a DjVu document", rb"AT&TFORM.{4}DJV[UM]", "turn it into text first: djvutxt"),
    ("a Word, Excel or PowerPoint document", rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _AS_TEXT),
    ("a 7z archive", rb"7z\xbc\xaf\x27\x1c", _UNPACK.format("7z x")),
    ("a rar archive", rb"Rar!\x1a\x07", _UNPACK.format("unrar x")),
    ("a cab archive", rb"MSCF\0{4}", _UNPACK.format("7z x")),
    ("an ar archive", rb"!<arch>\n", _UNPACK.format("ar x")),
    ("an rpm package", rb"\xed\xab\xee\xdb", _UNPACK.format("rpm2cpio")),
    ("a cpio archive", rb"\x71\xc7|\xc7\x71|07070[127][0-7A-Fa-f]{70}", _UNPACK.format("cpio -i")),
    ("packed with lz4", rb"[\x02\x04]\x22\x4d\x18|\x02\x21\x4c\x18", _UNPACK.format("lz4 -d")),
    ("packed with lzip", rb"LZIP\x01", _UNPACK.format("lzip -d")),
    ("packed with lzop", rb"\x89LZO\0\r\n\x1a\n", _UNPACK.format("lzop -d")),
    ("packed with lzma", rb"\x5d\0\0.{2}(\xff{8}|.{5}\0{3})", _UNPACK.format("xz -d -F lzma")),
    ("packed with compress", rb"\x1f[\x9d\xa0]", _UNPACK.format("gzip -d")),
    ("packed with snappy", rb"\xff\x06\0\0sNaPpY", _UNPACK.format("snzip -d")),
    ("a SQLite database", rb"SQLite format 3\0",
     "write its text to a file first: sqlite3 FILE 'SELECT column FROM table'"),
    (PARQUET, rb"PAR[1E][\0-\x1f]", "name its column of text with --field"),
    ("an Arrow file", rb"ARROW1\0\0|\xff{4}.{2}\0\0\x10\0\0\0|FEA1\0", _EXPORT),
    ("an Avro file", rb"Obj\x01", _EXPORT),
    ("an ORC file", rb"ORC\n?[\0-\x08\x0e-\x1f]", _EXPORT),
    ("an HDF5 file", rb"\x89HDF\r\n\x1a\n", _EXPORT),
    ("a MATLAB file", rb"MATLAB \d\.\d MAT-file", _EXPORT),
    ("a NumPy file", rb"\x93NUMPY", "arrays have no words: " + _NO_WORDS),
    ("a pickle file of Python",
     rb"\x80[\x02-\x05][\x28-\x95\x5d\x7d]|\([ldt]p\d+\n|c(copy_reg|numpy|builtins)[\w.]*\n",
     "write the text in it to a file first, a sentence a line"),
    ("a file of safetensors", rb".{4}\0{4}\{[\s\"]", _NO_WORDS),
    ("a model in GGUF form", rb"GGUF.\0{3}", _NO_WORDS),
    ("a fastText model", rb"\xba\x16\x4f\x2f", _NO_WORDS),
    ("a picture",
     rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|GIF8[79]a.[\0-\x1f].[\0-\x1f]|BM.{4}\0{4}|II\*\0|MM\0\*"
     rb"|RIFF.{4}WEBP|\0\0[\x01\x02]\0[^\0]\0|8BPS\0[\x01\x02]|\0{3}\x0cjP  "
     rb"|\0{3}.ftyp(hei|mif|avi)",
     "read the text off it first, such as by `tesseract`"),
    ("a sound or a film",
     rb"RIFF.{4}(WAVE|AVI )|ID3[\x02-\x04]\0|OggS\0|fLaC\0|\xff[\xf2\xf3\xfa\xfb]|\x1a\x45\xdf\xa3"
     rb"|\0{3}.ftyp|\0\0\x01[\xb3\xba]|MThd\0{3}\x06|FLV\x01|\x30\x26\xb2\x75",
     "write down what is said first, such as by `whisper`"),
    ("a font", rb"\0\x01\0\0\0|OTTO\0|wOF[F2]\0|ttcf\0", _NO_WORDS),
    ("a program",
     rb"\x7fELF|MZ.\0|\xfe\xed\xfa[\xce\xcf]|[\xce\xcf]\xfa\xed\xfe|\xca\xfe\xba\xbe|\0asm|dex\n0",
     _NO_WORDS),
    ("a Git LFS pointer", rb"version https://git-lfs\.github\.com/spec/v1\n",
     "fetch the file itself: git lfs pull"),
)  # fmt: skip
"""What it is, the bytes that it begins with, and the way out."""

ZIP_KINDS: tuple[tuple[str, str, str], ...] = (
    ("a Word document", r"word/document\d*\.xml", _AS_TEXT),
    ("an Excel workbook", r"xl/workbook\.(xml|bin)", _OF_SHEETS),
    ("a PowerPoint document", r"ppt/presentation\.xml", _AS_TEXT),
    ("an e-book in EPUB form", r"META-INF/container\.xml|.*\.opf",
     "turn it into text first, such as by `pandoc -t plain`"),
    ("a Pages, Numbers or Keynote document", r"Index/Document\.iwa|Index\.zip",
     "export it as plain text first"),
    ("an OpenDocument file", r"META-INF/manifest\.xml|mimetype", _AS_TEXT),
    ("an Office document", r"\[Content_Types\]\.xml", _AS_TEXT),
    ("a Java program", r"META-INF/MANIFEST\.MF", _NO_WORDS),
    ("an Android program", r"AndroidManifest\.xml", _NO_WORDS),
    ("a PyTorch file", r"[^/]+/data\.pkl", "write the text in it to a file first"),
    ("a NumPy archive", r"[^/]+\.npy", "arrays have no words: " + _NO_WORDS),
)  # fmt: skip
"""What it is, the name of a file in the archive, and the way out."""

_BY_START = [(Kind(what, way), re.compile(start, re.DOTALL)) for what, start, way in KINDS]


def kind_of(start: bytes) -> Kind | None:
    r"""Return what kind of file begins with `start`, None if it may be text.

    >>> kind_of(b"\x7fELF").what, kind_of(b"plain text")
    ('a program', None)
    """
    return next((kind for kind, pattern in _BY_START if pattern.match(start)), None)


def kind_of_zip(names: Collection[str]) -> Kind | None:
    """Return what kind of document holds files of these names, None if it may hold texts.

    >>> kind_of_zip(["[Content_Types].xml", "word/document.xml"]).what
    'a Word document'
    """
    for what, pattern, way_out in ZIP_KINDS:
        if any(re.fullmatch(pattern, name) for name in names):
            return Kind(what, way_out)
    return None
