"""The layouts by name."""

from collections.abc import Callable
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from w2v_cli.errors import PictureError
from w2v_cli.reports.layout.exact import principal_axes
from w2v_cli.reports.layout.forces import Progress, settle
from w2v_cli.reports.layout.graph import attractions
from w2v_cli.reports.layout.libraries import tsne_places, umap_places
from w2v_cli.vectors.search import Highest

Layout = Literal["neighbors", "pca", "umap", "tsne"]
LARGEST = (1 << 16) - 1
"""The side of the map, in the units of places."""


def lay_out(
    layout: str, units: NDArray[np.float32], near: Highest, progress: Progress
) -> NDArray[np.uint16]:
    """Return the places of words on a square map, [n_words, 2] uint16.

    Args:
        layout: a name of `Layout`.
        units: [n_words, D] vectors of length 1.
        near: the nearest words of each word.
        progress: receives the number of finished rounds and of all rounds.

    Raises:
        PictureError: the layout is not known.
        MissingLibraryError: the layout needs a library that is not installed.
    """
    makers: dict[str, Callable[[], NDArray[np.floating[Any]]]] = {
        "neighbors": lambda: settle(attractions(near), _start(units), progress),
        "pca": lambda: _plane(units),
        "umap": lambda: umap_places(units),
        "tsne": lambda: tsne_places(units, _plane(units)),
    }
    if layout not in makers:
        raise PictureError(f"layout must be one of {', '.join(get_args(Layout))}, got {layout!r}")
    return _on_square(makers[layout]())


def _plane(units: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the two principal coordinates, [n, 2]; the second is 0 where there is only one."""
    axes = principal_axes(units, 2)
    return np.pad(axes, ((0, 0), (0, 2 - axes.shape[1])))


def _start(units: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the principal coordinates, scaled to where attraction and repulsion both act."""
    plane = _plane(units)
    # Words with the same vector would stay on one spot for ever: nothing pushes them apart.
    spread = np.random.Generator(np.random.SFC64(0x77327602)).normal(size=plane.shape)
    return np.asarray(plane / max(plane[:, 0].std(), 1e-6) * 5 + 1e-3 * spread)


def _on_square(places: NDArray[np.floating[Any]]) -> NDArray[np.uint16]:
    places = places - places.min(axis=0)
    return np.asarray(np.rint(places * (LARGEST / max(places.max(), 1e-12))), dtype=np.uint16)
