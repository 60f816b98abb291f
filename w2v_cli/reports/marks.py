"""Marks of classes of words in still pictures: a colour and a shape, as on the page."""

GROUND, INK, SOFT_INK = "#fbfaf7", "#1d2329", "#5a646e"
"""Colours of the background, of labels and of the caption."""

HUES = (
    "#0072b2", "#d55e00", "#00805d", "#b8568c", "#7d6400", "#3a8fc4", "#c98500", "#565b60",
)  # fmt: skip
"""Colours that colour-blind people tell apart."""

CORNERS: tuple[list[tuple[float, float]], ...] = (
    [],  # a circle
    [(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)],
    [(0, -1.2), (1.15, 0.85), (-1.15, 0.85)],
    [(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)],
    [
        (-1.1, -0.38), (-0.38, -0.38), (-0.38, -1.1), (0.38, -1.1), (0.38, -0.38), (1.1, -0.38),
        (1.1, 0.38), (0.38, 0.38), (0.38, 1.1), (-0.38, 1.1), (-0.38, 0.38), (-1.1, 0.38),
    ],
    [(0, 1.2), (1.15, -0.85), (-1.15, -0.85)],
)  # fmt: skip
"""The corners of each shape around its middle, in radii."""

MOST_KINDS = len(HUES) * len(CORNERS)
"""Classes that differ in colour or in shape."""

NO_KIND = -1
"""The class of words that have no group."""


def colour_of(kind: int) -> str:
    """Return the colour of a class."""
    if kind == NO_KIND:
        return "#b5babf"
    return HUES[kind % len(HUES)]


def corners_of(kind: int) -> list[tuple[float, float]]:
    """Return the corners of the mark of a class, in radii; none for a circle.

    Two of the first `MOST_KINDS` classes differ in colour or in shape.
    """
    if kind == NO_KIND:
        return []
    return CORNERS[(kind % len(HUES) + kind // len(HUES)) % len(CORNERS)]


def radius_of(n_words: int) -> float:
    """Return the radius of the marks on a map of so many words, in pixels."""
    return 1.5 if n_words > 30_000 else 2.2 if n_words > 3_000 else 3.2


def path_of(kind: int, radius: float) -> str:
    """Return the mark of a class as the data of an SVG path around the origin."""
    corners = corners_of(kind)
    if corners:
        return "M" + "L".join(f"{x * radius:g} {y * radius:g}" for x, y in corners) + "Z"
    r = radius
    return f"M{r:g} 0A{r:g} {r:g} 0 1 1 {-r:g} 0A{r:g} {r:g} 0 1 1 {r:g} 0Z"
