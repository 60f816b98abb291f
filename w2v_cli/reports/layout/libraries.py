"""Layouts that other libraries make, each of which is an extra of w2v."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v_cli.errors import MissingLibraryError

SEED = 1


def umap_places(units: NDArray[np.float32]) -> NDArray[np.floating[Any]]:
    """Return the [n, 2] places that umap-learn gives [n, D] unit vectors.

    Raises:
        MissingLibraryError: umap-learn is not installed.
    """
    try:
        import umap
    except ImportError:
        raise MissingLibraryError(
            "--layout umap needs umap-learn, which is not installed here; `pip install umap-learn`"
        ) from None
    reducer = umap.UMAP(
        metric="cosine", n_neighbors=min(15, len(units) - 1), random_state=SEED, n_jobs=1
    )
    return np.asarray(reducer.fit_transform(units))


def tsne_places(
    units: NDArray[np.float32], start: NDArray[np.float64]
) -> NDArray[np.floating[Any]]:
    """Return the [n, 2] places that scikit-learn's t-SNE gives [n, D] unit vectors.

    Args:
        units: [n, D], of length 1, so that distances rank as cosines do.
        start: [n, 2], the places to begin with.

    Raises:
        MissingLibraryError: scikit-learn is not installed.
    """
    try:
        from sklearn.manifold import TSNE
    except ImportError:
        raise MissingLibraryError(
            "--layout tsne needs scikit-learn, which is not installed here;"
            " `pip install scikit-learn`"
        ) from None
    reducer = TSNE(
        perplexity=min(30, (len(units) - 1) / 3),
        init=(start / max(start[:, 0].std(), 1e-12) * 1e-4).astype(np.float32),
        random_state=SEED,
    )
    return np.asarray(reducer.fit_transform(units))
