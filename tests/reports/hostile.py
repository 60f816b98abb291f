"""Words that would do harm on a page that took them for markup, script or style."""

import numpy as np

from w2v_cli.reports.word_map import WordMap, draw_map
from w2v_cli.vectors.queries import Vectors
from w2v_cli.vocabulary import Vocabulary

HOSTILE = [
    "</script><script>window.harmed=1</script>",
    "<img src=x onerror=window.harmed=1>",
    "'\"`${window.harmed=1}`\"'",
    "<!--<script>",
    "]]>&lt;&amp;",
    "javascript:window.harmed=1",
    "\u202efdp.exe",
    "שלום",
    "سلام",
    "👩\u200d🔬",
    "nul\x00nul",
    "{{data}}",
    "é\u0301̂",
    "x" * 3000,
    "\u200bzero\ufeffwidth",
    "\u2028line\u2029",
    "half\udce9",
    "__proto__",
    "constructor",
]


def hostile_map() -> WordMap:
    """Return a map of hostile words and ten others; some come only from other programs' files."""
    words = [*HOSTILE, *(f"w{n}" for n in range(10))]
    table = np.random.default_rng(1).normal(size=(len(words), 6)).astype(np.float32)
    counts = np.arange(100 + len(words), 100, -1)
    return draw_map(Vectors(Vocabulary(words, counts), table), range(len(words)), title=words[0])
