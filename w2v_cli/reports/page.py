"""Write the map as one HTML page that needs nothing else.

The page has one script and one style sheet, both inside it. Its content security policy names their
hashes and allows nothing else, from nowhere. The words are in an element that is not executed, and
the script puts them on the page as text.
"""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v_cli.reports.word_map import WordMap

SCRIPTS = ("data", "marks", "labels", "view", "drawing", "panel", "search", "main")
"""The parts of the script, in the order in which they run."""

ID_BITS = 17
"""A neighbor is one number: the cosine in steps of 0.0001, from -1, and in the low bits the id."""

ESCAPED = re.compile("[<>&\u2028\u2029\ud800-\udfff]")
"""Characters that could end the element, or that UTF-8 does not have."""


def map_page(drawn: WordMap) -> str:
    """Return the HTML page of a map."""
    resources = files("w2v_cli.reports").joinpath("pages", "map")
    parts = [resources.joinpath(f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS]
    script = "\n" + "\n".join(['"use strict";', *parts])
    style = "\n" + resources.joinpath("page.css").read_text(encoding="utf-8")
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)};"
        " base-uri 'none'; form-action 'none'"
    )
    content = {
        "policy": policy,
        "title": escape(_printable(drawn.title)),
        "style": style,
        "script": script,
        "data": as_json(_data(drawn)),
    }
    template = resources.joinpath("page.html").read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda found: content[found[1]], template)


def as_json(content: Any) -> str:
    r"""Return JSON that can stand inside a script element, in any text.

    >>> as_json("</script>")
    '"\\u003c/script\\u003e"'
    """
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _data(drawn: WordMap) -> dict[str, Any]:
    counts, n = drawn.vocabulary.counts, len(drawn.ranks)
    cosines = np.clip(np.rint((drawn.near.cosines + 1.0) * 10_000), 0, 20_000).astype(np.uint32)
    near = (cosines << np.uint32(ID_BITS)) | drawn.near.ids.astype(np.uint32)
    data: dict[str, Any] = {
        "layout": drawn.layout,
        "modelWords": drawn.n_model_words,
        "kept": round(drawn.kept, 4),
        "words": drawn.words,
        "counts": counts.tolist() if counts.any() else None,
        "ranks": None if drawn.ranks[-1] == n else drawn.ranks.tolist(),
        "places": _base64(drawn.places, "<u2"),
        "near": _base64(near, "<u4"),
        "clusters": {
            "names": [", ".join(name) for name in drawn.clusters.names],
            "shortNames": [name[:2] for name in drawn.clusters.names],
            "of": _base64(drawn.clusters.of, "<u2"),
            "places": drawn.cluster_places.tolist(),
        },
        "groups": None,
    }
    if drawn.groups:
        of = np.array([drawn.groups.of[word] for word in drawn.words])
        data["groups"] = {"names": drawn.groups.names, "of": _base64(of, "<u2")}
    return data


def _base64(numbers: NDArray[Any], dtype: str) -> str:
    return b64encode(numbers.astype(dtype).tobytes()).decode()


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
