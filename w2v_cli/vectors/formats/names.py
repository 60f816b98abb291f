"""The forms that vectors are read and written in, by name. Imports nothing, for quick start-up."""

from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

FormName = Literal[
    "text",
    "binary",
    "glove",
    "fasttext",
    "npy",
    "npz",
    "safetensors",
    "parquet",
    "tensorboard",
    "sentence-transformers",
]


DtypeName = Literal["float32", "float16", "int8"]

EVERY_DTYPE = ("float32", "float16", "int8")


@dataclass(frozen=True)
class Form:
    """What there is to know about a form before it is opened.

    Attributes:
        extension: how names of its files end; empty for a directory.
        can_be_packed: gzip is usual for it, and its reader unpacks it.
        dtypes: the types that its numbers can have and that its readers read.
        holds_spaces: its words can have white space in them.
    """

    extension: str = ""
    can_be_packed: bool = False
    dtypes: tuple[str, ...] = ("float32",)
    holds_spaces: bool = False

    @property
    def is_directory(self) -> bool:
        return not self.extension


FORMS: dict[str, Form] = {
    "text": Form(".txt", can_be_packed=True),
    "binary": Form(".bin", can_be_packed=True),
    "glove": Form(".glove.txt", can_be_packed=True),
    "fasttext": Form(".vec", can_be_packed=True),
    "npy": Form(dtypes=EVERY_DTYPE),
    "npz": Form(".npz", dtypes=EVERY_DTYPE, holds_spaces=True),
    "safetensors": Form(".safetensors", dtypes=EVERY_DTYPE, holds_spaces=True),
    "parquet": Form(".parquet", dtypes=EVERY_DTYPE, holds_spaces=True),
    "tensorboard": Form(),
    # PyTorch has no mean of int8 rows, which is what sentence-transformers takes of them.
    "sentence-transformers": Form(dtypes=("float32", "float16")),
}


def default_output(form: str) -> str:
    """Return the name that output gets where none is given.

    >>> default_output("text"), default_output("npy")
    ('vectors.txt', 'vectors-npy')
    """
    return "vectors" + (FORMS[form].extension or f"-{form}")


def form_of_name(name: str) -> str | None:
    """Return the form that a file's name stands for, or None.

    >>> form_of_name("a/wiki.vec.gz"), form_of_name("my.glove.txt"), form_of_name("vectors")
    ('fasttext', 'glove', None)
    """
    name = PurePath(name).name.removesuffix(".gz")
    files = [(form.extension, key) for key, form in FORMS.items() if form.extension]
    # The longest first: .glove.txt is also a .txt.
    for extension, key in sorted(files, key=lambda file: -len(file[0])):
        if name.endswith(extension):
            return key
    return None
