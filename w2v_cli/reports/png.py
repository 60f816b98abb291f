"""Write the map as a PNG picture, with matplotlib."""

import io

import numpy as np

from w2v_cli.errors import MissingLibraryError
from w2v_cli.reports.marks import GROUND, INK, SOFT_INK, colour_of, corners_of, radius_of
from w2v_cli.reports.still_labels import (
    MARGIN,
    WIDTH,
    caption_of,
    dots_of,
    height_of,
    labels_of,
)
from w2v_cli.reports.word_map import WordMap

DPI = 100
POINTS = 72 / DPI
"""A point of matplotlib, in pixels."""


def map_png(drawn: WordMap) -> bytes:
    """Return the PNG picture of a map.

    Raises:
        MissingLibraryError: matplotlib is not installed.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from matplotlib.patheffects import withStroke
    except ImportError:
        raise MissingLibraryError(
            "PNG pictures need matplotlib, which is not installed here; `pip install matplotlib`,"
            " or write .svg"
        ) from None
    height = height_of(drawn)
    figure = Figure(figsize=(WIDTH / DPI, height / DPI), dpi=DPI, facecolor=GROUND)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(height, 0)
    axes.axis("off")
    dots = dots_of(drawn)
    radius = radius_of(len(dots))
    kinds = np.array([dot.kind for dot in dots])
    places = np.array([(dot.x, dot.y) for dot in dots])
    for kind in np.unique(kinds).tolist():
        at = places[kinds == kind]
        # The vertical axis points down, and so do corners; a marker's points up.
        corners = [(x, -y) for x, y in corners_of(kind)]
        axes.scatter(
            at[:, 0],
            at[:, 1],
            s=(2 * radius * POINTS) ** 2,
            marker=corners or "o",
            c=colour_of(kind),
            alpha=0.75,
            linewidths=0,
        )
    halo = [withStroke(linewidth=2, foreground=GROUND)]
    for label in labels_of(drawn):
        axes.text(
            label.x,
            label.y,
            label.text,
            size=label.size * POINTS,
            weight="bold" if label.is_name else "normal",
            color=INK,
            ha="center",
            va="center",
            path_effects=halo,
            parse_math=False,
        )
    axes.text(MARGIN, height - 18, caption_of(drawn), size=11, color=SOFT_INK, parse_math=False)
    stream = io.BytesIO()
    FigureCanvasAgg(figure).print_png(stream)
    return stream.getvalue()
