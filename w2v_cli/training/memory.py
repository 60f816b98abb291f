"""Give back memory that TensorFlow's start has left behind, on Linux with glibc."""

import ctypes
import re
from contextlib import suppress
from pathlib import Path

ARENA_MAX = -8
"""M_ARENA_MAX in glibc's malloc.h."""

DONTNEED = 4
"""MADV_DONTNEED in Linux's mman.h."""

MAPPING = re.compile(
    r"^(?P<first>[0-9a-f]+)-(?P<end>[0-9a-f]+) r-[-x]p .*/libtensorflow\S*\n"
    r"(?:[A-Z]\S*:.*\n)*?Anonymous: +0 kB$",
    re.MULTILINE,
)
"""A part of a TensorFlow library in /proc/self/smaps that nobody has written to."""


def save_memory() -> None:
    """Keep threads from heaps of their own, and return what is free or can be read again.

    One heap is 50 MB less in training, at no cost in speed. Of the libraries' code and relocation
    tables, nearly all of what loading and start-up read is never used again, 280 MB of
    `tensorflow-cpu` and 370 of `tensorflow`; what is needed comes back from the page cache.
    """
    with suppress(AttributeError, OSError):  # another C library, another system
        library = ctypes.CDLL(None)
        library.mallopt(ARENA_MAX, 1)
        library.malloc_trim(0)
        for mapping in MAPPING.finditer(Path("/proc/self/smaps").read_text()):
            first, end = int(mapping["first"], 16), int(mapping["end"], 16)
            library.madvise(ctypes.c_void_p(first), ctypes.c_size_t(end - first), DONTNEED)
