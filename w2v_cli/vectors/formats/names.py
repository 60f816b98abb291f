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


@dataclass(frozen=True)
class Form:
    """What there is to know about a form before it is opened.

    Attributes:
        extension: how names of its files end; empty for a directory.
        can_be_packed: gzip is usual for it, and its reader unpacks it.
        holds_float16: its numbers can have half the size.
        holds_spaces: its words can have white space in them.
    """

    extension: str = ""
    can_be_packed: bool = False
    holds_float16: bool = False
    holds_spaces: bool = False

    @property
    def is_directory(self) -> bool:
        return not self.extension


FORMS: dict[str, Form] = {
    "text": Form(".txt", can_be_packed=True),
    "binary": Form(".bin", can_be_packed=True),
    "glove": Form(".glove.txt", can_be_packed=True),
    "fasttext": Form(".vec", can_be_packed=True),
    "npy": Form(holds_float16=True),
    "npz": Form(".npz", holds_float16=True, holds_spaces=True),
    "safetensors": Form(".safetensors", holds_float16=True, holds_spaces=True),
    "parquet": Form(".parquet", holds_float16=True, holds_spaces=True),
    "tensorboard": Form(),
    "sentence-transformers": Form(holds_float16=True),
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
